"""How a watch gets onto the interest list, and how it leaves."""

import errno
import os
import socket

import pytest

from epollref.masks import (
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLLET,
    EPOLLHUP,
    EPOLLIN,
    EPOLLRDHUP,
)
from tests.server.bench import Bench, Noting


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
