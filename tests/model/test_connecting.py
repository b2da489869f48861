"""Sockets of one's own: fresh, connected at once, in progress, or refused."""

import errno
from collections.abc import Callable

import pytest

from epollref.masks import (
    EPOLL_CTL_ADD,
    EPOLL_CTL_MOD,
    EPOLLERR,
    EPOLLET,
    EPOLLHUP,
    EPOLLIN,
    EPOLLOUT,
    EPOLLRDHUP,
    EPOLLRDNORM,
    EPOLLWRBAND,
    EPOLLWRNORM,
)
from epollref.model import OutsideScopeError
from epollref.model.scripts.kernel import ScriptKernel
from epollref.model.table import BACKLOG
from tests.model.failing import fails

ADD, MOD = EPOLL_CTL_ADD, EPOLL_CTL_MOD
SHUT_RD, SHUT_WR = 0, 1
UNIX, TCP = "AF_UNIX", "AF_INET"
TCP_ROOM = EPOLLOUT | EPOLLWRNORM
UNIX_ROOM = TCP_ROOM | EPOLLWRBAND
ENDED = EPOLLIN | EPOLLRDNORM | EPOLLRDHUP | EPOLLHUP


def watched(kernel: ScriptKernel, epfd: int, domain: str, mask: int) -> int:
    """Return a fresh socket under a watch; its first report is taken."""
    fresh = kernel.stream_socket(domain)
    kernel.epoll_ctl(epfd, ADD, fresh, mask, 7)
    kernel.epoll_wait(epfd, 8, 0)
    return fresh


def full(kernel: ScriptKernel, make: Callable[[], int]) -> int:
    """Return a listener whose backlog is full."""
    listener = make()
    for _ in range(BACKLOG + 1):
        kernel.connect(listener)
    return listener


# fresh


@pytest.mark.parametrize(
    ("domain", "room", "read", "write"),
    [
        (UNIX, UNIX_ROOM, errno.EINVAL, errno.ENOTCONN),
        (TCP, TCP_ROOM, errno.ENOTCONN, errno.EPIPE),
    ],
)
def test_a_fresh_socket_is_writable_and_has_hung_up(
    kernel: ScriptKernel, domain: str, room: int, read: int, write: int
) -> None:
    fresh = kernel.stream_socket(domain)
    assert kernel.poll(fresh) == room | EPOLLHUP
    with fails(read):
        kernel.read(fresh, 1)
    with fails(write):
        kernel.write(fresh, b"x")
    assert kernel.read(fresh, 0) == b""


def test_what_is_shut_before_the_connect_stays_shut(
    kernel: ScriptKernel, epfd: int
) -> None:
    """The peer is not told, and hears of a write that it cannot make."""
    listener, fresh = kernel.listener(), kernel.stream_socket(UNIX)
    kernel.shutdown(fresh, SHUT_RD)
    kernel.connect_to(fresh, listener)
    served = kernel.accept4(listener, 0)
    assert kernel.read(fresh, 1) == b""
    kernel.epoll_ctl(epfd, ADD, served, EPOLLOUT | EPOLLET, 7)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLOUT, 7)]
    with fails(errno.EPIPE):
        kernel.write(served, b"x")
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLOUT, 7)]


# unix


def test_a_unix_connect_is_over_at_once_and_no_edge(
    kernel: ScriptKernel, epfd: int
) -> None:
    listener = kernel.listener()
    fresh = watched(kernel, epfd, UNIX, EPOLLIN | EPOLLOUT | EPOLLET)
    kernel.connect_to(fresh, listener)
    assert kernel.epoll_wait(epfd, 8, 0) == []
    kernel.epoll_ctl(epfd, MOD, fresh, EPOLLOUT | EPOLLET, 7)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLOUT, 7)]
    with fails(errno.EISCONN):
        kernel.connect_to(fresh, listener)


def test_a_full_unix_backlog_begins_nothing(
    kernel: ScriptKernel, epfd: int
) -> None:
    listener = full(kernel, kernel.listener)
    fresh = watched(kernel, epfd, UNIX, EPOLLOUT | EPOLLET)
    with fails(errno.EAGAIN):
        kernel.connect_to(fresh, listener)
    assert kernel.poll(fresh) == UNIX_ROOM | EPOLLHUP
    kernel.accept4(listener, 0)
    assert kernel.epoll_wait(epfd, 8, 0) == []
    kernel.connect_to(fresh, listener)
    assert kernel.poll(fresh) == UNIX_ROOM


def test_what_the_listener_says_comes_before_what_the_client_is(
    kernel: ScriptKernel,
) -> None:
    listener = full(kernel, kernel.listener)
    connected, _ = kernel.socketpair()
    for client in (connected, listener):
        with fails(errno.EAGAIN):
            kernel.connect_to(client, listener)
    kernel.accept4(listener, 0)
    with fails(errno.EISCONN):
        kernel.connect_to(connected, listener)
    with fails(errno.EINVAL):
        kernel.connect_to(listener, listener)
    kernel.shutdown(listener, SHUT_RD)
    for client in (connected, listener, kernel.stream_socket(UNIX)):
        with fails(errno.ECONNREFUSED):
            kernel.connect_to(client, listener)


def test_the_name_outlives_its_listener(kernel: ScriptKernel) -> None:
    listener = kernel.listener()
    client = kernel.connect(listener)
    served = kernel.accept4(listener, 0)
    kernel.close(listener)
    fresh = kernel.stream_socket(UNIX)
    with fails(errno.ECONNREFUSED):
        kernel.connect_to(fresh, served)
    with fails(errno.EINVAL):
        kernel.connect_to(fresh, client)


def test_both_have_to_be_sockets(kernel: ScriptKernel, epfd: int) -> None:
    fresh = kernel.stream_socket(UNIX)
    for client, target in ((epfd, fresh), (fresh, epfd)):
        with fails(errno.ENOTSOCK):
            kernel.connect_to(client, target)
    for client, target in ((99, epfd), (fresh, 99)):
        with fails(errno.EBADF):
            kernel.connect_to(client, target)


# TCP


def test_a_tcp_connect_is_an_edge_and_says_0_once(
    kernel: ScriptKernel, epfd: int
) -> None:
    listener = kernel.tcp_listener()
    fresh = watched(kernel, epfd, TCP, EPOLLIN | EPOLLOUT | EPOLLET)
    with fails(errno.EINPROGRESS):
        kernel.connect_to(fresh, listener)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLOUT, 7)]
    kernel.connect_to(fresh, listener)
    with fails(errno.EISCONN):
        kernel.connect_to(fresh, listener)
    served = kernel.accept4(listener, 0)
    assert kernel.write(fresh, b"hello") == 5
    assert kernel.read(served, 9) == b"hello"


def test_a_refused_connect_is_told_once_and_leaves_a_fresh_socket(
    kernel: ScriptKernel, epfd: int
) -> None:
    listener = kernel.tcp_listener()
    kernel.shutdown(listener, SHUT_RD)
    fresh = watched(kernel, epfd, TCP, EPOLLOUT | EPOLLET)
    with fails(errno.EINPROGRESS):
        kernel.connect_to(fresh, listener)
    failed = EPOLLOUT | EPOLLERR | EPOLLHUP
    assert kernel.epoll_wait(epfd, 8, 0) == [(failed, 7)]
    assert kernel.poll(fresh) == TCP_ROOM | ENDED | EPOLLERR
    with fails(errno.ECONNREFUSED):
        kernel.connect_to(fresh, listener)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLOUT | EPOLLHUP, 7)]
    assert kernel.poll(fresh) == TCP_ROOM | EPOLLHUP


def test_connect_says_aborted_once_the_error_is_taken(
    kernel: ScriptKernel,
) -> None:
    listener, fresh = kernel.tcp_listener(), kernel.stream_socket(TCP)
    kernel.shutdown(listener, SHUT_RD)
    with fails(errno.EINPROGRESS):
        kernel.connect_to(fresh, listener)
    with fails(errno.ECONNREFUSED):
        kernel.write(fresh, b"x")
    assert kernel.read(fresh, 1) == b""
    with fails(errno.ECONNABORTED):
        kernel.connect_to(fresh, listener)


def test_a_failed_connect_that_is_shut_is_lost(kernel: ScriptKernel) -> None:
    listener, fresh = kernel.tcp_listener(), kernel.stream_socket(TCP)
    kernel.shutdown(listener, SHUT_RD)
    with fails(errno.EINPROGRESS):
        kernel.connect_to(fresh, listener)
    with fails(errno.ENOTCONN):
        kernel.shutdown(fresh, SHUT_WR)
    for _ in range(2):
        with fails(errno.EINVAL):
            kernel.connect_to(fresh, listener)


def test_without_an_answer_a_connect_is_in_progress_and_not_out(
    kernel: ScriptKernel, epfd: int
) -> None:
    listener = full(kernel, kernel.tcp_listener)
    fresh = watched(kernel, epfd, TCP, EPOLLOUT | EPOLLET)
    with fails(errno.EINPROGRESS):
        kernel.connect_to(fresh, listener)
    assert kernel.poll(fresh) == 0
    assert kernel.epoll_wait(epfd, 8, 0) == []
    with fails(errno.EALREADY):
        kernel.connect_to(fresh, listener)
    with fails(errno.EAGAIN):
        kernel.read(fresh, 1)
    with fails(errno.EAGAIN):
        kernel.write(fresh, b"x")
    kernel.shutdown(fresh, SHUT_WR)
    failed = EPOLLOUT | EPOLLERR | EPOLLHUP
    assert kernel.epoll_wait(epfd, 8, 0) == [(failed, 7)]
    with fails(errno.ECONNRESET):
        kernel.read(fresh, 1)


def test_no_fin_is_sent_of_what_was_shut_before(kernel: ScriptKernel) -> None:
    listener = kernel.tcp_listener()
    for shut, how in ((SHUT_WR, SHUT_RD), (SHUT_RD, SHUT_WR)):
        fresh = kernel.stream_socket(TCP)
        with fails(errno.ENOTCONN):
            kernel.shutdown(fresh, shut)
        with fails(errno.EINPROGRESS):
            kernel.connect_to(fresh, listener)
        served = kernel.accept4(listener, 0)
        kernel.shutdown(fresh, how)
        ended = bool(kernel.poll(served) & EPOLLRDHUP)
        assert ended == (how == SHUT_WR)


@pytest.mark.parametrize("kernel", ["model"], indirect=True)
def test_what_an_unanswered_connect_comes_to_is_outside(
    kernel: ScriptKernel,
) -> None:
    """Nothing has changed then: the listener still listens."""
    listener, fresh = (
        full(kernel, kernel.tcp_listener),
        kernel.stream_socket(TCP),
    )
    with fails(errno.EINPROGRESS):
        kernel.connect_to(fresh, listener)
    acts: list[Callable[[], object]] = [
        lambda: kernel.accept4(listener, 0),
        lambda: kernel.shutdown(listener, SHUT_RD),
        lambda: kernel.close(listener),
    ]
    for act in acts:
        with pytest.raises(OutsideScopeError, match="seconds later"):
            act()
    kernel.close(fresh)
    assert kernel.accept4(listener, 0)


@pytest.mark.parametrize("kernel", ["model"], indirect=True)
def test_a_client_that_listened_is_outside(kernel: ScriptKernel) -> None:
    listener = kernel.tcp_listener()
    with fails(errno.EISCONN):
        kernel.connect_to(listener, listener)
    kernel.shutdown(listener, SHUT_RD)
    with pytest.raises(OutsideScopeError, match="listened"):
        kernel.connect_to(listener, listener)


def test_no_connect_leads_to_the_other_family(kernel: ScriptKernel) -> None:
    unix, tcp = kernel.listener(), kernel.tcp_listener()
    with fails(errno.EAFNOSUPPORT):
        kernel.connect_to(kernel.stream_socket(TCP), unix)
    with fails(errno.EINVAL):
        kernel.connect_to(kernel.stream_socket(UNIX), tcp)
