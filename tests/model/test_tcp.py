"""What TCP over loopback does, each rule on the model and on the kernel."""

import errno

from epollref.masks import (
    EPOLL_CTL_ADD,
    EPOLL_CTL_MOD,
    EPOLLERR,
    EPOLLET,
    EPOLLHUP,
    EPOLLIN,
    EPOLLOUT,
    EPOLLPRI,
    EPOLLRDHUP,
    EPOLLWRBAND,
    EPOLLWRNORM,
)
from epollref.model.scripts.kernel import ScriptKernel
from tests.model.failing import fails
from tests.model.tcp_pairs import tcp_pair

ADD, MOD = EPOLL_CTL_ADD, EPOLL_CTL_MOD
SHUT_RD, SHUT_WR, SHUT_RDWR = 0, 1, 2


def watched_pair(
    kernel: ScriptKernel, epfd: int, events: int
) -> tuple[int, int]:
    ours, theirs = tcp_pair(kernel)
    kernel.epoll_ctl(epfd, ADD, ours, events, 7)
    return ours, theirs


# data


def test_reading_makes_no_out_edge(kernel: ScriptKernel, epfd: int) -> None:
    """A unix socket would tell of each message consumed."""
    ours, theirs = watched_pair(kernel, epfd, EPOLLOUT | EPOLLET)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLOUT, 7)]
    kernel.write(ours, b"xy")
    assert kernel.read(theirs, 8) == b"xy"
    assert kernel.epoll_wait(epfd, 8, 0) == []


def test_each_write_is_an_edge_drained_or_not(
    kernel: ScriptKernel, epfd: int
) -> None:
    ours, theirs = watched_pair(kernel, epfd, EPOLLIN | EPOLLET)
    for _ in range(2):
        kernel.write(theirs, b"x")
        assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLIN, 7)]
        assert kernel.epoll_wait(epfd, 8, 0) == []
    assert kernel.read(ours, 8) == b"xx"
    with fails(errno.EAGAIN):
        kernel.read(ours, 8)


def test_the_key_of_data_has_pri_in_it_and_no_out(
    kernel: ScriptKernel, epfd: int
) -> None:
    ours, theirs = watched_pair(kernel, epfd, EPOLLOUT | EPOLLET)
    kernel.epoll_wait(epfd, 8, 0)
    kernel.write(theirs, b"x")
    assert kernel.epoll_wait(epfd, 8, 0) == []
    kernel.epoll_ctl(epfd, MOD, ours, EPOLLPRI | EPOLLOUT | EPOLLET, 7)
    kernel.epoll_wait(epfd, 8, 0)
    kernel.write(theirs, b"x")
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLOUT, 7)]


def test_the_band_for_writing_is_never_reported(kernel: ScriptKernel) -> None:
    """A unix socket reports it with OUT."""
    ours, _ = tcp_pair(kernel)
    assert kernel.poll(ours) == EPOLLOUT | EPOLLWRNORM
    ours, _ = kernel.socketpair()
    assert kernel.poll(ours) == EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND


def test_data_wakes_one_thread_the_newest(
    kernel: ScriptKernel, epfd: int
) -> None:
    _, theirs = watched_pair(kernel, epfd, EPOLLIN | EPOLLET)
    for _ in range(2):
        kernel.sleep_in_wait(epfd, 8)
    kernel.write(theirs, b"x")
    assert kernel.returned() == [(2, [(EPOLLIN, 7)])]


# half-close and close


def test_a_half_close_is_no_hang_up_until_both_are_shut(
    kernel: ScriptKernel, epfd: int
) -> None:
    ours, theirs = watched_pair(kernel, epfd, EPOLLIN | EPOLLRDHUP)
    kernel.shutdown(theirs, SHUT_WR)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLIN | EPOLLRDHUP, 7)]
    assert kernel.read(ours, 8) == b""
    assert kernel.write(ours, b"answer") == 6
    assert kernel.read(theirs, 8) == b"answer"
    kernel.shutdown(ours, SHUT_WR)
    bits = EPOLLIN | EPOLLRDHUP | EPOLLHUP
    assert kernel.epoll_wait(epfd, 8, 0) == [(bits, 7)]


def test_out_stays_after_shut_wr_though_writing_fails(
    kernel: ScriptKernel, epfd: int
) -> None:
    ours, _ = watched_pair(kernel, epfd, EPOLLOUT)
    kernel.shutdown(ours, SHUT_WR)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLOUT, 7)]
    with fails(errno.EPIPE):
        kernel.write(ours, b"x")


def test_shutdown_is_an_edge_for_both_and_the_peer_hears_first(
    kernel: ScriptKernel, epfd: int
) -> None:
    """The order is an implementation detail of loopback."""
    ours, theirs = tcp_pair(kernel)
    for fd in (ours, theirs):
        kernel.epoll_ctl(epfd, ADD, fd, EPOLLOUT | EPOLLET, fd)
    kernel.epoll_wait(epfd, 8, 0)
    kernel.shutdown(ours, SHUT_WR)
    records = [(EPOLLOUT, theirs), (EPOLLOUT, ours)]
    assert kernel.epoll_wait(epfd, 8, 0) == records


def test_shut_rd_is_told_to_nobody_and_stops_nothing(
    kernel: ScriptKernel, epfd: int
) -> None:
    """RDHUP is no proof that the peer has closed."""
    ours, theirs = watched_pair(kernel, epfd, EPOLLIN | EPOLLRDHUP)
    kernel.shutdown(ours, SHUT_RD)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLIN | EPOLLRDHUP, 7)]
    assert kernel.poll(theirs) == EPOLLOUT | EPOLLWRNORM
    kernel.write(theirs, b"late")
    assert kernel.read(ours, 8) == b"late"
    assert kernel.read(ours, 8) == b""


def test_a_close_looks_like_a_half_close_until_one_writes(
    kernel: ScriptKernel, epfd: int
) -> None:
    """The write passes, a reset answers, and then it is a broken pipe."""
    ours, theirs = watched_pair(kernel, epfd, EPOLLIN | EPOLLRDHUP)
    kernel.close(theirs)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLIN | EPOLLRDHUP, 7)]
    assert kernel.write(ours, b"x") == 1
    bits = EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP
    assert kernel.epoll_wait(epfd, 8, 0) == [(bits, 7)]
    assert kernel.read(ours, 8) == b""
    with fails(errno.EPIPE):
        kernel.write(ours, b"x")
    assert kernel.epoll_wait(epfd, 8, 0) == [(bits & ~EPOLLERR, 7)]


def test_when_both_have_ended_nothing_is_connected(
    kernel: ScriptKernel,
) -> None:
    ours, theirs = tcp_pair(kernel)
    kernel.shutdown(ours, SHUT_WR)
    kernel.shutdown(theirs, SHUT_WR)
    for fd in (ours, theirs):
        with fails(errno.ENOTCONN):
            kernel.shutdown(fd, SHUT_RDWR)


# reset


def test_a_close_with_unread_data_is_a_reset(
    kernel: ScriptKernel, epfd: int
) -> None:
    """What was received comes first, then the error once, then the end."""
    ours, theirs = watched_pair(kernel, epfd, EPOLLIN | EPOLLRDHUP)
    kernel.write(theirs, b"last")
    kernel.write(ours, b"unread")
    kernel.close(theirs)
    bits = EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP
    assert kernel.epoll_wait(epfd, 8, 0) == [(bits, 7)]
    assert kernel.read(ours, 9) == b"last"
    with fails(errno.ECONNRESET):
        kernel.read(ours, 9)
    assert kernel.read(ours, 9) == b""
    with fails(errno.EPIPE):
        kernel.write(ours, b"x")


def test_data_for_who_shut_both_ways_resets_both(kernel: ScriptKernel) -> None:
    ours, theirs = tcp_pair(kernel)
    kernel.shutdown(theirs, SHUT_RDWR)
    assert kernel.write(ours, b"x") == 1
    for fd, number in ((ours, errno.EPIPE), (theirs, errno.ECONNRESET)):
        assert kernel.poll(fd) & (EPOLLERR | EPOLLHUP) == EPOLLERR | EPOLLHUP
        with fails(number):
            kernel.write(fd, b"x")
