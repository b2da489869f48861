"""The golden lines: all are read, and written where the dialect is ours."""

from pathlib import Path
from typing import NamedTuple

import pytest

from epollref.trace.items import Begun, Call, Item, OtherCall, Resumed
from epollref.trace.log import Log
from epollref.trace.notation import Notation

GOLDEN = Path(__file__).parent / "data" / "golden-lines.tsv"


class Golden(NamedTuple):
    """One row of the table."""

    release: str
    line: str
    shows: str


def golden_lines() -> list[Golden]:
    """Return the rows of the table."""
    rows = GOLDEN.read_text().splitlines()
    return [Golden(*row.split("\t")) for row in rows]


ROWS = golden_lines()
OURS = [row for row in ROWS if row.release.startswith(("6.1 ", "6.13"))]
OURS += [row for row in ROWS if row.release == "6.1"]


def read(lines: list[str]) -> list[Item]:
    """Read lines, of which none may be left over."""
    log = Log(lines)
    items = list(log)
    assert not log.coverage.samples
    return items


def style(row: Golden) -> Notation:
    """Return the notation in which a row was recorded."""
    tenth = row.release.split()[0] == "6.13"
    # Prefixes were cut from those rows, so their padding ends earlier.
    column = 34 if row.release == "6.13" else 40
    prefixed = row.line[0].isdigit()
    timed = "-tt" in row.release
    return Notation(
        dialect="6.13" if tenth else "6.1",
        pid="column" if prefixed else "",
        time="tt" if timed else "",
        duration=timed,
        column=column,
    )


def test_the_table_is_whole() -> None:
    """It began with 69 lines, and only grows."""
    assert len(ROWS) >= 69


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.line[:60])
def test_each_is_read(row: Golden) -> None:
    """Does the reader make something of each line, alone?"""
    [item] = read([row.line])
    if row.line.startswith("epoll") and "-p" not in row.release:
        assert not isinstance(item, OtherCall | Begun | Resumed)


def test_epoll_lines_become_epoll_calls() -> None:
    """Is nothing about epoll kept as mere text?"""
    items = read([row.line for row in ROWS])
    names = {type(item).__name__ for item in items}
    assert {
        "EpollCreate",
        "EpollCreate1",
        "EpollCtl",
        "EpollWait",
        "EpollPwait",
        "EpollPwait2",
        "Signal",
        "Begun",
    } <= names
    texts = [item for item in items if isinstance(item, OtherCall)]
    assert [text.name for text in texts] == ["futex"]


@pytest.mark.parametrize("row", OURS, ids=lambda row: row.line[:60])
def test_those_of_our_dialects_are_written_again(row: Golden) -> None:
    """Is what was read written with the same characters?"""
    [item] = read([row.line])
    assert style(row).line(item) == row.line


def test_dialects_are_told_apart() -> None:
    """Which strace wrote this?"""
    told: dict[str, str] = {}
    for row in ROWS:
        log = Log([row.line])
        list(log)
        if log.coverage.dialect:
            told.setdefault(row.release.split()[0], log.coverage.dialect)
    assert told == {
        "6.1": "6.12",
        "6.13": "6.13",
        "5.10": "5.10",
        "4.x": "4.11",
    }


def test_two_halves_are_one_call() -> None:
    """Is an unfinished call joined with its end, though others speak?"""
    rows = [row for row in ROWS if row.release == "6.1 -f -o"]
    items = read([row.line for row in rows])
    calls = [item for item in items if isinstance(item, Call)]
    assert [(call.name, call.pid, call.begun, call.line) for call in calls] == [
        ("epoll_wait", 12005, 1, 2),
        ("read", 12005, 3, 5),
        ("futex", 12004, 4, 6),
    ]


def test_old_dialects_say_the_same_as_new_ones() -> None:
    """Does one call read the same in all five dialects?"""
    arrays = [
        "{{EPOLLIN|EPOLLET, {u32=4, u64=4}}}",
        "[{EPOLLIN|EPOLLET, {u32=4, u64=4}}]",
        "[{events=EPOLLIN|EPOLLET, data={u32=4, u64=4}}]",
        "[{events=EPOLLIN|EPOLLET, data=0x4}]",
    ]
    lines = [f"epoll_wait(3, {array}, 8, -1) = 1" for array in arrays]
    lines.append(
        f"epoll_wait(epfd=3, events={arrays[3]}, maxevents=8, timeout=-1) = 1"
    )
    texts = {Notation().line(item) for item in read(lines)}
    assert len(texts) == 1
