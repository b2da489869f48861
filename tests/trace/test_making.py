"""A call that is to be made: it makes itself, and says what came of it."""

import errno
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from epollref.kernel import FileMaker, Kernel, Ready
from epollref.linux import LinuxKernel
from epollref.masks import EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLLIN, EPOLLOUT
from epollref.model import ModelKernel, measure
from epollref.trace.calls import (
    Accept,
    Call,
    Close,
    Connect,
    Dup,
    EpollCreate1,
    EpollCtl,
    EpollPwait2,
    EpollWait,
    Eventfd,
    OtherCall,
    Pipe,
    Poll,
    Polled,
    Read,
    Shutdown,
    Socket,
    Socketpair,
    TimerfdCreate,
    Write,
)
from epollref.trace.notation import Notation
from epollref.trace.tracer import TracedKernel

ONE = (1).to_bytes(8, sys.byteorder)
LINE = Notation(column=0).line


def model() -> ModelKernel:
    """Return a model of this machine."""
    return ModelKernel(measure())


def made(call: Call, kernel: Kernel) -> Call:
    """Make a call; return it with its outcome."""
    assert call.result is None
    try:
        return call.answered(call.make(kernel))
    except OSError as error:
        return call.refused(error.errno or 0)


@pytest.mark.parametrize("kernel", [LinuxKernel, model])
def test_what_a_call_says_of_itself_is_what_a_tracer_says(
    kernel: Callable[[], Kernel],
) -> None:
    """Are there two ways to the same value?"""
    told: list[Call] = []
    traced = TracedKernel(kernel(), told.append)
    calls: list[Call] = []

    def make(call: Call) -> int:
        calls.append(made(call, traced))
        return calls[-1].result or 0

    ep = make(EpollCreate1(0, result=None))
    fd = make(Eventfd(1, 0o4000, result=None))
    make(EpollCtl(ep, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLOUT, 7, result=None))
    make(EpollCtl(ep, EPOLL_CTL_ADD, fd, EPOLLIN, 7, result=None))
    make(EpollWait(ep, (), 8, 0, result=None))
    make(Read(fd, None, 8, result=None))
    make(Read(fd, None, 8, result=None))
    make(Write(fd, ONE, 8, result=None))
    make(Accept(fd, flags=0o4000, result=None))
    make(Shutdown(fd, 1, result=None))
    make(EpollCtl(ep, EPOLL_CTL_DEL, fd, result=None))
    make(Close(fd, result=None))
    make(Close(ep, result=None))
    plain = [replace(call, pid=0, time=None, duration=None) for call in told]
    assert calls == plain
    assert [call.error for call in calls if call.failed] == [
        "EEXIST",
        "EAGAIN",
        "ENOTSOCK",
        "ENOTSOCK",
    ]
    waited = calls[4]
    assert isinstance(waited, EpollWait)
    assert waited.ready == (Ready(EPOLLIN | EPOLLOUT, 7),)


def test_files_are_made_by_calls_too() -> None:
    """Pairs, copies, timers, and a poll on one file?"""
    kernel: FileMaker = model()
    calls: list[Call] = [
        Socketpair("AF_UNIX", "SOCK_STREAM", "0", result=None),
        Pipe(flags="O_NONBLOCK", result=None),
        TimerfdCreate(flags="TFD_NONBLOCK", result=None),
        Dup(5, result=None),
        Poll((Polled(3, "POLLOUT"),), 1, 0, result=None),
        Poll((Polled(7, "POLLIN"),), 1, 0, result=None),
        Socket("AF_UNIX", "SOCK_STREAM", "0", result=None),
    ]
    assert [LINE(made(call, kernel)) for call in calls] == [
        "socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0",
        "pipe2([5, 6], O_NONBLOCK) = 0",
        "timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK) = 7",
        "dup(5) = 8",
        "poll([{fd=3, events=POLLOUT}], 1, 0) = 1 "
        "([{fd=3, revents=POLLOUT|POLLWRNORM|POLLWRBAND}])",
        "poll([{fd=7, events=POLLIN}], 1, 0) = 0 (Timeout)",
        "socket(AF_UNIX, SOCK_STREAM, 0) = 9",
    ]


def test_more_is_said_of_what_came_of_it() -> None:
    """Who, when, and what the new descriptor is called?"""
    call = Eventfd(0, result=None).answered(5, made="bell", pid=7)
    assert call == Eventfd(0, result=5, made="bell", pid=7)
    failed = Close(9, result=None).refused(errno.EBADF, pid=7)
    assert failed == Close(9, result=-1, error="EBADF", pid=7)


@pytest.mark.parametrize(
    "call",
    [
        Connect(3, "{}", 0),
        EpollPwait2(3, (), 8, 0),
        OtherCall("", name="futex"),
    ],
    ids=lambda call: call.name,
)
def test_what_no_kernel_here_makes_says_so(call: Call) -> None:
    """Is it an error, not nothing?"""
    with pytest.raises(
        TypeError, match=f"no kernel makes a {type(call).__name__}"
    ):
        call.make(LinuxKernel())


def test_a_value_is_one_of_a_set() -> None:
    """Is it hashed and compared by its fields?"""
    assert len({Close(3), Close(3), Close(4)}) == 2
    with pytest.raises(AttributeError):
        object.__setattr__(Close(3), "nothing", 1)
