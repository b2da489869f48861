"""The rows of a timeline: do they show what happened, and to whom?"""

from collections import Counter
from pathlib import Path

import pytest

from epollref.kernel import Ready
from epollref.masks import (
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLL_CTL_MOD,
    EPOLLET,
    EPOLLIN,
    EPOLLONESHOT,
    EPOLLRDHUP,
)
from epollref.trace.calls import (
    Accept,
    Close,
    EpollCtl,
    EpollWait,
    Read,
    Shutdown,
    Wait,
    Write,
)
from epollref.trace.items import Call
from epollref.trace.log import Log, opened
from epollref.trace.timeline.lives import Row
from epollref.trace.timeline.rows import Story
from epollref.trace.words import OPERATION

DATA = Path(__file__).parent / "data"


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


def test_a_word_that_nobody_has_given_has_a_row_of_its_own() -> None:
    """Descriptor 5 has another word, so the report is not about it."""
    told, unknown = Story([add(5, data=77), report(5)]).rows
    assert (told.fd, kinds(told)) == (5, ["armed"])
    assert (unknown.fd, unknown.data, kinds(unknown)) == (None, 5, ["reported"])


def test_columns_of_rows_that_are_not_shown_are_left_out() -> None:
    """The columns of the others move together, and so do lines and ends."""
    (row,) = Story(
        [add(5), add(6), report(5), report(6), Close(5), Close(6), report(7)],
        fds=[6],
    ).rows
    assert [mark.column for mark in row.marks] == [0, 1, 2]
    assert (row.armed, row.last) == ([(0, 2)], 2)


def test_masks_tell_watches_apart_that_share_a_word() -> None:
    """nginx does that while it starts; only one has asked for RDHUP."""
    one, other = Story(
        [
            add(5, EPOLLIN, data=1),
            add(6, EPOLLIN | EPOLLRDHUP, data=1),
            EpollWait(3, (Ready(EPOLLRDHUP, 1),), 64, -1, result=1),
            EpollWait(3, (Ready(EPOLLIN, 1),), 64, -1, result=1),
        ]
    ).rows
    assert kinds(one) == ["armed", "reported"]
    assert kinds(other) == ["armed", "reported", "reported"]


def test_a_report_after_the_end_is_stale() -> None:
    """Another thread had it in hand when the watch was removed."""
    (row,) = Story([add(5), EpollCtl(3, EPOLL_CTL_DEL, 5), report(5)]).rows
    assert kinds(row) == ["armed", "removed", "stale"]


def test_a_watch_that_is_added_again_is_the_same_row_with_a_gap() -> None:
    """Nothing was closed between DEL and ADD."""
    (row,) = Story([add(5), EpollCtl(3, EPOLL_CTL_DEL, 5), add(5)]).rows
    assert row.armed == [(0, 1), (2, 3)]


def test_a_close_that_no_line_shows_ends_a_row() -> None:
    """A second ADD that succeeds is of another file."""
    old, new = Story([add(5), report(5), add(5), report(5)]).rows
    assert old.over
    assert [kinds(row) for row in (old, new)] == [["armed", "reported"]] * 2


def test_accepting_is_shown_on_the_listener() -> None:
    """One accept for an event, and no EAGAIN: clients may be left."""
    (row,) = Story(
        [add(5), Accept(5, result=6), Accept(5, result=-1, error="EAGAIN")]
    ).rows
    assert kinds(row) == ["armed", "accepted", "drained"]


def test_a_number_that_is_used_again_is_another_row() -> None:
    """The newcomer has nothing to do with who had the number before."""
    rows = Story([add(5), Close(5), add(5), report(5)]).rows
    assert [kinds(row) for row in rows] == [
        ["armed", "closed"],
        ["armed", "reported"],
    ]


def test_what_failed_changed_nothing() -> None:
    """A second ADD, a DEL of nobody, a close of nothing: it is only shown."""
    row, other = Story(
        [
            add(5),
            EpollCtl(3, EPOLL_CTL_ADD, 5, 0, 9, result=-1, error="EEXIST"),
            EpollCtl(3, EPOLL_CTL_DEL, 9, result=-1, error="ENOENT"),
            EpollCtl(3, EPOLL_CTL_MOD, 8, EPOLLIN, 8),
            Close(5, result=-1, error="EBADF"),
            report(5),
        ]
    ).rows
    assert kinds(row) == ["armed", "refused", "reported"]
    assert (row.armed, row.data) == ([(0, 4)], 5)
    assert (other.fd, kinds(other)) == (8, ["re-armed"])


def test_closing_the_epoll_ends_its_rows_and_no_others() -> None:
    """The interest list goes with it."""
    mine, other, later = Story(
        [add(5), EpollCtl(4, EPOLL_CTL_ADD, 5, EPOLLIN, 5), Close(3), report(5)]
    ).rows
    assert (mine.armed, kinds(mine)) == ([(0, 1)], ["armed"])
    assert (later.fd, later.guessed, kinds(later)) == (
        *(5, True, ["reported"]),
    )
    assert other.armed == [(1, 3)]


@pytest.mark.parametrize(
    "path", sorted(DATA.glob("*.gz")), ids=lambda p: p.name
)
def test_every_call_of_a_real_log_is_on_its_row(path: Path) -> None:
    """Nothing about a watch is lost: ADD, MOD, DEL and events."""
    with opened(str(path)) as lines:
        calls = [item for item in Log(lines) if isinstance(item, Call)]
    controls = Counter(
        OPERATION.text(call.op)
        for call in calls
        if isinstance(call, EpollCtl) and not call.failed
    )
    events = sum(len(call.ready) for call in calls if isinstance(call, Wait))
    marks = [mark for row in Story(calls).rows for mark in row.marks]
    found = Counter(mark.kind for mark in marks)
    assert controls == Counter(
        EPOLL_CTL_ADD=found["armed"],
        EPOLL_CTL_MOD=found["re-armed"],
        EPOLL_CTL_DEL=found["removed"],
    )
    assert events == found["reported"] + found["stale"]
    assert events
    assert not found["stale"]
