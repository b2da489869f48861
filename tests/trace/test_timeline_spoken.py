"""A timeline in words: is it short, and is nothing left out unsaid?"""

import pytest

from epollref.masks import EPOLL_CTL_MOD, EPOLLIN, EPOLLONESHOT
from epollref.trace.calls import Close, EpollCtl, Read
from epollref.trace.items import Call
from epollref.trace.timeline.lives import KINDS
from epollref.trace.timeline.rows import Story
from epollref.trace.timeline.spoken import MOST_LINES, MOST_ROWS, told
from tests.trace.test_timeline import add, report


def lines(*calls: Call, whole: bool = False) -> list[str]:
    return [line.text for line in told(Story(calls), whole)]


def test_a_row_is_told_line_by_line() -> None:
    """What it is, what happened, and how it ends."""
    assert lines(
        add(5, data=77), report(77), Read(5, b"ping", 64, result=4)
    ) == [
        "fd 5 in epoll 3",
        "     1  armed (ADD)  EPOLLIN, data 0x4d",
        "     2  reported     EPOLLIN",
        "     3  read         4 of 64",
        "        armed to the end",
    ]


def test_what_repeats_is_said_once_with_how_often() -> None:
    """A loop that spins is three lines, and a hundred thousand are too."""
    spin = [
        call
        for _ in range(50)
        for call in (report(5), Read(5, b"x", 64, result=1))
    ]
    assert lines(add(5), *spin, Close(5)) == [
        "fd 5 in epoll 3",
        "     1  armed (ADD)  EPOLLIN",
        "     2  reported     EPOLLIN",
        "     3  read         1 of 64",
        "        these 2 lines, 50 times",
        "   102  closed",
    ]


def test_a_forgotten_rearm_is_said() -> None:
    told_twice = [add(5, EPOLLIN | EPOLLONESHOT), report(5)]
    forgotten = "        not armed: reported once, and no MOD since"
    assert lines(*told_twice)[-1] == forgotten
    again = EpollCtl(3, EPOLL_CTL_MOD, 5, EPOLLIN | EPOLLONESHOT, 5)
    assert lines(*told_twice, again)[-1] == "        armed to the end"


@pytest.mark.parametrize("whole", [False, True])
def test_what_is_left_out_is_counted(whole: bool) -> None:
    """Unless a row is asked for."""
    reads = [Read(5, b"", 9999, result=n) for n in range(1, 300)]
    found = lines(add(5), *reads, whole=whole)
    left = 300 - MOST_LINES
    words = f"        {left} more lines: --fd, --from, --to show them"
    assert (words in found) is not whole
    assert len(found) == (302 if whole else MOST_LINES + 3)


def test_rows_that_are_left_out_are_counted() -> None:
    rows = [add(fd) for fd in range(5, 8 + MOST_ROWS)]
    assert lines(*rows)[-1].strip() == (
        "3 more descriptors: --fd, --pid show them"
    )


def test_threads_and_times_are_columns_where_they_are_known() -> None:
    call = EpollCtl(3, 1, 5, EPOLLIN, 5, pid=7, time=100.0, line=4)
    read = Read(5, b"x", 1, result=1, pid=8, time=100.5, line=9)
    # Nothing says that 7 and 8 are threads of one process.
    found = [line.text for line in told(Story([call, read], together=True))]
    assert found[1:3] == [
        "     4        0.000        7  armed (ADD)  EPOLLIN",
        "     9      500.000        8  read         1 of 1",
    ]


def test_every_kind_of_mark_can_be_told() -> None:
    """Their words differ, so a reader can tell them apart."""
    assert len(set(KINDS.values())) == len(KINDS)
