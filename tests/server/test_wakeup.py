"""A write to an eventfd ends the sleep of the loop."""

import errno
import os
import signal
import threading
from functools import partial

import pytest

from epollref.server.reactor import Reactor
from epollref.server.wakeup import TRIES
from tests.server.faulty import FaultyKernel


def test_a_thread_wakes_a_sleeping_loop() -> None:
    """The wait is for ever; only the wakeup ends it."""
    called: list[str] = []
    with Reactor(FaultyKernel()) as reactor:
        thread = threading.Thread(
            target=reactor.call_soon,
            args=[lambda: called.append(threading.current_thread().name)],
        )
        thread.start()
        while not called:
            reactor.turn()
        thread.join()
    assert called == [threading.main_thread().name]


def test_many_calls_before_the_loop_wakes_cost_one_write() -> None:
    """The bell rings already."""
    kernel = FaultyKernel()
    called: list[int] = []
    with Reactor(kernel) as reactor:
        for n in range(100):
            reactor.call_soon(partial(called.append, n))
        assert kernel.count("write") == 1
        assert reactor.turn(0) == 1
    assert called == list(range(100))


def test_the_eventfd_is_never_read() -> None:
    """Each write is an edge of its own, so nothing has to be drained."""
    kernel = FaultyKernel()
    called: list[int] = []
    with Reactor(kernel) as reactor:
        for n in range(3):
            reactor.call_soon(partial(called.append, n))
            assert reactor.turn(0) == 1
            assert reactor.turn(0) == 0
    assert called == [0, 1, 2]
    assert kernel.count("read") == 0


def test_a_call_made_by_a_call_waits_for_the_next_turn() -> None:
    """Calls that beget calls do not hold the loop."""
    called: list[str] = []
    with Reactor(FaultyKernel()) as reactor:

        def first() -> None:
            called.append("first")
            reactor.call_soon(lambda: called.append("second"))

        reactor.call_soon(first)
        reactor.turn(0)
        assert called == ["first"]
        reactor.turn(0)
        assert called == ["first", "second"]


def test_a_call_that_raises_is_reported_and_the_rest_is_made() -> None:
    """One bad call costs the others nothing."""
    errors: list[str] = []
    called: list[int] = []

    def bad() -> None:
        raise ValueError("bad")

    def report(message: str, error: Exception) -> None:
        errors.append(str(error))

    with Reactor(FaultyKernel(), report=report) as reactor:
        reactor.call_soon(bad)
        reactor.call_soon(lambda: called.append(1))
        reactor.turn(0)
    assert errors == ["bad"]
    assert called == [1]


ANY = [
    errno.EIO,
    errno.EAGAIN,
    errno.EINTR,
    errno.ENOMEM,
    errno.ENOSPC,
    errno.EBADF,
]


def nobody(message: str, error: Exception) -> None:
    """Report to nobody."""


@pytest.mark.parametrize("number", ANY)
def test_a_bell_that_failed_rings_for_the_next_call(number: int) -> None:
    """Whatever write(2) said, the wakeup is not deaf."""
    kernel = FaultyKernel()
    kernel.fail("write", *[number] * TRIES)
    called: list[int] = []
    with Reactor(kernel, report=nobody) as reactor:
        reactor.call_soon(lambda: called.append(1))
        assert kernel.count("write") == TRIES
        reactor.call_soon(lambda: called.append(2))
        assert kernel.count("write") == TRIES + 1
        assert reactor.turn() == 1
    assert called == [1, 2]


@pytest.mark.parametrize("number", ANY)
def test_a_call_whose_bell_failed_is_made_before_the_loop_sleeps(
    number: int,
) -> None:
    """The turn may wait for ever, and nothing else would end it."""
    kernel = FaultyKernel()
    kernel.fail("write", *[number] * TRIES)
    called: list[int] = []
    errors: list[Exception] = []
    with Reactor(kernel, report=lambda _, e: errors.append(e)) as reactor:
        reactor.call_soon(lambda: called.append(1))
        reactor.turn()
    assert called == [1]
    assert [getattr(error, "errno", 0) for error in errors] == [number]


def test_a_bell_that_failed_once_still_wakes_a_sleeping_loop() -> None:
    """A worker has no second way: it is rung again at once."""
    kernel = FaultyKernel()
    kernel.fail("write", errno.EIO)
    called: list[int] = []
    with Reactor(kernel, report=nobody) as reactor:
        thread = threading.Thread(
            target=reactor.call_soon, args=[lambda: called.append(1)]
        )
        thread.start()
        while not called:
            reactor.turn()
        thread.join()
    assert called == [1]


def test_a_handler_that_raises_out_of_the_bell_leaves_it_whole() -> None:
    """Ctrl-C in the middle of the write; the next call rings."""

    class Interrupted(FaultyKernel):
        """Its first write is interrupted."""

        def write(self, fd: int, data: bytes | memoryview, /) -> int:
            if not self.count("write"):
                self.calls.append(("write", (fd,)))
                raise KeyboardInterrupt
            return super().write(fd, data)

    kernel = Interrupted()
    called: list[int] = []
    with Reactor(kernel) as reactor:
        with pytest.raises(KeyboardInterrupt):
            reactor.call_soon(lambda: called.append(1))
        reactor.call_soon(lambda: called.append(2))
        assert reactor.turn() == 1
    assert called == [1, 2]


def test_after_close_nothing_is_written() -> None:
    """The number of the eventfd may be a stranger's by then."""
    kernel = FaultyKernel()
    reactor = Reactor(kernel)
    reactor.close()
    reactor.call_soon(lambda: None)
    reactor.close()
    assert kernel.count("write") == 0


def test_a_signal_handler_wakes_the_loop() -> None:
    """The handler runs in the middle of whatever the loop does."""
    called: list[int] = []
    with Reactor(FaultyKernel()) as reactor:

        def handler(number: int, _: object) -> None:
            reactor.call_soon(lambda: called.append(number))

        before = signal.signal(signal.SIGUSR1, handler)
        try:
            sender = threading.Thread(
                target=os.kill, args=[os.getpid(), signal.SIGUSR1]
            )
            sender.start()
            while not called:
                reactor.turn()
            sender.join()
        finally:
            signal.signal(signal.SIGUSR1, before)
    assert called == [signal.SIGUSR1]


@pytest.mark.parametrize("call", ["epoll_create1", "eventfd", "epoll_ctl"])
def test_a_reactor_that_cannot_be_made_leaves_nothing(call: str) -> None:
    """What was opened before the failure is closed again."""
    kernel = FaultyKernel()
    kernel.fail(call, errno.ENOMEM)
    with pytest.raises(OSError, match="memory"):
        Reactor(kernel)
    opened = {"epoll_create1": 0, "eventfd": 1, "epoll_ctl": 2}[call]
    assert kernel.count("close") == opened
