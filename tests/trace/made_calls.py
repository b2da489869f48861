"""Calls of every class that a trace can hold, made at random.

The classes are found, in whichever module of the package they stand; how
calls of a class are made is said here.
"""

import errno
import importlib
import pkgutil
import sys
from dataclasses import fields
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy, builds, integers, just

import epollref.trace
from epollref.kernel import Ready
from epollref.masks import EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD
from epollref.trace.calls import (
    Accept,
    Clone,
    Close,
    CloseRange,
    Connect,
    Copy,
    Dup,
    EpollCreate,
    EpollCreate1,
    EpollCtl,
    EpollPwait,
    EpollPwait2,
    EpollWait,
    Eventfd,
    Execve,
    ExitCall,
    Fcntl,
    Getsockopt,
    InotifyInit,
    Ioctl,
    IoUringEnter,
    IoUringSetup,
    Listen,
    PidfdOpen,
    Pipe,
    Poll,
    Polled,
    Ppoll,
    Read,
    Select,
    Shutdown,
    Signalfd,
    Socket,
    Socketpair,
    TimerfdCreate,
    TimerfdSettime,
    Timespec,
    Write,
)
from epollref.trace.items import Call, OtherCall, Resumed

for module in pkgutil.walk_packages(epollref.trace.__path__, "epollref.trace."):
    importlib.import_module(module.name)

FD = integers(-1, 2**31 - 1)
INT = integers(-(2**31), 2**31 - 1)
MASK = integers(0, 2**32 - 1)
WORD = integers(0, 2**64 - 1)
SIZE = integers(0, 2**63 - 1)
SECONDS = integers(0, 10**9)
READY = st.lists(builds(Ready, MASK, WORD), max_size=5).map(tuple)
SIGSET = st.sampled_from(["NULL", "[INT USR1]", "~[KILL STOP]", "[]"])
CHANGE = st.sampled_from([EPOLL_CTL_ADD, EPOLL_CTL_MOD, 0, 9])
FILE = st.sampled_from(
    [
        "",
        "anon_inode:[eventpoll]",
        "TCP:[127.0.0.1:80->127.0.0.1:5]",
        "TCPv6:[[::1]:80]",
        "/tmp/a) = 5 b",
        "/dev/pts/0<char 136:0>",
        "{eventfd-count=0x1, eventfd-id=2, eventfd-semaphore=0}",
    ]
)
VECTOR = '[{iov_base="x", iov_len=5}, {iov_base="", iov_len=7}], 2'
PEER = "{sa_family=AF_INET, sin_port=htons(5)}"
CLONE = "child_stack=NULL, flags=CLONE_FILES|SIGCHLD"

SUCCESS: dict[str, SearchStrategy[Any]] = {
    "result": integers(0, 2**31 - 1),
    "made": FILE,
}
FAILURE: dict[str, SearchStrategy[Any]] = {
    "result": just(-1),
    "error": st.sampled_from(sorted(errno.errorcode.values())),
    "injected": st.booleans(),
}
EMPTY = just(())
NOTHING = st.none()


Made = tuple[type[Call], SearchStrategy[Call]]
"""A class, and how to make calls of it."""


def made(kind: type[Call], *args: Any, **fields: Any) -> Made:
    """Return how to make calls of a class."""
    return kind, builds(kind, *args, **fields)


def epoll_calls(failing: bool) -> list[Made]:
    """Return calls of epoll."""
    end = FAILURE if failing else SUCCESS
    ready = EMPTY if failing else READY
    shown = {"pointer": WORD if failing else NOTHING, "file": FILE, **end}
    limit = builds(Timespec, SECONDS, SECONDS) | WORD
    files = {"file": FILE, "epoll_file": FILE}
    return [
        made(EpollCreate, INT, **end),
        made(EpollCreate1, MASK, **end),
        made(EpollCtl, FD, CHANGE, FD, MASK, WORD, **files, **end),
        made(EpollCtl, FD, just(EPOLL_CTL_DEL), FD, **files, **end),
        made(EpollWait, FD, ready, INT, INT, **shown),
        made(EpollPwait, FD, ready, INT, INT, SIGSET, **shown),
        made(EpollPwait2, FD, ready, INT, limit, SIGSET, **shown),
    ]


def file_calls(failing: bool) -> list[Made]:
    """Return the other calls of the seam, and their families."""
    end = FAILURE if failing else SUCCESS
    on = {"file": FILE, **end}
    data = NOTHING if failing else st.binary(max_size=32)
    peer = st.sampled_from(["NULL", PEER, "0x7ffe"])
    room = st.sampled_from(["NULL", "[16]", "[112 => 16]"])
    buffer: dict[str, SearchStrategy[Any]] = {
        "pointer": WORD if failing else NOTHING,
        "cut": just(False) if failing else st.booleans(),
        **on,
    }
    sent = {"name": just("sendto"), "rest": just("MSG_NOSIGNAL, NULL, 0")}
    vector = {"name": just("readv"), "rest": just(VECTOR)}
    copied = just("5<TCP:[1]>, 9, [0] => [6], 6")
    return [
        made(Accept, FD, peer, room, MASK, **on),
        made(Accept, FD, name=just("accept"), **on),
        made(Read, FD, data, SIZE, **buffer),
        made(Write, FD, data, SIZE, **sent, **buffer),
        made(Read, FD, NOTHING, just(12), **vector, **on),
        made(Copy, just(9), just(5), just(6), copied, **end),
        made(Shutdown, FD, MASK, **on),
        made(Eventfd, integers(0, 2**31), MASK, **end),
        made(Close, FD, **on),
    ]


def other_calls(failing: bool) -> list[Made]:
    """Return calls of timers, signals, and what polls."""
    end = FAILURE if failing else SUCCESS
    on = {"file": FILE, **end}
    limit = builds(Timespec, SECONDS, SECONDS) | WORD
    flags = st.sampled_from(["0", "TFD_CLOEXEC", "O_NONBLOCK|O_CLOEXEC"])
    polled = builds(Polled, integers(0, 9), just("POLLIN|POLLRDHUP"), FILE)
    fds = EMPTY if failing else st.lists(polled | just(Polled(-1))).map(tuple)
    at: dict[str, SearchStrategy[Any]] = {
        "pointer": WORD if failing else NOTHING,
        "cut": just(False) if failing else st.booleans(),
        **end,
    }
    some = st.sampled_from(["[4<TCP:[5]> 7]", "[]", "NULL", "0x7ffe"])
    wait = st.sampled_from(["{tv_sec=2, tv_usec=0}", "NULL", "0x7ffe"])
    mask = st.sampled_from(["", "{sigmask=[INT], sigsetsize=8}", "NULL"])
    clock = just("CLOCK_MONOTONIC")
    unset = {"pointer": WORD, "name": just("timerfd_settime"), **on}
    return [
        made(TimerfdCreate, clock, flags, **end),
        made(TimerfdSettime, FD, flags, limit, limit, just("NULL"), **on),
        made(TimerfdSettime, FD, flags, **unset),
        made(Signalfd, FD, SIGSET, just(8), flags, **on),
        made(Signalfd, FD, SIGSET, name=just("signalfd"), **on),
        made(InotifyInit, flags, **end),
        made(InotifyInit, name=just("inotify_init"), **end),
        made(PidfdOpen, INT, flags, **end),
        made(Poll, fds, SIZE, INT, **at),
        made(Ppoll, fds, SIZE, limit, SIGSET, **at),
        made(Select, INT, some, some, some, wait, mask, **end),
    ]


def descriptor_calls(failing: bool) -> list[Made]:
    """Return calls that make descriptors or change them."""
    end = FAILURE if failing else SUCCESS
    on = {"file": FILE, **end}
    fds = NOTHING if failing else st.tuples(FD, FD)
    pair: dict[str, SearchStrategy[Any]] = {
        "files": just(("", "")) if failing else st.tuples(FILE, FILE),
        "pointer": WORD if failing else NOTHING,
        **end,
    }
    family, kind = just("AF_UNIX"), just("SOCK_STREAM|SOCK_CLOEXEC")
    flags = st.sampled_from(["0", "O_NONBLOCK|O_CLOEXEC"])
    copy = {"target_file": FILE, **on}
    error = (just("SOL_SOCKET"), just("SO_ERROR"), just("[EPIPE]"), just("[4]"))
    return [
        made(Socket, family, kind, just("IPPROTO_IP"), **end),
        made(Socketpair, family, kind, just("0"), fds, **pair),
        made(Pipe, fds, flags, **pair),
        made(Pipe, fds, name=just("pipe"), **pair),
        made(Dup, FD, **on),
        made(Dup, FD, FD, name=just("dup2"), **copy),
        made(Dup, FD, FD, just("O_CLOEXEC"), name=just("dup3"), **copy),
        made(CloseRange, MASK, MASK, just("CLOSE_RANGE_CLOEXEC"), **end),
        made(Listen, FD, INT, **on),
        made(Connect, FD, just(PEER), just(16), **on),
        made(Fcntl, FD, just("F_SETFL"), NOTHING | just("O_RDWR"), **on),
        made(Ioctl, FD, just("FIONBIO"), just("[1]"), **on),
        made(Getsockopt, FD, *error, **on),
    ]


def process_calls(failing: bool) -> list[Made]:
    """Return calls that make processes and end them, and unknown ones."""
    end = FAILURE if failing else SUCCESS
    run = just('"/bin/true", ["true"], 0x7ffc /* 3 vars */')
    path = just('AT_FDCWD, "x) = 5", O_RDONLY')
    return [
        made(Clone, just("CLONE_FILES|SIGCHLD"), just(CLONE), **end),
        made(Execve, just(b"/bin/true"), run, **end),
        made(ExitCall, integers(0, 255), result=NOTHING),
        made(IoUringSetup, just(8), just("8, {flags=0}"), **end),
        made(IoUringEnter, just(4), just(3), just("4, 3, 0"), **end),
        made(OtherCall, path, name=just("openat"), **end),
        made(Resumed, just("[16]"), name=just("accept"), **end),
    ]


FAMILIES = (
    epoll_calls,
    file_calls,
    other_calls,
    descriptor_calls,
    process_calls,
)
MADE = [
    each
    for failing in (False, True)
    for family in FAMILIES
    for each in family(failing)
]


def found(base: type[Call] = Call) -> list[type[Call]]:
    """Return every class of a call that the package has.

    One that has a name of its own, or no children: the others only hold
    what children have in common.
    """
    kinds = []
    for kind in base.__subclasses__():
        children = found(kind)
        kinds += children
        module = sys.modules[kind.__module__]
        public = vars(module).get(kind.__name__) is kind
        public &= module.__name__.startswith("epollref.trace.")
        named = any(
            each.name == "name" and each.default for each in fields(kind)
        )
        if public and (named or not children):
            kinds.append(kind)
    return kinds


def calls_of(kind: type[Call]) -> SearchStrategy[Call]:
    """Return all the ways to make calls of a class.

    Raises:
        AssertionError: nobody has said how.
    """
    ways = [calls for each, calls in MADE if each is kind]
    assert ways, f"{__file__} does not say how a {kind.__name__} is made"
    return st.one_of(ways)
