"""Who re-arms, and when: three patterns."""

import errno
import os
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from epollref.linux import LinuxKernel
from epollref.masks import EPOLLHUP, EPOLLIN, EPOLLONESHOT, EPOLLRDHUP
from epollref.server.oneshot import (
    WorkerPool,
    hand_over,
    park,
    resume,
    serve_and_rearm,
)
from epollref.server.reactor import Reactor
from epollref.server.watch import Watch

MASK = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT


class Reader(Watch):
    """Reads one byte an event, and goes by what it read."""

    def __init__(self, fd: int) -> None:
        super().__init__(fd)
        self.events: list[int] = []
        self.got = b""
        self.act: Callable[[Reader], object] = lambda _: None

    def ready(self, events: int) -> None:
        self.events.append(events)
        self.act(self)

    def read_one(self) -> bool:
        """Handle an event; false at the end of the stream."""
        byte = os.read(self.fd, 1)
        self.got += byte
        return bool(byte)


class Bench:
    def __init__(self) -> None:
        self.errors: list[Exception] = []
        self.reactor = Reactor(
            LinuxKernel(), report=lambda _, error: self.errors.append(error)
        )
        ours, self.peer = socket.socketpair()
        ours.setblocking(False)
        self.watch = Reader(ours.detach())
        self.reactor.add(self.watch, MASK)

    def turns(self, count: int = 3) -> list[int]:
        return [self.reactor.turn(0) for _ in range(count)]


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.reactor.close()
    bench.peer.close()


def test_a_spent_watch_is_silent_until_it_is_armed_again(bench: Bench) -> None:
    """Without a re-arm, more data and even a close are not reported."""
    bench.peer.send(b"ab")
    assert bench.turns() == [1, 0, 0]
    bench.peer.close()
    assert bench.turns() == [0, 0, 0]


def test_serving_and_re_arming_reports_what_is_left(bench: Bench) -> None:
    """Pattern 1: one byte an event, one event a byte."""
    bench.watch.act = lambda watch: serve_and_rearm(
        bench.reactor, watch, watch.read_one
    )
    bench.peer.send(b"abc")
    assert bench.turns(4) == [1, 1, 1, 0]
    assert bench.watch.got == b"abc"


def test_serving_retires_the_watch_when_all_is_said(bench: Bench) -> None:
    """Pattern 1, the other way out."""
    bench.watch.act = lambda watch: serve_and_rearm(
        bench.reactor, watch, watch.read_one
    )
    bench.peer.close()
    assert bench.turns() == [1, 0, 0]
    assert len(bench.reactor.table) == 1


def test_a_worker_serves_and_re_arms(bench: Bench) -> None:
    """Pattern 2: bytes in order, on other threads, one at a time."""
    text = bytes(range(256)) * 4
    names: set[str] = set()

    def read_one() -> bool:
        names.add(threading.current_thread().name)
        return bench.watch.read_one()

    with WorkerPool(3, report=lambda _, e: bench.errors.append(e)) as pool:
        bench.watch.act = lambda watch: hand_over(
            bench.reactor, pool, watch, read_one
        )
        bench.peer.sendall(text)
        bench.peer.close()
        while len(bench.reactor.table) == 2:
            bench.reactor.turn(20)
    assert bench.watch.got == text
    assert bench.errors == []
    assert threading.main_thread().name not in names


def test_a_worker_that_fails_has_its_watch_retired(bench: Bench) -> None:
    """The error is reported, and the loop closes the descriptor."""

    def fail() -> bool:
        raise ValueError("bad")

    with WorkerPool(1, report=lambda _, e: bench.errors.append(e)) as pool:
        bench.watch.act = lambda watch: hand_over(
            bench.reactor, pool, watch, fail
        )
        bench.peer.send(b"x")
        while len(bench.reactor.table) == 2:
            bench.reactor.turn(20)
    assert [str(error) for error in bench.errors] == ["bad"]


def test_a_watch_that_a_worker_cannot_re_arm_is_retired(bench: Bench) -> None:
    """It would hear nothing any more, and keep its descriptor for ever."""
    fd = bench.watch.fd
    with WorkerPool(1, report=lambda _, e: bench.errors.append(e)) as pool:

        def break_the_watch() -> bool:
            bench.watch.fd = -1
            return True

        bench.watch.act = lambda watch: hand_over(
            bench.reactor, pool, watch, break_the_watch
        )
        bench.peer.send(b"x")
        while len(bench.reactor.table) == 2:
            bench.reactor.turn(20)
    os.close(fd)
    assert {getattr(e, "errno", 0) for e in bench.errors} == {errno.EBADF}


def test_a_pool_finishes_what_is_queued_before_it_closes() -> None:
    """No job is dropped; a second close does nothing."""
    done: list[int] = []
    pool = WorkerPool(2, report=lambda message, error: None)
    for n in range(100):
        pool.submit(partial(done.append, n))
    pool.close()
    pool.close()
    assert sorted(done) == list(range(100))


def test_a_pool_that_cannot_be_made_leaves_no_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those that were started end; the error is that of the system."""
    start, started = threading.Thread.start, 0

    def two_and_no_more(thread: threading.Thread) -> None:
        nonlocal started
        started += 1
        if started > 2:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", two_and_no_more)
    before = threading.active_count()
    with pytest.raises(OSError, match="can't start") as refused:
        WorkerPool(3, report=print)
    assert refused.value.errno == errno.EAGAIN
    assert threading.active_count() == before


def test_a_parked_watch_keeps_quiet(bench: Bench) -> None:
    """Pattern 3: data and a half-close wait until it is resumed."""
    park(bench.reactor, bench.watch)
    bench.peer.send(b"x")
    bench.peer.shutdown(socket.SHUT_WR)
    assert bench.turns() == [0, 0, 0]
    resume(bench.reactor, bench.watch, EPOLLIN | EPOLLRDHUP)
    assert bench.turns() == [1, 0, 0]
    assert bench.watch.events == [EPOLLIN | EPOLLRDHUP]


def test_a_spent_watch_may_be_parked_too(bench: Bench) -> None:
    """From its handler, for example."""
    bench.watch.act = lambda watch: park(bench.reactor, watch)
    bench.peer.send(b"x")
    assert bench.turns() == [1, 0, 0]
    resume(bench.reactor, bench.watch, EPOLLIN)
    assert bench.turns() == [1, 0, 0]


def test_a_hang_up_reaches_a_parked_watch_once(bench: Bench) -> None:
    """MOD adds ERR and HUP to every mask; one-shot spends them."""
    park(bench.reactor, bench.watch)
    bench.peer.close()
    assert bench.turns() == [1, 0, 0]
    assert bench.watch.events == [EPOLLHUP]


def test_a_mask_of_zero_would_report_a_hang_up_for_ever(bench: Bench) -> None:
    """Why park keeps the flag."""
    bench.reactor.modify(bench.watch, 0)
    bench.peer.close()
    assert bench.turns() == [1, 1, 1]


def test_re_arming_before_the_read_hands_the_same_bytes_out_twice(
    bench: Bench,
) -> None:
    """Why the MOD comes last."""

    def too_early(watch: Reader) -> None:
        bench.reactor.modify(watch, MASK)

    bench.watch.act = too_early
    bench.peer.send(b"x")
    assert bench.turns(2) == [1, 1]
    assert bench.watch.got == b""


def test_a_watch_that_is_gone_cannot_be_armed(bench: Bench) -> None:
    """A late worker gets an error, not somebody else's descriptor."""
    fd = os.dup(bench.watch.fd)
    bench.reactor.retire(bench.watch)
    with pytest.raises(OSError, match="descriptor") as refused:
        bench.reactor.modify(bench.watch, MASK)
    assert refused.value.errno == errno.EBADF
    os.close(fd)
