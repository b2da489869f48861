"""Programs that were not written for us, traced through select.epoll."""

import asyncio
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import types
from collections.abc import Iterator

import pytest

from epollref.masks import EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLLIN
from epollref.trace.calls import EpollCreate1, EpollCtl, EpollWait
from epollref.trace.foreign import trace_select_epoll
from epollref.trace.items import Call
from epollref.trace.notation import Notation
from tests.asyncio_echo import conversation

pytestmark = pytest.mark.usefixtures("no_descriptor_left")


@pytest.fixture
def calls() -> Iterator[list[Call]]:
    """What was traced; select.epoll is back when a test is over."""
    real = select.epoll
    yield []
    assert select.epoll is real
    assert vars(selectors.EpollSelector)["_selector_cls"] is real


def test_an_asyncio_program_is_traced(calls: list[Call]) -> None:
    """asyncio's own loop, unchanged: its epoll is in the trace."""
    with trace_select_epoll(calls.append):
        answer = asyncio.run(conversation(b"traced" * 10_000))
    assert answer == b"traced" * 10_000
    assert isinstance(calls[0], EpollCreate1)
    epfd = calls[0].result
    changes = [call for call in calls if isinstance(call, EpollCtl)]
    # The self-pipe, the listener, both ends of the connection.
    added = [c.fd for c in changes if c.op == EPOLL_CTL_ADD]
    removed = [c.fd for c in changes if c.op == EPOLL_CTL_DEL]
    assert len(added) >= 4
    assert sorted(added) == sorted(removed)
    assert {change.epfd for change in changes} == {epfd}
    waits = [call for call in calls if isinstance(call, EpollWait)]
    assert any(wait.ready for wait in waits)
    assert (calls[-1].name, calls[-1].result) == ("close", 0)


def test_the_data_word_is_the_descriptor_whole(calls: list[Call]) -> None:
    """Where strace shows 32 bits of chance, we show zeros."""
    r, w = os.pipe()
    os.write(w, b"x")
    with trace_select_epoll(calls.append), select.epoll() as epoll:
        epoll.register(r, select.EPOLLIN)
        assert epoll.poll() == [(r, select.EPOLLIN)]
    os.close(r)
    os.close(w)
    _, added, waited, _ = calls
    assert isinstance(added, EpollCtl)
    assert isinstance(waited, EpollWait)
    assert added.data == r
    assert waited.ready == ((EPOLLIN, r),)


def test_del_passes_null(calls: list[Call]) -> None:
    """Where CPython passes the address of an event that nobody reads."""
    r, w = os.pipe()
    with trace_select_epoll(calls.append), select.epoll() as epoll:
        epoll.register(r)
        epoll.unregister(r)
        epfd = epoll.fileno()
    os.close(r)
    os.close(w)
    line = Notation().line(calls[2])
    assert line.startswith(f"epoll_ctl({epfd}, EPOLL_CTL_DEL, {r}, NULL)")


def test_each_wait_that_a_signal_ends_has_its_line(calls: list[Call]) -> None:
    """EINTR, and the wait goes on with the time that is left."""
    r, w = os.pipe()
    rounds = iter([None, None])

    def again(*_: object) -> None:
        if next(rounds, w) is w:
            os.write(w, b"x")

    previous = signal.signal(signal.SIGALRM, again)
    try:
        with trace_select_epoll(calls.append), select.epoll() as epoll:
            epoll.register(r, select.EPOLLIN)
            signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
            assert epoll.poll(60) == [(r, select.EPOLLIN)]
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        os.close(r)
        os.close(w)
    waits = [call for call in calls if isinstance(call, EpollWait)]
    assert waits[0].error == "EINTR"
    assert waits[-1].ready == ((EPOLLIN, r),)
    limits = [wait.timeout_ms for wait in waits]
    assert limits[0] == 60_000
    assert limits == sorted(limits, reverse=True)


def test_several_epolls_are_told_apart(calls: list[Call]) -> None:
    """Each by its descriptor; the end of one is not the end of another."""
    with trace_select_epoll(calls.append):
        first, second = select.epoll(), selectors.DefaultSelector()
        assert isinstance(second, selectors.EpollSelector)
        a, b = socket.socketpair()
        second.register(a, selectors.EVENT_READ)
        first.register(b, select.EPOLLOUT)
        numbers = [first.fileno(), second.fileno()]
        first.close()
        b.send(b"x")
        assert second.select(0) != []
        second.close()
        a.close()
        b.close()
    made = [c.result for c in calls if isinstance(c, EpollCreate1)]
    assert made == numbers
    changed = [c.epfd for c in calls if isinstance(c, EpollCtl)]
    assert changed == numbers[::-1]


def test_an_epoll_made_meanwhile_stays_traced(calls: list[Call]) -> None:
    """The name is given back at the end; the object is what it is."""
    real = select.epoll
    with trace_select_epoll(calls.append) as traced:
        assert vars(select)["epoll"] is traced
        epoll = select.epoll(flags=select.EPOLL_CLOEXEC)
    assert select.epoll is real
    with real() as untraced:
        untraced.poll(0)
    epoll.close()
    assert [call.name for call in calls] == ["epoll_create1", "close"]


def test_a_name_that_was_imported_is_covered(
    calls: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`from select import epoll` in a module that is loaded already."""
    module = types.ModuleType("an_old_program")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    real = select.epoll
    vars(module)["poller"] = real
    with trace_select_epoll(calls.append) as traced:
        assert vars(module)["poller"] is traced
    assert vars(module)["poller"] is real


def test_fromfd_is_traced(calls: list[Call]) -> None:
    """An epoll that another part of the program has made."""
    with trace_select_epoll(calls.append):
        owner = select.epoll()
        borrowed = select.epoll.fromfd(owner.fileno())
        borrowed.poll(0)
        owner.close()
        with pytest.raises(OSError, match="Bad file descriptor"):
            borrowed.close()
    names = [(call.name, call.error) for call in calls]
    assert names == [
        ("epoll_create1", ""),
        ("epoll_wait", ""),
        ("close", ""),
        ("close", "EBADF"),
    ]


def test_one_trace_may_stand_inside_another(calls: list[Call]) -> None:
    """The inner one has the name for a while; the outer gets it back."""
    inner: list[Call] = []
    with trace_select_epoll(calls.append):
        with trace_select_epoll(inner.append):
            select.epoll().close()
        select.epoll().close()
    assert len(calls) == len(inner) == 2


def test_cpythons_own_tests_pass_while_traced() -> None:
    """test_epoll of CPython, if this Python has it."""
    code = """
import sys, unittest
from epollref.trace.foreign import trace_select_epoll
calls = []
with trace_select_epoll(calls.append):
    from test import test_epoll
    suite = unittest.defaultTestLoader.loadTestsFromModule(test_epoll)
    result = unittest.TextTestRunner().run(suite)
sys.exit(not result.wasSuccessful() or len(calls) < 50)
"""
    pytest.importorskip(
        "test.test_epoll", reason="this Python comes without its own tests"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
