"""There and back: a call that is written and read is the same call."""

import errno
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy, builds, integers, just

from epollref.kernel import Ready
from epollref.masks import EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD
from epollref.trace.calls import (
    Accept,
    Close,
    EpollCreate,
    EpollCreate1,
    EpollCtl,
    EpollPwait,
    EpollPwait2,
    EpollWait,
    Eventfd,
    Read,
    Shutdown,
    Timespec,
    Write,
)
from epollref.trace.calls_descriptors import (
    CloseRange,
    Connect,
    Copy,
    Dup,
    Fcntl,
    Getsockopt,
    Ioctl,
    Listen,
    Pipe,
    Socket,
    Socketpair,
)
from epollref.trace.calls_processes import (
    Clone,
    Execve,
    ExitCall,
    IoUringEnter,
    IoUringSetup,
)
from epollref.trace.items import (
    Begun,
    Call,
    Exit,
    Item,
    OtherCall,
    Remark,
    Resumed,
    Signal,
    Stopped,
)
from epollref.trace.log import Log
from epollref.trace.log_source import opened
from epollref.trace.notation import Notation

LOGS = sorted((Path(__file__).parent / "data").glob("*.strace.gz"))

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


def epoll_calls(failing: bool) -> list[SearchStrategy[Call]]:
    """Return calls of epoll."""
    end = FAILURE if failing else SUCCESS
    ready = EMPTY if failing else READY
    shown = {"pointer": WORD if failing else NOTHING, "file": FILE, **end}
    limit = builds(Timespec, SECONDS, SECONDS) | WORD
    files = {"file": FILE, "epoll_file": FILE}
    return [
        builds(EpollCreate, INT, **end),
        builds(EpollCreate1, MASK, **end),
        builds(EpollCtl, FD, CHANGE, FD, MASK, WORD, **files, **end),
        builds(EpollCtl, FD, just(EPOLL_CTL_DEL), FD, **files, **end),
        builds(EpollWait, FD, ready, INT, INT, **shown),
        builds(EpollPwait, FD, ready, INT, INT, SIGSET, **shown),
        builds(EpollPwait2, FD, ready, INT, limit, SIGSET, **shown),
    ]


def file_calls(failing: bool) -> list[SearchStrategy[Call]]:
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
        builds(Accept, FD, peer, room, MASK, **on),
        builds(Accept, FD, name=just("accept"), **on),
        builds(Read, FD, data, SIZE, **buffer),
        builds(Write, FD, data, SIZE, **sent, **buffer),
        builds(Read, FD, NOTHING, just(12), **vector, **on),
        builds(Copy, just(9), just(5), just(6), copied, **end),
        builds(Shutdown, FD, MASK, **on),
        builds(Eventfd, integers(0, 2**31), MASK, **end),
        builds(Close, FD, **on),
    ]


def descriptor_calls(failing: bool) -> list[SearchStrategy[Call]]:
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
        builds(Socket, family, kind, just("IPPROTO_IP"), **end),
        builds(Socketpair, family, kind, just("0"), fds, **pair),
        builds(Pipe, fds, flags, **pair),
        builds(Pipe, fds, name=just("pipe"), **pair),
        builds(Dup, FD, **on),
        builds(Dup, FD, FD, name=just("dup2"), **copy),
        builds(Dup, FD, FD, just("O_CLOEXEC"), name=just("dup3"), **copy),
        builds(CloseRange, MASK, MASK, just("CLOSE_RANGE_CLOEXEC"), **end),
        builds(Listen, FD, INT, **on),
        builds(Connect, FD, just(PEER), just(16), **on),
        builds(Fcntl, FD, just("F_SETFL"), NOTHING | just("O_RDWR"), **on),
        builds(Ioctl, FD, just("FIONBIO"), just("[1]"), **on),
        builds(Getsockopt, FD, *error, **on),
    ]


def process_calls(failing: bool) -> list[SearchStrategy[Call]]:
    """Return calls that make processes and end them, and unknown ones."""
    end = FAILURE if failing else SUCCESS
    run = just('"/bin/true", ["true"], 0x7ffc /* 3 vars */')
    path = just('AT_FDCWD, "x) = 5", O_RDONLY')
    return [
        builds(Clone, just("CLONE_FILES|SIGCHLD"), just(CLONE), **end),
        builds(Execve, just(b"/bin/true"), run, **end),
        builds(ExitCall, integers(0, 255), result=NOTHING),
        builds(IoUringSetup, just(8), just("8, {flags=0}"), **end),
        builds(IoUringEnter, just(4), just(3), just("4, 3, 0"), **end),
        builds(OtherCall, path, name=just("openat"), **end),
        builds(Resumed, just("[16]"), name=just("accept"), **end),
    ]


CALLS = [
    call
    for failing in (False, True)
    for kind in (epoll_calls, file_calls, descriptor_calls, process_calls)
    for call in kind(failing)
]
STYLES = builds(
    Notation,
    dialect=st.sampled_from(["6.1", "6.13"]),
    pid=just("column"),
    time=just("ttt"),
    duration=just(True),
)
MICROS = integers(0, 2**30)
EXAMPLES = max(10, settings().max_examples // 10)
"""Of each kind of call: there are many kinds."""


@pytest.mark.parametrize("calls", CALLS, ids=lambda calls: str(calls)[:40])
@settings(deadline=None, max_examples=EXAMPLES)
@given(st.data(), STYLES, integers(1, 2**22), MICROS, MICROS)
def test_a_call_comes_back(
    calls: SearchStrategy[Call],
    data: st.DataObject,
    style: Notation,
    pid: int,
    moment: int,
    spent: int,
) -> None:
    """Is the call that was read the call that was written?"""
    call = replace(
        data.draw(calls),
        pid=pid,
        time=(1795455349 * 10**6 + moment) / 1e6,
        duration=spent / 1e6,
        line=1,
    )
    log = Log([style.line(call)])
    assert list(log) == [call]
    assert not log.coverage.samples


@pytest.mark.parametrize(
    "item",
    [
        Signal("SIGCHLD", "{si_signo=SIGCHLD, si_pid=7}"),
        Signal("SIGALRM"),
        Stopped("SIGTSTP"),
        Exit(3),
        Exit(None, "SIGKILL"),
        Exit(None, "SIGSEGV", True),
        Exit(superseded_by=9),
        Begun("epoll_wait", "3, ", fd=3),
        Begun("epoll_wait", "3, ", "detached", fd=3),
        Begun("epoll_wait", "3, ", "killed", fd=3),
        Begun("vfork", call=Clone(name="vfork", result=None, pid=7, line=1)),
    ],
    ids=repr,
)
def test_what_is_no_call_comes_back(item: Item) -> None:
    """Are signals, exits and beginnings the same again?"""
    item = replace(item, pid=7, line=1)
    assert list(Log([Notation(pid="column").line(item)])) == [item]


def test_a_remark_comes_back() -> None:
    """Is what strace says about itself the same again?"""
    remark = Remark("strace: Process 7 attached", line=1)
    assert list(Log([Notation().line(remark)])) == [remark]


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.name)
def test_real_logs_are_written_again(path: Path) -> None:
    """Is each line of a real log written as strace wrote it?

    Paths in the logs were rewritten, so the padding is not compared.
    """
    with opened(str(path)) as lines:
        texts = [text for text in lines if text is not None]
    style = Notation(
        dialect="6.13" if "613" in path.name else "6.1",
        pid="column",
        time="ttt",
        duration=True,
    )
    for item in Log(texts):
        if isinstance(item, Call) and item.begun:
            continue  # that is two lines in the log
        written = style.line(item)
        assert written.split() == texts[item.line - 1].split()
