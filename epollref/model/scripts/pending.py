"""Calls that are still to be made: their result is ``None``.

The values of ``epollref.trace.calls`` know what strace prints, so they have
more fields than a script has to say.  Here each has a short form.  Nobody
changes a value, so what is small and asked for again is not made again:
random scripts repeat themselves, and to find a value costs a third of making
it.
"""

import functools
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from epollref.model.scripts.words import (
    ConnectSocket,
    ConnectTo,
    Fdinfo,
    MakeListener,
    MakeRegularFile,
    MakeTcpListener,
    Returned,
    SetTimer,
    SleepInWait,
)
from epollref.trace.calls import (
    Accept,
    Close,
    Dup,
    EpollCreate1,
    EpollCtl,
    EpollWait,
    Eventfd,
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

MOST_KEPT: Final = 1 << 12
"""Values of each call: descriptors times sizes of a random script."""

_Params = ParamSpec("_Params")
_Made = TypeVar("_Made")


def _kept(make: Callable[_Params, _Made]) -> Callable[_Params, _Made]:
    """Keep what was made; the arguments are checked as before."""
    kept: Callable[..., _Made] = functools.lru_cache(MOST_KEPT)(make)
    return kept


UNIX_SOCKET: Final = Socket(
    "AF_UNIX", "SOCK_STREAM|SOCK_NONBLOCK", "0", result=None
)
TCP_SOCKET: Final = Socket(
    "AF_INET", "SOCK_STREAM|SOCK_NONBLOCK", "IPPROTO_IP", result=None
)
SOCKETPAIR: Final = Socketpair(
    "AF_UNIX", "SOCK_STREAM|SOCK_NONBLOCK", "0", result=None
)
PIPE: Final = Pipe(flags="O_NONBLOCK", result=None)
TIMER: Final = TimerfdCreate("CLOCK_MONOTONIC", "TFD_NONBLOCK", result=None)
LISTENER: Final = MakeListener(result=None)
TCP_LISTENER: Final = MakeTcpListener(result=None)
REGULAR_FILE: Final = MakeRegularFile(result=None)
RETURNED: Final = Returned(result=None)


def control(
    epfd: int, op: int, fd: int, events: int = 0, data: int = 0
) -> EpollCtl:
    """Return an epoll_ctl."""
    return EpollCtl(epfd, op, fd, events, data, result=None)


@_kept
def create(flags: int = 0) -> EpollCreate1:
    """Return an epoll_create1."""
    return EpollCreate1(flags, result=None)


@_kept
def wait(epfd: int, maxevents: int, timeout_ms: int = 0) -> EpollWait:
    """Return an epoll_wait."""
    return EpollWait(epfd, (), maxevents, timeout_ms, result=None)


@_kept
def read(fd: int, n: int) -> Read:
    """Return a read."""
    return Read(fd, None, n, result=None)


def write(fd: int, data: bytes) -> Write:
    """Return a write."""
    return Write(fd, data, len(data), result=None)


@_kept
def accept(fd: int, flags: int = 0) -> Accept:
    """Return an accept4."""
    return Accept(fd, flags=flags, result=None)


@_kept
def connect(listener: int) -> ConnectTo:
    """Return a connect to a listener."""
    return ConnectTo(listener, result=None)


@_kept
def connect_to(fd: int, listener: int) -> ConnectSocket:
    """Return a connect of a socket to a listener."""
    return ConnectSocket(fd, listener, result=None)


@_kept
def shutdown(fd: int, how: int) -> Shutdown:
    """Return a shutdown."""
    return Shutdown(fd, how, result=None)


@_kept
def eventfd(initval: int, flags: int = 0) -> Eventfd:
    """Return an eventfd2."""
    return Eventfd(initval, flags, result=None)


@_kept
def settime(fd: int, expired: bool) -> SetTimer:
    """Return a timerfd_settime."""
    return SetTimer(fd, expired, result=None)


@_kept
def dup(fd: int) -> Dup:
    """Return a dup."""
    return Dup(fd, result=None)


@_kept
def close(fd: int) -> Close:
    """Return a close."""
    return Close(fd, result=None)


@_kept
def poll(fd: int) -> Poll:
    """Return a poll of one file, with every condition asked for."""
    return Poll((Polled(fd, "..."),), 1, 0, result=None)


@_kept
def fdinfo(epfd: int) -> Fdinfo:
    """Return a look at an interest list."""
    return Fdinfo(epfd, result=None)


def sleep(epfd: int, maxevents: int) -> SleepInWait:
    """Return a wait of a new thread, without end."""
    return SleepInWait(epfd, maxevents, result=None)
