"""TCP listeners, and where the model of TCP ends."""

import errno
import os

import pytest

from epollref.masks import (
    EPOLL_CTL_ADD,
    EPOLLET,
    EPOLLHUP,
    EPOLLIN,
    EPOLLOUT,
    EPOLLWRNORM,
)
from epollref.model import ModelKernel, OutsideScopeError, measure
from epollref.model.host.kernel import HostKernel
from epollref.model.scripts.kernel import ScriptKernel
from epollref.model.tcp import MOST_UNREAD
from epollref.proc.process import Process
from epollref.proc.sockets import sockets
from tests.conftest import open_descriptors
from tests.model.failing import fails
from tests.model.tcp_pairs import tcp_pair

ADD = EPOLL_CTL_ADD
SHUT_RD, SHUT_WR = 0, 1


def tcp_ends(wanted: set[int] | None = None) -> set[str]:
    """Return the local ends of the TCP sockets with some inodes, or of all."""
    with Process() as process:
        found = list(sockets(process, wanted))
    return {each.local for each in found if each.protocol == "tcp"}


# listeners


def test_each_connection_is_an_edge(kernel: ScriptKernel, epfd: int) -> None:
    listener = kernel.tcp_listener()
    kernel.epoll_ctl(epfd, ADD, listener, EPOLLIN | EPOLLOUT | EPOLLET, 7)
    assert kernel.epoll_wait(epfd, 8, 0) == []
    for _ in range(2):
        kernel.connect(listener)
        assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLIN, 7)]
    for _ in range(2):
        kernel.accept4(listener, 0)
    with fails(errno.EAGAIN):
        kernel.accept4(listener, 0)


def test_a_client_may_write_and_leave_before_accept(
    kernel: ScriptKernel,
) -> None:
    listener = kernel.tcp_listener()
    client = kernel.connect(listener)
    kernel.write(client, b"hello")
    kernel.close(client)
    served = kernel.accept4(listener, 0)
    assert kernel.read(served, 9) == b"hello"
    assert kernel.read(served, 9) == b""


def test_who_waits_is_reset_when_the_listener_closes(
    kernel: ScriptKernel,
) -> None:
    listener = kernel.tcp_listener()
    client = kernel.connect(listener)
    kernel.close(listener)
    with fails(errno.ECONNRESET):
        kernel.read(client, 9)


def test_an_accepted_socket_has_the_listeners_port(
    kernel: ScriptKernel,
) -> None:
    listener = kernel.tcp_listener()
    client = kernel.connect(listener)
    served = kernel.accept4(listener, 0)
    second = kernel.connect(served)
    kernel.write(second, b"x")
    assert kernel.read(kernel.accept4(listener, 0), 9) == b"x"
    with fails(errno.ECONNREFUSED):
        kernel.connect(client)


def test_a_listener_shut_for_reading_is_as_good_as_new(
    kernel: ScriptKernel, epfd: int
) -> None:
    """It reports OUT and HUP, like any socket that is not connected."""
    listener = kernel.tcp_listener()
    kernel.epoll_ctl(epfd, ADD, listener, EPOLLIN | EPOLLOUT | EPOLLET, 7)
    kernel.shutdown(listener, SHUT_WR)
    assert kernel.epoll_wait(epfd, 8, 0) == []
    kernel.shutdown(listener, SHUT_RD)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLOUT | EPOLLHUP, 7)]
    for number, call in (
        (errno.ECONNREFUSED, lambda: kernel.connect(listener)),
        (errno.EINVAL, lambda: kernel.accept4(listener, 0)),
        (errno.ENOTCONN, lambda: kernel.read(listener, 1)),
        (errno.EPIPE, lambda: kernel.write(listener, b"x")),
    ):
        with fails(number):
            call()


# limits


def test_a_full_backlog_is_outside(kernel: ScriptKernel) -> None:
    """The client would wait for its connection, in time and not in state."""
    listener = kernel.tcp_listener()
    for _ in range(4):
        kernel.connect(listener)
    with pytest.raises(OutsideScopeError):
        kernel.connect(listener)
    kernel.accept4(listener, 0)
    kernel.connect(listener)


@pytest.mark.parametrize("size", [1, 1000, MOST_UNREAD - 1024])
def test_more_unread_than_surely_fits_is_refused_by_the_model(
    size: int,
) -> None:
    """Linux takes all that the model does, and says OUT still."""
    model = ModelKernel(measure())
    with HostKernel(measure()) as host:
        pairs = [(kernel, *tcp_pair(kernel)) for kernel in (model, host)]
        written = 0
        with pytest.raises(OutsideScopeError):
            while True:
                for kernel, client, _ in pairs:
                    assert kernel.write(client, bytes(size)) == size
                written += size
        for kernel, client, served in pairs:
            assert kernel.poll(client) == EPOLLOUT | EPOLLWRNORM
            assert kernel.read(served, MOST_UNREAD) == bytes(written)
            assert kernel.write(client, b"x") == 1


def test_a_script_leaves_no_connection_behind(no_descriptor_left: None) -> None:
    """Not even one that waits for stray segments (TIME_WAIT)."""
    with HostKernel(measure()) as host:
        listener = host.tcp_listener()
        host.connect(listener)
        host.accept4(listener, 0)
        host.connect(listener)
        ends = tcp_ends({os.fstat(fd).st_ino for fd in open_descriptors()})
    assert len(ends) == 3
    assert not ends & tcp_ends()
