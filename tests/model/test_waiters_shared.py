"""Who is woken when several epolls watch one file."""

from epollref.masks import (
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLLET,
    EPOLLEXCLUSIVE,
    EPOLLIN,
)
from epollref.model.scripts.kernel import ScriptKernel
from tests.model.waiting import ONE, counter_in

ADD, DEL = EPOLL_CTL_ADD, EPOLL_CTL_DEL
SHUT_WR = 1


def two_exclusive(kernel: ScriptKernel, fd: int) -> tuple[int, int]:
    """Return two epolls that watch a file, the first-added one first."""
    first, second = kernel.epoll_create1(0), kernel.epoll_create1(0)
    for epfd in (first, second):
        kernel.epoll_ctl(epfd, ADD, fd, EPOLLIN | EPOLLEXCLUSIVE, epfd)
    return first, second


# one file, many epolls


def test_without_exclusive_every_epoll_wakes_a_thread(
    kernel: ScriptKernel,
) -> None:
    """The herd."""
    counter = kernel.eventfd(0, 0)
    for _ in range(3):
        epfd = kernel.epoll_create1(0)
        kernel.epoll_ctl(epfd, ADD, counter, EPOLLIN | EPOLLET, epfd)
        kernel.sleep_in_wait(epfd, 8)
    kernel.write(counter, ONE)
    assert [number for number, _ in kernel.returned()] == [1, 2, 3]


def test_of_exclusive_epolls_the_first_added_takes_it(
    kernel: ScriptKernel,
) -> None:
    """The later one does not even get the entry."""
    counter = kernel.eventfd(0, 0)
    first, second = two_exclusive(kernel, counter)
    for epfd in (second, first):
        kernel.sleep_in_wait(epfd, 8)
    kernel.write(counter, ONE)
    assert kernel.returned() == [(2, [(EPOLLIN, first)])]
    assert kernel.epoll_wait(second, 8, 0) == []
    assert kernel.epoll_wait(first, 8, 0) == [(EPOLLIN, first)]


def test_an_exclusive_epoll_without_a_thread_is_passed_but_gets_it(
    kernel: ScriptKernel,
) -> None:
    counter = kernel.eventfd(0, 0)
    first, second = two_exclusive(kernel, counter)
    kernel.sleep_in_wait(second, 8)
    kernel.write(counter, ONE)
    assert kernel.returned() == [(1, [(EPOLLIN, second)])]
    assert kernel.epoll_wait(first, 8, 0) == [(EPOLLIN, first)]


def test_without_threads_every_exclusive_epoll_gets_it(
    kernel: ScriptKernel,
) -> None:
    counter = kernel.eventfd(0, 0)
    first, second = two_exclusive(kernel, counter)
    kernel.write(counter, ONE)
    for epfd in (first, second):
        assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLIN, epfd)]


def test_a_watch_that_is_not_exclusive_does_not_take_it(
    kernel: ScriptKernel, epfd: int
) -> None:
    counter = counter_in(kernel, epfd)
    first, second = two_exclusive(kernel, counter)
    for waiting in (epfd, first, second):
        kernel.sleep_in_wait(waiting, 8)
    kernel.write(counter, ONE)
    assert [number for number, _ in kernel.returned()] == [1, 2]


def test_a_watch_added_anew_goes_to_the_end_of_the_line(
    kernel: ScriptKernel,
) -> None:
    """So taking turns is possible, and nginx does."""
    counter = kernel.eventfd(0, 0)
    first, second = two_exclusive(kernel, counter)
    kernel.epoll_ctl(first, DEL, counter)
    kernel.epoll_ctl(first, ADD, counter, EPOLLIN | EPOLLEXCLUSIVE, first)
    for epfd in (first, second):
        kernel.sleep_in_wait(epfd, 8)
    kernel.write(counter, ONE)
    assert kernel.returned() == [(2, [(EPOLLIN, second)])]


def test_a_hang_up_is_for_all_exclusive_or_not(kernel: ScriptKernel) -> None:
    """A wakeup without a key passes nobody over."""
    ours, theirs = kernel.socketpair()
    for epfd in two_exclusive(kernel, ours):
        kernel.sleep_in_wait(epfd, 8)
    kernel.shutdown(theirs, SHUT_WR)
    assert [number for number, _ in kernel.returned()] == [1, 2]


# epolls that watch epolls


def test_an_inner_wakeup_ends_a_wait_outside(
    kernel: ScriptKernel, epfd: int
) -> None:
    counter = counter_in(kernel, epfd)
    outer = kernel.epoll_create1(0)
    kernel.epoll_ctl(outer, ADD, epfd, EPOLLIN, 1)
    kernel.sleep_in_wait(outer, 8)
    kernel.write(counter, ONE)
    assert kernel.returned() == [(1, [(EPOLLIN, 1)])]
