"""Programs that were written for select.epoll, run on ours.

CPython's own tests of epoll and of its EpollSelector are the contract of a
drop-in.  They run in a process of their own, because they want Epoll in the
place of ``select.epoll`` before anything else is imported.
"""

import asyncio
import importlib.util
import selectors
import subprocess
import sys
from typing import SupportsIndex

import pytest

from epollref.epoll import Epoll
from tests.asyncio_echo import conversation

SUITE = """
import select, sys, unittest
from epollref.epoll import Epoll
select.epoll = Epoll
import selectors
assert selectors.EpollSelector._selector_cls is Epoll
from test import test_epoll, test_selectors
load = unittest.defaultTestLoader
suite = unittest.TestSuite([
    load.loadTestsFromModule(test_epoll),
    load.loadTestsFromTestCase(test_selectors.EpollSelectorTestCase),
])
result = unittest.TextTestRunner(verbosity=2).run(suite)
print("ran", result.testsRun, "skipped", len(result.skipped))
sys.exit(not result.wasSuccessful())
"""

TESTS_OF_CPYTHON_3_11 = 31


@pytest.mark.skipif(
    importlib.util.find_spec("test.test_epoll") is None,
    reason="this Python is packaged without CPython's own tests",
)
def test_cpythons_own_tests_pass() -> None:
    """test_epoll and EpollSelectorTestCase, with Epoll as select.epoll."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SUITE],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Exception ignored" not in done.stderr, done.stderr
    _, ran, _, skipped = done.stdout.split()
    assert int(ran) >= TESTS_OF_CPYTHON_3_11
    # test_above_fd_setsize wants more descriptors than some limits allow.
    assert int(skipped) <= 1, done.stderr


class CountedEpoll(Epoll):
    """Our Epoll, which remembers that it was used."""

    polled = 0

    def poll(
        self,
        timeout: float | SupportsIndex | None = None,
        maxevents: SupportsIndex = -1,
    ) -> list[tuple[int, int]]:
        type(self).polled += 1
        return super().poll(timeout, maxevents)


class OurSelector(selectors.EpollSelector):
    """The standard EpollSelector, on our Epoll."""

    _selector_cls = CountedEpoll


@pytest.mark.usefixtures("no_descriptor_left")
def test_an_asyncio_program_runs_on_it() -> None:
    """asyncio's loop does not know that its epoll is ours."""
    selector = OurSelector()
    with asyncio.Runner(
        loop_factory=lambda: asyncio.SelectorEventLoop(selector)
    ) as runner:
        answer = runner.run(conversation(b"through our epoll" * 10_000))
    assert answer == b"through our epoll" * 10_000
    assert CountedEpoll.polled > 0
