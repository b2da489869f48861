"""The picture of a trace: does it show what happened, and to whom?"""

import re
from xml.etree import ElementTree as ET

import pytest

from epollref.kernel import Ready
from epollref.masks import (
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLL_CTL_MOD,
    EPOLLET,
    EPOLLIN,
    EPOLLONESHOT,
)
from epollref.trace.calls import (
    Close,
    EpollCtl,
    EpollWait,
    Read,
    Shutdown,
    Write,
)
from epollref.trace.items import Call
from epollref.trace.timeline import draw
from epollref.trace.timeline_rows import KINDS, Row, Story

SVG = "{http://www.w3.org/2000/svg}"


def add(fd: int, events: int = EPOLLIN, data: int | None = None) -> Call:
    word = fd if data is None else data
    return EpollCtl(3, EPOLL_CTL_ADD, fd, events, word)


def report(*words: int) -> Call:
    ready = tuple(Ready(EPOLLIN, word) for word in words)
    return EpollWait(3, ready, 64, -1, result=len(words))


def kinds(row: Row) -> list[str]:
    """Return what happened to a watch."""
    return [mark.kind for mark in row.marks]


def test_a_life_is_told_in_order() -> None:
    """Each call that concerns a watch is a mark on its row."""
    (row,) = Story(
        [
            add(5),
            report(5),
            Read(5, b"ping", 64, result=4),
            Read(5, None, 64, result=-1, error="EAGAIN"),
            Write(5, b"ping", 4, result=4),
            Write(5, b"ping", 4, result=-1, error="EAGAIN"),
            EpollCtl(3, EPOLL_CTL_MOD, 5, EPOLLIN, 5),
            report(5),
            Read(5, b"", 64, result=0),
            Write(5, b"x", 1, result=-1, error="EPIPE"),
            Shutdown(5, 1),
            EpollCtl(3, EPOLL_CTL_DEL, 5),
            Close(5),
        ]
    ).rows
    assert kinds(row) == [
        *("armed", "reported", "read", "drained", "written", "full"),
        *("re-armed", "reported", "end", "failed", "shut"),
        *("removed", "closed"),
    ]
    assert [mark.column for mark in row.marks] == list(range(13))
    assert set(kinds(row)) == set(KINDS)


def test_a_oneshot_watch_is_disarmed_between_report_and_mod() -> None:
    """The line is thin there: nothing would be reported."""
    events = EPOLLIN | EPOLLONESHOT
    (row,) = Story(
        [
            add(5, events),
            report(5),
            Read(5, b"x", 64, result=1),
            EpollCtl(3, EPOLL_CTL_MOD, 5, events, 5),
            Close(5),
        ]
    ).rows
    assert row.armed == [(0, 1), (3, 4)]


def test_a_parked_watch_is_not_armed() -> None:
    """MOD to EPOLLONESHOT alone asks for nothing."""
    (row,) = Story(
        [add(5), EpollCtl(3, EPOLL_CTL_MOD, 5, EPOLLONESHOT, 5), Close(5)]
    ).rows
    assert row.armed == [(0, 1)]


def test_a_stalled_watch_stays_armed_to_the_end() -> None:
    """One read for an edge, and then nothing: the picture shows the wait."""
    (row,) = Story(
        [
            add(5, EPOLLIN | EPOLLET),
            report(5),
            Read(5, b"part", 4, result=4),
        ]
    ).rows
    assert kinds(row)[-1] == "read"
    assert (row.armed, row.last) == ([(0, 3)], 3)


def test_a_report_finds_its_watch_by_the_data_word() -> None:
    """Not by the descriptor; and a batch is one column."""
    first, second = Story([add(5, data=77), add(6, data=5), report(5, 77)]).rows
    assert kinds(first) == kinds(second) == ["armed", "reported"]
    assert first.marks[-1].column == second.marks[-1].column
    (alone,) = Story([add(5, data=77), report(5)]).rows
    assert kinds(alone) == ["armed"]


def test_a_number_that_is_used_again_is_another_row() -> None:
    """The newcomer has nothing to do with who had the number before."""
    rows = Story([add(5), Close(5), add(5), report(5)]).rows
    assert [kinds(row) for row in rows] == [
        ["armed", "closed"],
        ["armed", "reported"],
    ]


def test_what_failed_changed_nothing() -> None:
    """A second ADD, a DEL of nobody, a close of nothing."""
    (row,) = Story(
        [
            add(5),
            EpollCtl(3, EPOLL_CTL_ADD, 5, 0, 9, result=-1, error="EEXIST"),
            EpollCtl(3, EPOLL_CTL_DEL, 9, result=-1, error="ENOENT"),
            EpollCtl(3, EPOLL_CTL_MOD, 8, EPOLLIN, 8),
            Close(5, result=-1, error="EBADF"),
            report(5),
        ]
    ).rows
    assert kinds(row) == ["armed", "reported"]


def test_closing_the_epoll_ends_its_rows_and_no_others() -> None:
    """The interest list goes with it."""
    mine, other = Story(
        [add(5), EpollCtl(4, EPOLL_CTL_ADD, 5, EPOLLIN, 5), Close(3), report(5)]
    ).rows
    assert (mine.armed, kinds(mine)) == ([(0, 1)], ["armed"])
    assert other.armed == [(1, 2)]


def drawing(*calls: Call) -> ET.Element:
    return ET.fromstring(draw(calls))


def test_each_mark_says_its_line() -> None:
    """Under the pointer stands what strace would print."""
    svg = drawing(add(5), report(5), Close(5))
    titles = [title.text for title in svg.iter(f"{SVG}title")]
    assert titles == [
        "Timeline, watches: 1",
        "epoll_ctl(3, EPOLL_CTL_ADD, 5, {events=EPOLLIN, "
        "data={u32=5, u64=5}}) = 0",
        "epoll_wait(3, [{events=EPOLLIN, data={u32=5, u64=5}}], 64, -1) = 1",
        "close(5) = 0",
    ]


def test_it_stands_alone_and_is_read_by_day_and_night() -> None:
    """No script, nothing fetched; colours for both schemes."""
    text = draw([add(5), Close(5)])
    assert "prefers-color-scheme: dark" in text
    assert "<script" not in text
    assert re.findall(r"https?://[^\"]+", text) == [
        "http://www.w3.org/2000/svg"
    ]


@pytest.mark.parametrize("columns", [1, 40, 5000])
def test_text_stays_as_large_however_long_the_trace_is(columns: int) -> None:
    """The columns move together; nothing is drawn beside the paper."""
    svg = drawing(add(5), *[report(5)] * columns)
    width = float(svg.attrib["width"])
    assert width <= 1200
    assert svg.attrib["viewBox"].split()[2:] == [
        svg.attrib["width"],
        svg.attrib["height"],
    ]
    for line in svg.iter(f"{SVG}line"):
        assert float(line.attrib["x2"]) <= width


def test_an_empty_trace_is_an_empty_picture() -> None:
    """No epoll, no rows, and no error."""
    assert not list(drawing().iter(f"{SVG}path"))


def test_hostile_bytes_are_text() -> None:
    """What a peer sent stands in a title, and nothing of it is markup."""
    data = b"</title><script>\x00\xff]]>"
    read = Read(5, data, 64, result=len(data))
    svg = drawing(add(5), read)
    assert not list(svg.iter(f"{SVG}script"))
