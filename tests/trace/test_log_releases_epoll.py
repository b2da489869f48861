"""What releases of strace print of epoll differently is read as the same."""

import pytest

from epollref.kernel import Ready
from epollref.masks import (
    EPOLLIN,
)
from epollref.trace.calls import (
    EpollCtl,
    EpollPwait,
    EpollWait,
    NotDecodedError,
    read_arguments,
)
from tests.trace.one_call import read

IN3 = (Ready(EPOLLIN, 3),)

EPOLL = [
    # Arrays in braces up to 4.10, in brackets later.
    ("epoll_wait(4, {{EPOLLIN, {u32=3, u64=3}}}, 1, -1)", IN3),
    ("epoll_wait(4, [{EPOLLIN, {u32=3, u64=3}}], 1, -1)", IN3),
    ("epoll_wait(4, [{events=EPOLLIN, data={u32=3, u64=3}}], 1, -1)", IN3),
    ("epoll_wait(4, [{events=EPOLLIN, data=0x3}], 1, -1)", IN3),
    ("epoll_wait(4, {}, 1, -1)", ()),
    ("epoll_wait(4, [], 1, -1)", ()),
    # An int without its sign.
    ("epoll_wait(4, {}, 1, 4294967295)", ()),
    # The names of -N.
    ("epoll_wait(epfd=4, events=[], maxevents=1, timeout=-1)", ()),
]


@pytest.mark.parametrize(("line", "ready"), EPOLL)
def test_a_wait_is_the_same_in_every_release(
    line: str, ready: tuple[Ready, ...]
) -> None:
    """Records, and a time-out without end?"""
    assert read(line) == EpollWait(4, ready, 1, -1)


@pytest.mark.parametrize(
    ("shown", "cut"),
    [
        ("[{EPOLLIN, {u32=3, u64=3}}, ...]", True),
        ("{{EPOLLIN, {u32=3, u64=3}}, ...}", True),
        ("[{events=EPOLLIN, data=0x3}, ... /* 0x7ffe */]", True),
        ("[{EPOLLIN, {u32=3, u64=3}}, 0x7ffe]", True),
        ("{{EPOLLIN, {u32=3, u64=3}}, ?} 0x7ffe", True),
        ("[{events=EPOLLIN, data=0x3}]", False),
    ],
)
def test_records_that_strace_left_out_are_missed(shown: str, cut: bool) -> None:
    """Is an array that is not whole told from one that is?"""
    assert read(f"epoll_wait(4, {shown}, 1, 0)") == EpollWait(
        4, IN3, 1, 0, cut=cut
    )


@pytest.mark.parametrize(
    "line",
    [
        "epoll_pwait(3, {}, 64, -1NULL)",
        "epoll_pwait(3, {}, 64, -1, NULL)",
        "epoll_pwait(3, {}, 64, 4294967295, NULL)",
        "epoll_pwait(3, [], 64, -1, NULL, 8)",
    ],
)
def test_a_wait_with_signals_is_the_same_in_every_release(line: str) -> None:
    """4.5 forgot a comma, 4.9 printed no size."""
    assert read(line) == EpollPwait(3, (), 64, -1)
    masked = read(line.replace("NULL", "[INT USR1]"))
    assert masked == EpollPwait(3, (), 64, -1, "[INT USR1]")


@pytest.mark.parametrize("shown", ["0x7ffe", "7ffe", "{...}", "..."])
def test_an_add_that_is_hidden_and_succeeds_is_refused(shown: str) -> None:
    """Is a log refused that hides what epoll was told?"""
    args = f"4, EPOLL_CTL_ADD, 6, {shown}"
    with pytest.raises(NotDecodedError, match="record without"):
        read_arguments("epoll_ctl", args, {"name": "epoll_ctl", "result": 0})
    failed = read_arguments(
        "epoll_ctl", args, {"name": "epoll_ctl", "result": -1}
    )
    assert isinstance(failed, EpollCtl)
