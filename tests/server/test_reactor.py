"""The loop: one wait, its batch, the timers; and nothing kills it."""

import errno
import os
import socket
from functools import partial

import pytest

from epollref.masks import EPOLLIN
from tests.server.bench import Bench, Noting


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
    """DEL then says EBADF, close too, and both are reported."""

    def bad(watch: Noting, events: int) -> None:
        os.close(watch.fd)
        raise ValueError("bad")

    failing, peer = bench.watch(bad)
    peer.send(b"x")
    bench.reactor.turn(0)
    numbers = [getattr(error, "errno", None) for _, error in bench.errors]
    assert numbers == [None, errno.EBADF, errno.EBADF]
    assert failing.left == 1
    assert len(bench.reactor.table) == 1


@pytest.mark.parametrize("number", [errno.EIO, errno.EINTR, errno.ENOMEM])
@pytest.mark.parametrize("call", ["epoll_ctl", "close"])
def test_a_watch_is_retired_whatever_the_kernel_says(
    bench: Bench, call: str, number: int
) -> None:
    """It is told that it is gone, its descriptor is closed, it is reported."""
    watch, peer = bench.watch()
    bench.kernel.fail(call, number)
    bench.reactor.retire(watch)
    assert watch.left == 1
    assert peer.recv(1) == b""
    assert [getattr(error, "errno", 0) for _, error in bench.errors] == [number]


def test_a_reactor_closes_its_instance_whatever_the_kernel_says(
    bench: Bench,
) -> None:
    """Every DEL fails on the way; no descriptor is left behind."""
    watches = [bench.watch()[0] for _ in range(3)]
    bench.kernel.fail("epoll_ctl", *[errno.EIO] * 4)
    bench.reactor.close()
    assert [watch.left for watch in watches] == [1, 1, 1]
    assert len(bench.errors) == 4


def test_a_mod_that_fails_leaves_the_mask_as_it_was(bench: Bench) -> None:
    """Who compares masks would else never ask again."""
    watch, _ = bench.watch()
    bench.kernel.fail("epoll_ctl", errno.ENOMEM)
    with pytest.raises(OSError, match="memory"):
        bench.reactor.modify(watch, 0)
    assert watch.mask == EPOLLIN


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


def test_a_watch_that_is_retired_does_not_act(bench: Bench) -> None:
    """The loop may let a watch act of its own accord, while it has it."""
    watch, _ = bench.watch()
    act = partial(watch.ready, EPOLLIN)
    bench.reactor.run_for(watch, act)
    bench.reactor.retire(watch)
    bench.reactor.run_for(watch, act)
    assert watch.events == [EPOLLIN]


def test_a_watch_that_raises_when_it_acts_is_lost(bench: Bench) -> None:
    """As it would be with an event."""

    def bad() -> None:
        raise ValueError("bad")

    watch, _ = bench.watch()
    bench.reactor.run_for(watch, bad)
    assert watch.left == 1
    assert len(bench.errors) == 1
