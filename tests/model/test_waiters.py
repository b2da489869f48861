"""Who is woken when threads are blocked, on the model and on the kernel."""

import errno
import threading

import pytest

from epollref.masks import (
    EPOLL_CTL_ADD,
    EPOLL_CTL_MOD,
    EPOLLERR,
    EPOLLET,
    EPOLLHUP,
    EPOLLIN,
    EPOLLONESHOT,
    EPOLLOUT,
    EPOLLRDHUP,
)
from epollref.model import ModelKernel, measure
from epollref.model.host.kernel import HostKernel
from epollref.model.scripts.kernel import ScriptKernel
from tests.model.waiting import ONE, counter_in

ADD, MOD = EPOLL_CTL_ADD, EPOLL_CTL_MOD
SHUT_WR = 1


# one epoll, many threads


def test_threads_are_numbered_and_sleep_until_something_is_ready(
    kernel: ScriptKernel, epfd: int
) -> None:
    counter = counter_in(kernel, epfd)
    assert kernel.sleep_in_wait(epfd, 8) == 1
    assert kernel.returned() == []
    kernel.write(counter, ONE)
    assert kernel.returned() == [(1, [(EPOLLIN, 7)])]
    assert kernel.returned() == []
    assert kernel.sleep_in_wait(epfd, 8) == 2
    assert kernel.returned() == [(2, [(EPOLLIN, 7)])]


def test_the_newest_is_woken_first(kernel: ScriptKernel, epfd: int) -> None:
    counter = counter_in(kernel, epfd, EPOLLET)
    for _ in range(3):
        kernel.sleep_in_wait(epfd, 8)
    for number in (3, 2, 1):
        kernel.write(counter, ONE)
        assert kernel.returned() == [(number, [(EPOLLIN, 7)])]


def test_an_edge_ends_exactly_one_wait(kernel: ScriptKernel, epfd: int) -> None:
    counter = counter_in(kernel, epfd, EPOLLET)
    for _ in range(3):
        kernel.sleep_in_wait(epfd, 8)
    kernel.write(counter, ONE)
    assert [number for number, _ in kernel.returned()] == [3]


def test_a_level_ends_every_wait_while_nobody_reads(
    kernel: ScriptKernel, epfd: int
) -> None:
    """Who reports it puts it back, and wakes the next."""
    counter = counter_in(kernel, epfd)
    for _ in range(3):
        kernel.sleep_in_wait(epfd, 8)
    kernel.write(counter, ONE)
    report = [(EPOLLIN, 7)]
    assert kernel.returned() == [(1, report), (2, report), (3, report)]


def test_a_one_shot_ends_one_wait_until_it_is_armed_again(
    kernel: ScriptKernel, epfd: int
) -> None:
    counter = counter_in(kernel, epfd, EPOLLONESHOT)
    for _ in range(3):
        kernel.sleep_in_wait(epfd, 8)
    for _ in range(2):
        kernel.write(counter, ONE)
    assert kernel.returned() == [(3, [(EPOLLIN, 7)])]
    kernel.epoll_ctl(epfd, MOD, counter, EPOLLIN | EPOLLONESHOT, 8)
    assert kernel.returned() == [(2, [(EPOLLIN, 8)])]


def test_with_room_for_one_each_thread_takes_another(
    kernel: ScriptKernel, epfd: int
) -> None:
    """A level that was reported goes to the end of the ready list."""
    for word in (1, 2):
        kernel.epoll_ctl(epfd, ADD, kernel.eventfd(1, 0), EPOLLIN, word)
    for _ in range(2):
        kernel.sleep_in_wait(epfd, 1)
    assert kernel.returned() == [(1, [(EPOLLIN, 1)]), (2, [(EPOLLIN, 2)])]


def test_what_does_not_fit_is_left_to_another_thread(
    kernel: ScriptKernel, epfd: int
) -> None:
    """Which two threads, and which takes what, is a race of the kernel's."""
    counter = kernel.eventfd(0, 0)
    for word in (1, 2):
        fd = kernel.dup(counter)
        kernel.epoll_ctl(epfd, ADD, fd, EPOLLIN | EPOLLET, word)
    for _ in range(3):
        kernel.sleep_in_wait(epfd, 1)
    kernel.write(counter, ONE)
    seen = [
        record.data for _, records in kernel.returned() for record in records
    ]
    assert sorted(seen) == [1, 2]


def test_a_stale_candidate_lets_a_thread_sleep_on(
    kernel: ScriptKernel, epfd: int
) -> None:
    """It is woken, finds nothing, and is the newest again."""
    ours, theirs = kernel.socketpair()
    kernel.epoll_ctl(epfd, ADD, ours, EPOLLHUP | EPOLLET, 7)
    for _ in range(2):
        kernel.sleep_in_wait(epfd, 8)
    kernel.shutdown(theirs, SHUT_WR)
    assert kernel.returned() == []
    kernel.close(theirs)
    assert kernel.returned() == [(2, [(EPOLLHUP, 7)])]


@pytest.mark.parametrize("op", [ADD, MOD])
def test_add_and_mod_of_what_is_ready_wake_a_thread(
    kernel: ScriptKernel, epfd: int, op: int
) -> None:
    ours, _ = kernel.socketpair()
    if op == MOD:
        kernel.epoll_ctl(epfd, ADD, ours, EPOLLIN, 7)
    kernel.sleep_in_wait(epfd, 8)
    kernel.epoll_ctl(epfd, op, ours, EPOLLOUT, 9)
    assert kernel.returned() == [(1, [(EPOLLOUT, 9)])]


def test_a_wait_that_cannot_be_is_refused_to_the_caller(
    kernel: ScriptKernel, epfd: int
) -> None:
    counter = kernel.eventfd(0, 0)
    for fd, most, number in (
        (99, 1, errno.EBADF),
        (counter, 1, errno.EINVAL),
        (epfd, 0, errno.EINVAL),
    ):
        with pytest.raises(OSError) as error:
            kernel.sleep_in_wait(fd, most)
        assert error.value.errno == number
    assert kernel.sleep_in_wait(epfd, 1) == 1


# the end


def test_closing_an_epoll_does_not_end_a_wait_in_it(
    kernel: ScriptKernel, epfd: int
) -> None:
    """The call holds the file, and lets it go when it is over."""
    counter = counter_in(kernel, epfd)
    outer = kernel.epoll_create1(0)
    kernel.epoll_ctl(outer, ADD, epfd, EPOLLIN, 1)
    kernel.sleep_in_wait(epfd, 8)
    kernel.close(epfd)
    assert kernel.returned() == []
    assert len(kernel.fdinfo(outer)) == 1
    kernel.write(counter, ONE)
    assert kernel.returned() == [(1, [(EPOLLIN, 7)])]
    assert kernel.fdinfo(outer) == []


def test_a_reset_is_reported_by_every_thread(
    kernel: ScriptKernel, epfd: int
) -> None:
    ours, theirs = kernel.socketpair()
    kernel.epoll_ctl(epfd, ADD, ours, EPOLLRDHUP, 7)
    kernel.write(ours, b"unread")
    for _ in range(2):
        kernel.sleep_in_wait(epfd, 8)
    kernel.close(theirs)
    bits = EPOLLRDHUP | EPOLLHUP | EPOLLERR
    assert kernel.returned() == [(1, [(bits, 7)]), (2, [(bits, 7)])]


def test_the_end_of_a_script_ends_its_threads(no_descriptor_left: None) -> None:
    before = set(threading.enumerate())
    with HostKernel(measure()) as host:
        inner, outer = host.epoll_create1(0), host.epoll_create1(0)
        host.epoll_ctl(outer, ADD, inner, EPOLLIN)
        for epfd in (inner, outer, inner, outer):
            host.sleep_in_wait(epfd, 1)
        host.close(inner)
        assert len(set(threading.enumerate()) - before) == 4
        host.reset()
        assert not set(threading.enumerate()) - before
        assert host.sleep_in_wait(host.epoll_create1(0), 1) == 1
    assert not set(threading.enumerate()) - before


# races


def test_a_call_that_races_says_so() -> None:
    """Two messages: the thread may run after the first or after both."""
    model = ModelKernel(measure())
    epfd, (ours, theirs) = model.epoll_create1(0), model.socketpair()
    model.epoll_ctl(epfd, ADD, ours, EPOLLIN | EPOLLET, 7)
    model.sleep_in_wait(epfd, 8)
    model.write(theirs, b"x")
    assert not model.raced
    model.sleep_in_wait(epfd, 8)
    model.write(theirs, bytes(70_000))
    assert model.returned()
    assert model.raced


def test_threads_in_nested_epolls_race() -> None:
    """What one takes inside is not there for the other outside."""
    model = ModelKernel(measure())
    inner, outer = model.epoll_create1(0), model.epoll_create1(0)
    model.epoll_ctl(outer, ADD, inner, EPOLLIN, 1)
    counter = counter_in(model, inner, EPOLLET)
    for epfd in (inner, outer):
        model.sleep_in_wait(epfd, 8)
    model.write(counter, ONE)
    assert model.returned() == [(1, [(EPOLLIN, 7)])]
    assert model.raced
