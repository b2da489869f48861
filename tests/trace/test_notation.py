"""The notation: words, strings, columns and prefixes."""

import errno
import os
import socket
import time

import pytest

from epollref.kernel import Ready
from epollref.masks import (
    EPOLL_CLOEXEC,
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLLET,
    EPOLLIN,
    EPOLLOUT,
    EVENT_BITS,
)
from epollref.trace.calls import (
    Close,
    EpollCtl,
    EpollWait,
    Eventfd,
    ExitCall,
    Read,
)
from epollref.trace.items import (
    Call,
    Exit,
    Item,
    Remark,
    Signal,
    Stopped,
)
from epollref.trace.notation import Notation
from epollref.trace.strings import quoted
from epollref.trace.words import (
    ACCEPT_FLAGS,
    EVENTFD_FLAGS,
    EVENTS,
    HOW,
    NUMBERS,
    OPERATION,
    error_name,
)

LINE = Notation().line


@pytest.mark.parametrize(
    ("mask", "text"),
    [
        (0, "0"),
        (EPOLLET | EPOLLIN, "EPOLLIN|EPOLLET"),
        (EPOLLIN | 0x100000, "EPOLLIN|0x100000"),
        (0x100000, "0x100000 /* EPOLL??? */"),
        (0xFFFFFFFF, "|".join([*EVENT_BITS, "0xfffd800"])),
        (-1, "|".join([*EVENT_BITS, "0xfffd800"])),
    ],
)
def test_bits_stand_in_their_order(mask: int, text: str) -> None:
    """Are flags in bit order, and unknown bits a number at the end?"""
    assert EVENTS.text(mask) == text
    assert EVENTS.value(text) == mask & 0xFFFFFFFF


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (OPERATION.text(7), "0x7 /* EPOLL_CTL_??? */"),
        (HOW.text(-1), "0xffffffff /* SHUT_??? */"),
        (HOW.text(socket.SHUT_WR), "SHUT_WR"),
        (ACCEPT_FLAGS.text(1), "0x1 /* SOCK_??? */"),
        (
            ACCEPT_FLAGS.text(socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC),
            "SOCK_CLOEXEC|SOCK_NONBLOCK",
        ),
        (
            EVENTFD_FLAGS.text(
                os.EFD_NONBLOCK | os.EFD_CLOEXEC | os.EFD_SEMAPHORE
            ),
            "EFD_SEMAPHORE|EFD_CLOEXEC|EFD_NONBLOCK",
        ),
        (EVENTFD_FLAGS.text(7), "EFD_SEMAPHORE|0x6"),
    ],
)
def test_families_say_what_they_do_not_know(text: str, expected: str) -> None:
    """Are unknown numbers printed as strace 6.1 printed them?"""
    assert text == expected


def test_aliases_have_the_name_that_strace_prints() -> None:
    """Which of two names of one number?"""
    assert error_name(errno.EWOULDBLOCK) == "EAGAIN"
    assert error_name(errno.ENOTSUP) == "EOPNOTSUPP"
    assert error_name(errno.EDEADLK) == "EDEADLK"
    assert all(NUMBERS[error_name(n)] == n for n in errno.errorcode)
    assert error_name(99999) == "ERRNO_99999"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        # As strace 6.1 printed them.
        (b"x" * 31 + b"\x001", '"' + "x" * 31 + '\\0"...'),
        (b"\x00" * 33, '"' + "\\0" * 32 + '"...'),
        (b"\x009", '"\\09"'),
        (b"\x007", '"\\0007"'),
        (b"y" * 32, '"' + "y" * 32 + '"'),
        (b"\x7f\x1b~ \xff\x01", '"\\177\\33~ \\377\\1"'),
        (b"/*?'\"\\ab", '"/*?\'\\"\\\\ab"'),
        (b"\n\t\r\v\f\a", '"\\n\\t\\r\\v\\f\\7"'),
        (b"", '""'),
    ],
)
def test_strings_are_quoted_as_strace_does(data: bytes, text: str) -> None:
    """Named, octal, short where it can be, cut after 32?"""
    assert quoted(data) == text


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (
            EpollWait(4, (), 64, 0),
            "epoll_wait(4, [], 64, 0)                = 0",
        ),
        (
            Eventfd(0, EPOLL_CLOEXEC, result=123456),
            "eventfd2(0, EFD_CLOEXEC)                = 123456",
        ),
        # 37 characters to 40: one blank at least.
        (Read(1, b"x" * 23, 9), f'read(1, "{"x" * 23}", 9)   = 0'),
        (Read(1, b"x" * 24, 9), f'read(1, "{"x" * 24}", 9)  = 0'),
        (Read(1, b"x" * 25, 9), f'read(1, "{"x" * 25}", 9) = 0'),
        (Read(1, b"x" * 26, 9), f'read(1, "{"x" * 26}", 9) = 0'),
        (
            Read(6, None, 512, result=-1, error="EAGAIN"),
            "read(6, ..., 512)                       "
            "= -1 EAGAIN (Resource temporarily unavailable)",
        ),
        (
            Close(6, result=-1, error="EBADF", injected=True),
            "close(6)                                "
            "= -1 EBADF (Bad file descriptor) (INJECTED)",
        ),
        (
            ExitCall(0, result=None),
            "exit_group(0)                           = ?",
        ),
        (
            EpollCtl(4, EPOLL_CTL_DEL, 6),
            "epoll_ctl(4, EPOLL_CTL_DEL, 6, NULL)    = 0",
        ),
        (
            EpollCtl(4, EPOLL_CTL_ADD, 6, EPOLLIN, 1 << 32 | 6),
            "epoll_ctl(4, EPOLL_CTL_ADD, 6, "
            "{events=EPOLLIN, data={u32=6, u64=4294967302}}) = 0",
        ),
    ],
)
def test_calls_are_padded_to_column_40(call: Call, line: str) -> None:
    """Where is the equals sign?"""
    assert LINE(call) == line


def test_no_event_is_left_out() -> None:
    """Are there 40 of 40, but where strace's own default is wanted?"""
    ready = tuple(Ready(EPOLLIN, fd) for fd in range(40))
    call = EpollWait(4, ready, 64, -1, result=40)
    assert LINE(call).count("EPOLLIN") == 40
    assert "..." not in LINE(call)
    short = Notation(abbrev=True).line(call)
    assert short.count("EPOLLIN") == 32
    assert short.endswith("u64=31}}, ...], 64, -1) = 40")


def test_613_prints_one_number() -> None:
    """What did strace 6.13 change?"""
    call = EpollWait(
        4, (Ready(EPOLLIN, 6), Ready(EPOLLOUT, 0)), 64, -1, result=2
    )
    assert Notation(dialect="6.13").line(call) == (
        "epoll_wait(4, [{events=EPOLLIN, data=0x6}, "
        "{events=EPOLLOUT, data=0}], 64, -1) = 2"
    )


@pytest.mark.parametrize(
    ("style", "prefix"),
    [
        (Notation(pid="column"), "4504  "),
        (Notation(pid="brackets"), "[pid  4504] "),
        (Notation(time="ttt"), "1795455349.367581 "),
        (Notation(pid="column", time="ttt"), "4504  1795455349.367581 "),
        (Notation(pid="brackets", time="tt"), "[pid  4504] CLOCK.367581 "),
        (Notation(time="t"), "CLOCK "),
    ],
    ids=str,
)
def test_the_prefix_counts_for_the_column(style: Notation, prefix: str) -> None:
    """Who, when, and the padding after it?"""
    moment = 1795455349.367581
    clock = time.strftime("%H:%M:%S", time.localtime(moment))
    left = prefix.replace("CLOCK", clock) + "close(6)"
    line = style.line(Close(6, pid=4504, time=moment))
    assert line == f"{left:<39} = 0"


def test_the_duration_stands_at_the_end() -> None:
    """What does -T add?"""
    line = Notation(duration=True, column=0).line(Close(6, duration=5e-6))
    assert line == "close(6) = 0 <0.000005>"


@pytest.mark.parametrize(
    ("item", "line"),
    [
        (Signal("SIGCHLD", "{si_pid=7}"), "--- SIGCHLD {si_pid=7} ---"),
        (Stopped("SIGSTOP"), "--- stopped by SIGSTOP ---"),
        (Exit(3), "+++ exited with 3 +++"),
        (
            Exit(signal="SIGSEGV", core=True),
            "+++ killed by SIGSEGV (core dumped) +++",
        ),
        (
            Exit(superseded_by=7),
            "+++ superseded by execve in pid 7 +++",
        ),
        (Remark("strace: Process 7 attached"), "strace: Process 7 attached"),
    ],
)
def test_what_is_no_call_has_a_line_too(item: Item, line: str) -> None:
    """Are signals, exits and remarks written?"""
    assert LINE(item) == line


def test_what_is_no_item_of_ours_is_refused() -> None:
    """Is a class without a notation an error, not a wrong line?"""
    with pytest.raises(TypeError, match="no notation for Call"):
        LINE(Call(name="close"))
    with pytest.raises(TypeError, match="no notation for Item"):
        LINE(Item())
