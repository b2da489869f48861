"""Signal handlers during the nine calls: what they raise, what they call."""

import errno
import os
import select
import selectors
import signal
from collections.abc import Callable, Iterator

import pytest

from epollref.kernel import Ready
from epollref.linux import LinuxKernel
from epollref.masks import EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLLIN
from epollref.trace.calls import EpollWait
from epollref.trace.foreign import trace_select_epoll
from epollref.trace.items import Call

pytestmark = pytest.mark.usefixtures("no_descriptor_left")


class RungError(Exception):
    """What a handler raises."""


@pytest.fixture
def on_alarm() -> Iterator[Callable[[Callable[[], object]], None]]:
    """Call a function on an alarm that repeats, until the test ends.

    One that comes before a wait begins does no harm: another follows.
    """
    before = signal.getsignal(signal.SIGALRM)

    def begin(handle: Callable[[], object]) -> None:
        signal.signal(signal.SIGALRM, lambda *_: handle())
        signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)

    yield begin
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def ring() -> None:
    # Once: pytest is not to be rung when the test is over.
    signal.setitimer(signal.ITIMER_REAL, 0)
    raise RungError


@pytest.mark.parametrize("name", ["poll", "select"])
def test_what_a_handler_raises_comes_out_of_a_traced_poll(
    name: str, on_alarm: Callable[[Callable[[], object]], None]
) -> None:
    """Not an IndexError of ours; and the next wait works."""
    calls: list[Call] = []
    with trace_select_epoll(calls.append):
        waiting = (
            select.epoll() if name == "poll" else selectors.EpollSelector()
        )
        # The alarm may be early: then there is no wait that it ends.
        while len([each for each in calls if isinstance(each, EpollWait)]) < 3:
            with pytest.raises(RungError) as caught:
                on_alarm(ring)
                getattr(waiting, name)()
            assert caught.value.__context__ is None
        assert getattr(waiting, name)(0) == []
        waiting.close()
    waits = [call for call in calls if isinstance(call, EpollWait)]
    assert [wait.result for wait in waits] == [None, None, None, 0]


def test_a_handler_that_fails_leaves_errno_alone(
    on_alarm: Callable[[Callable[[], object]], None],
) -> None:
    """The wait was interrupted, whatever went wrong in the handler."""
    kernel = LinuxKernel()
    epfd = kernel.epoll_create1(0)
    failed: list[int | None] = []

    def fail() -> None:
        try:
            kernel.epoll_ctl(epfd, EPOLL_CTL_DEL, -1)
        except OSError as error:
            failed.append(error.errno)

    on_alarm(fail)
    for _ in range(20):
        with pytest.raises(InterruptedError):
            kernel.epoll_wait(epfd, 1, -1)
    assert set(failed) == {errno.EBADF}
    kernel.close(epfd)


def test_a_handler_that_raises_at_any_place_spoils_no_wait(
    on_alarm: Callable[[Callable[[], object]], None],
) -> None:
    """Handlers wait and raise, thousands of times; records are right."""
    kernel = LinuxKernel()
    epolls = [kernel.epoll_create1(0) for _ in range(2)]
    counter = kernel.eventfd(1, 0)
    for word, epfd in enumerate(epolls):
        kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, counter, EPOLLIN, word)
    rung = 0

    def wait_and_raise() -> None:
        nonlocal rung
        rung += 1
        assert kernel.epoll_wait(epolls[1], 8, 0) == [Ready(EPOLLIN, 1)]
        if rung % 2:
            raise RungError

    on_alarm(wait_and_raise)
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    while rung < 200:
        try:
            while rung < 200:
                got = kernel.epoll_wait(epolls[0], 8, 0)
                assert got == [Ready(EPOLLIN, 0)]
        except RungError:
            continue
    signal.setitimer(signal.ITIMER_REAL, 0)
    assert kernel.buffer_address() is None or kernel.buffer_address()
    for fd in (*epolls, counter):
        os.close(fd)


def test_a_signal_ends_the_wait_with_eintr(
    on_alarm: Callable[[Callable[[], object]], None],
) -> None:
    """The seam does not retry: EINTR is the caller's to see (K08)."""
    kernel = LinuxKernel()
    epfd = kernel.epoll_create1(EPOLL_CLOEXEC)
    heard: list[bool] = []
    on_alarm(lambda: heard.append(True))
    with pytest.raises(InterruptedError):
        kernel.epoll_wait(epfd, 1, -1)
    kernel.close(epfd)
    assert heard
