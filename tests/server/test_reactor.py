"""The loop: one wait, its batch, the timers; and nothing kills it."""

import errno
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from epollref.masks import (
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLLET,
    EPOLLHUP,
    EPOLLIN,
    EPOLLRDHUP,
)
from epollref.server.reactor import Reactor, report_on_stderr
from epollref.server.watch import Watch
from tests.server.clock import Clock
from tests.server.faulty import FaultyKernel


class Noting(Watch):
    """Notes its events, and may do something about them."""

    def __init__(
        self, fd: int, act: Callable[["Noting", int], object] | None = None
    ) -> None:
        super().__init__(fd)
        self.events: list[int] = []
        self.act = act
        self.left = 0

    def ready(self, events: int) -> None:
        self.events.append(events)
        if self.act is not None:
            self.act(self, events)

    def gone(self) -> None:
        self.left += 1


class Bench:
    """A reactor on a kernel that counts, and what it reports."""

    def __init__(self) -> None:
        self.kernel = FaultyKernel()
        self.clock = Clock()
        self.errors: list[tuple[str, Exception]] = []
        self.reactor = Reactor(
            self.kernel,
            clock=self.clock,
            report=lambda *what: self.errors.append(what),
        )

    def pair(self) -> tuple[int, socket.socket]:
        """Return our descriptor, to be owned by a watch, and the peer."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self.peers.append(theirs)
        return ours.detach(), theirs

    def watch(
        self, act: Callable[[Noting, int], object] | None = None
    ) -> tuple[Noting, socket.socket]:
        fd, peer = self.pair()
        watch = Noting(fd, act)
        self.reactor.add(watch, EPOLLIN)
        return watch, peer

    peers: list[socket.socket]


@pytest.fixture
def bench() -> Iterator[Bench]:
    with _bench() as made:
        yield made


@contextmanager
def _bench() -> Iterator[Bench]:
    bench = Bench()
    bench.peers = []
    try:
        yield bench
    finally:
        bench.reactor.close()
        for peer in bench.peers:
            peer.close()


def test_a_turn_acts_on_what_is_ready_and_says_how_much(bench: Bench) -> None:
    """Nothing ready: no record; one ready: one."""
    watch, peer = bench.watch()
    assert bench.reactor.turn(0) == 0
    peer.send(b"x")
    assert bench.reactor.turn(0) == 1
    assert watch.events == [EPOLLIN]


def test_an_event_whose_watch_was_retired_in_its_batch_is_dropped(
    bench: Bench,
) -> None:
    """The first handler closes what the second record is about."""
    second: Noting

    def retire_the_second(watch: Noting, events: int) -> None:
        bench.reactor.retire(second)

    first, peer = bench.watch(retire_the_second)
    second, other = bench.watch()
    peer.send(b"x")
    other.send(b"x")
    assert bench.reactor.turn(0) == 2
    assert first.events == [EPOLLIN]
    assert second.events == []


def test_a_stale_event_does_not_reach_who_got_the_number(bench: Bench) -> None:
    """The newcomer has the descriptor of the one that went, not its token."""
    newcomer: list[Noting] = []

    def replace_the_second(watch: Noting, events: int) -> None:
        bench.reactor.retire(second)
        ours, theirs = socket.socketpair()
        bench.peers.append(theirs)
        # dup2 in the place of chance: the same number for certain.
        os.dup2(ours.fileno(), second.fd)
        ours.close()
        newcomer.append(Noting(second.fd))
        bench.reactor.add(newcomer[0], EPOLLIN)

    _, peer = bench.watch(replace_the_second)
    second, other = bench.watch()
    peer.send(b"x")
    other.send(b"x")
    assert bench.reactor.turn(0) == 2
    assert newcomer[0].fd == second.fd
    assert newcomer[0].events == []


def test_a_handler_that_raises_loses_its_watch_and_not_the_loop(
    bench: Bench,
) -> None:
    """The error is reported, the descriptor closed, the others served."""

    def bad(watch: Noting, events: int) -> None:
        os.read(watch.fd, 9)
        raise ValueError("bad")

    failing, peer = bench.watch(bad)
    fine, other = bench.watch()
    peer.send(b"x")
    other.send(b"x")
    bench.reactor.turn(0)
    assert [str(error) for _, error in bench.errors] == ["bad"]
    assert failing.left == 1
    assert peer.recv(1) == b""
    assert fine.events == [EPOLLIN]


def test_a_handler_that_closes_its_own_descriptor_is_survived(
    bench: Bench,
) -> None:
    """DEL then says EBADF, and that is reported too."""

    def bad(watch: Noting, events: int) -> None:
        os.close(watch.fd)
        raise ValueError("bad")

    failing, peer = bench.watch(bad)
    peer.send(b"x")
    bench.reactor.turn(0)
    numbers = [getattr(error, "errno", None) for _, error in bench.errors]
    assert numbers == [None, errno.EBADF]
    assert failing.left == 1
    assert len(bench.reactor.table) == 1


def test_to_retire_is_to_forget_then_del_then_close(bench: Bench) -> None:
    """In this order, and once."""
    watch, _ = bench.watch()
    fd = watch.fd
    bench.kernel.calls.clear()
    bench.reactor.retire(watch)
    bench.reactor.retire(watch)
    assert bench.kernel.calls == [
        ("epoll_ctl", (EPOLL_CTL_DEL, fd, 0)),
        ("close", (fd,)),
    ]
    assert watch.left == 1


def test_a_dup_that_outlives_a_watch_leaves_no_phantom(bench: Bench) -> None:
    """DEL before close: close alone would keep the registration alive."""
    watch, peer = bench.watch()
    dup = os.dup(watch.fd)
    bench.reactor.retire(watch)
    peer.send(b"x")
    assert bench.reactor.turn(0) == 0
    os.close(dup)


def test_a_borrowed_descriptor_stays_open(bench: Bench) -> None:
    """It is served like any other, and left to its owner."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        seen: list[int] = []
        watch = bench.reactor.watch_fd(ours.fileno(), seen.append)
        theirs.send(b"x")
        bench.reactor.turn(0)
        bench.reactor.retire(watch)
        assert seen == [EPOLLIN]
        assert ours.recv(1) == b"x"


def test_a_mask_may_be_given_for_a_borrowed_descriptor(bench: Bench) -> None:
    """Edge-triggered, for example."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        seen: list[int] = []
        mask = EPOLLRDHUP | EPOLLET
        bench.reactor.watch_fd(ours.fileno(), seen.append, mask)
        theirs.close()
        bench.reactor.turn(0)
        bench.reactor.turn(0)
        assert seen == [EPOLLRDHUP | EPOLLHUP]


def test_modify_re_arms(bench: Bench) -> None:
    """An edge that was taken is reported anew after MOD."""
    watch, peer = bench.watch()
    bench.reactor.modify(watch, EPOLLIN | EPOLLET)
    peer.send(b"x")
    assert [bench.reactor.turn(0) for _ in range(3)] == [1, 0, 0]
    bench.reactor.modify(watch, EPOLLIN | EPOLLET)
    assert [bench.reactor.turn(0) for _ in range(3)] == [1, 0, 0]


def test_what_cannot_be_added_is_in_no_table(bench: Bench) -> None:
    """ENOSPC: max_user_watches.  The descriptor is still the caller's."""
    fd, peer = bench.pair()
    watch = Noting(fd)
    bench.kernel.fail("epoll_ctl", errno.ENOSPC)
    with pytest.raises(OSError, match="space"):
        bench.reactor.add(watch, EPOLLIN)
    assert len(bench.reactor.table) == 1
    assert watch.left == 0
    os.close(fd)
    assert peer.recv(1) == b""


def test_a_signal_ends_a_wait_with_an_empty_batch(bench: Bench) -> None:
    """EINTR is no error: the handler has run, the loop goes on."""
    watch, peer = bench.watch()
    peer.send(b"x")
    bench.kernel.fail("epoll_wait", errno.EINTR)
    assert bench.reactor.turn() == 0
    assert bench.reactor.turn() == 1
    assert watch.events == [EPOLLIN]


def test_a_timer_ends_the_wait(bench: Bench) -> None:
    """The timeout of the wait is what the first timer leaves."""
    rung: list[str] = []
    bench.reactor.call_later(1.5, lambda: rung.append("first"))
    bench.kernel.fail("epoll_wait", errno.EINTR, errno.EINTR)
    bench.reactor.turn()
    assert rung == []
    bench.clock.now += 1.5
    bench.reactor.turn()
    assert rung == ["first"]
    waits = [args[0] for n, args in bench.kernel.calls if n == "epoll_wait"]
    assert waits == [1500, 0]


def test_a_timer_that_raises_is_reported(bench: Bench) -> None:
    """And the next one rings."""
    rung: list[str] = []

    def bad() -> None:
        raise ValueError("bad")

    bench.reactor.call_later(1, bad)
    bench.reactor.call_later(1, lambda: rung.append("next"))
    bench.clock.now += 1
    bench.reactor.turn(0)
    assert [str(error) for _, error in bench.errors] == ["bad"]
    assert rung == ["next"]


def test_a_poke_acts_as_an_event_would(bench: Bench) -> None:
    """The loop may look at a watch of its own accord."""
    watch, _ = bench.watch()
    bench.reactor.poke(watch, EPOLLIN)
    bench.reactor.retire(watch)
    bench.reactor.poke(watch, EPOLLIN)
    assert watch.events == [EPOLLIN]


def test_a_poke_that_raises_loses_the_watch(bench: Bench) -> None:
    """As an event would."""

    def bad(watch: Noting, events: int) -> None:
        raise ValueError("bad")

    watch, _ = bench.watch(bad)
    bench.reactor.poke(watch, EPOLLIN)
    assert watch.left == 1
    assert len(bench.errors) == 1


def test_close_retires_all(bench: Bench) -> None:
    """Every descriptor is closed, the instance and the wakeup too."""
    watch, peer = bench.watch()
    bench.reactor.close()
    assert watch.left == 1
    assert peer.recv(1) == b""
    assert len(bench.reactor.table) == 0
    opened = bench.kernel.count("epoll_create1") + bench.kernel.count("eventfd")
    assert bench.kernel.count("close") == opened + 1


def test_close_does_not_mind_a_borrowed_descriptor_that_is_gone(
    bench: Bench,
) -> None:
    """Its owner closed it first: the rest is closed all the same."""
    r, w = os.pipe()
    bench.reactor.watch_fd(r, lambda events: None)
    os.close(r)
    os.close(w)
    bench.reactor.close()
    assert len(bench.reactor.table) == 0


def test_the_data_word_is_the_token(bench: Bench) -> None:
    """Two watches, two tokens, one ADD each."""
    first, _ = bench.watch()
    second, _ = bench.watch()
    assert first.token != second.token
    assert bench.kernel.count("epoll_ctl", EPOLL_CTL_ADD) == 3


def test_errors_are_written_to_stderr_unless_told_otherwise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A message, and the traceback."""
    report_on_stderr("a handler failed", ValueError("bad"))
    assert capsys.readouterr().err.splitlines() == [
        "a handler failed",
        "ValueError: bad",
    ]
