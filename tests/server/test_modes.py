"""Interests and a mode make a mask, in one place."""

import contextlib
import itertools
import random
import select
import socket

import pytest

from epollref.linux import LinuxKernel
from epollref.masks import (
    ALWAYS_REPORTED,
    EPOLL_CTL_ADD,
    EPOLLET,
    EPOLLIN,
    EPOLLONESHOT,
    EPOLLOUT,
    EPOLLPRI,
    EPOLLRDHUP,
)
from epollref.server.modes import MODES, find_mode

BOTH = (False, True)


def test_there_are_four_modes() -> None:
    """Two flags make four modes."""
    assert {name: mode.flags for name, mode in MODES.items()} == {
        "level": 0,
        "edge": EPOLLET,
        "oneshot": EPOLLONESHOT,
        "edge-oneshot": EPOLLET | EPOLLONESHOT,
    }


@pytest.mark.parametrize("name", ["", "Level", "et", "edge oneshot"])
def test_an_unknown_mode_is_refused_by_naming_the_four(name: str) -> None:
    """Who mistypes a mode is told what there is."""
    with pytest.raises(ValueError, match="no mode") as refused:
        find_mode(name)
    assert all(known in str(refused.value) for known in MODES)


def test_edge_and_oneshot_say_what_the_flags_say(mode: str) -> None:
    """Is a mode edge-triggered, is it one-shot?"""
    assert find_mode(mode).edge is ("edge" in mode)
    assert find_mode(mode).oneshot is ("oneshot" in mode)


def test_half_close_is_watched_with_input_and_only_then(mode: str) -> None:
    """RDHUP without IN would be reported for ever in level mode."""
    for wants_input, wants_output in itertools.product(BOTH, BOTH):
        mask = find_mode(mode).mask(wants_input, wants_output)
        assert bool(mask & EPOLLIN) is wants_input
        assert bool(mask & EPOLLRDHUP) is wants_input
        assert bool(mask & EPOLLOUT) is wants_output


def test_err_and_hup_need_not_be_asked_for(mode: str) -> None:
    """The kernel adds them to every mask."""
    assert not find_mode(mode).mask(True, True) & ALWAYS_REPORTED


def test_who_wants_nothing_is_left_with_the_flags(mode: str) -> None:
    """A one-shot watch is parked in this way."""
    assert find_mode(mode).mask(False, False) == find_mode(mode).flags


def test_urgent_data_is_watched_where_a_short_read_ends_the_drain(
    mode: str,
) -> None:
    """Only a lasting edge depends on what a short read means."""
    mask = find_mode(mode).mask(True, False)
    assert bool(mask & EPOLLPRI) is (mode == "edge")


def test_a_half_close_left_alone_in_level_mode_would_spin() -> None:
    """Why RDHUP goes with IN: alone, it is reported again and again."""
    kernel = LinuxKernel()
    epfd = kernel.epoll_create1(0)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, ours.fileno(), EPOLLRDHUP)
        theirs.shutdown(socket.SHUT_WR)
        reports = [len(kernel.epoll_wait(epfd, 1, 0)) for _ in range(3)]
    kernel.close(epfd)
    assert reports == [1, 1, 1]


def reports(flag: int, seed: int) -> list[object]:
    """What a random script of watches, writes, reads and waits returns."""
    choose = random.Random(seed)
    told: list[object] = []
    with contextlib.ExitStack() as stack:
        epoll = stack.enter_context(select.epoll())
        pairs = [socket.socketpair() for _ in range(3)]
        for end in itertools.chain(*pairs):
            end.setblocking(False)
            stack.enter_context(end)
        for ours, _ in pairs:
            epoll.register(ours, EPOLLIN | flag)
        names = {ours.fileno(): i for i, (ours, _) in enumerate(pairs)}
        for _ in range(200):
            ours, theirs = choose.choice(pairs)
            mask = choose.choice([0, EPOLLIN, EPOLLOUT, EPOLLIN | EPOLLOUT])
            size, most = choose.choice([1, 50, 1000]), choose.choice([1, 8])
            step = choose.randrange(4)
            if step == 0:
                epoll.modify(ours, mask | flag)
            elif step == 1:
                theirs.send(bytes(size))
            elif step == 2:
                with contextlib.suppress(BlockingIOError):
                    told.append(len(ours.recv(size)))
            else:
                found = epoll.poll(0, most)
                told.append([(names[fd], bits) for fd, bits in found])
    return told


def test_edge_beside_oneshot_makes_no_difference() -> None:
    """Neither is put back on the ready list; alone, an edge does differ."""
    one_shot = [reports(EPOLLONESHOT, seed) for seed in range(50)]
    both = [reports(EPOLLONESHOT | EPOLLET, seed) for seed in range(50)]
    assert both == one_shot
    assert [reports(EPOLLET, seed) for seed in range(50)] != one_shot
