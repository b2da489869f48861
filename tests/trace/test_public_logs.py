"""Excerpts of logs as people paste them into public reports."""

import csv
from pathlib import Path
from typing import NamedTuple

import pytest

from epollref.masks import (
    EPOLLERR,
    EPOLLET,
    EPOLLIN,
    EPOLLOUT,
    EPOLLRDHUP,
)
from epollref.trace.calls import (
    Accept,
    Connect,
    Copy,
    EpollCtl,
    EpollWait,
    Ioctl,
    Read,
    Wait,
    Write,
)
from epollref.trace.items import Call, Item, OtherCall
from epollref.trace.log import Log, LogError, opened

DATA = Path(__file__).parent / "data" / "public"


class Excerpt(NamedTuple):
    """A row of the index."""

    log: str
    shows: str
    lines: str
    unread: str
    unread_pasted: str
    mended: str
    says: str


def index() -> list[Excerpt]:
    """Return the rows of the index."""
    with (DATA / "index.tsv").open() as file:
        return [Excerpt(**row) for row in csv.DictReader(file, delimiter="\t")]


EXCERPTS = index()


def read(name: str, *, paste: bool = False) -> tuple[list[Item], Log, str]:
    """Return the items of an excerpt, the log, and why it was refused."""
    items: list[Item] = []
    refused = ""
    with opened(str(DATA / f"{name}.strace")) as lines:
        log = Log(lines, name, paste=paste)
        try:
            items.extend(log)
        except LogError as error:
            refused = str(error)
    return items, log, refused


def calls(name: str, *, paste: bool = False) -> list[Call]:
    """Return the calls of an excerpt."""
    items, _, _ = read(name, paste=paste)
    return [item for item in items if isinstance(item, Call)]


def test_the_fifteen_excerpts_are_here() -> None:
    """Is the test data whole, and each excerpt in the index?"""
    assert len(EXCERPTS) == 15
    found = {path.stem for path in DATA.glob("*.strace")}
    assert found == {excerpt.log for excerpt in EXCERPTS}


@pytest.mark.parametrize("excerpt", EXCERPTS, ids=lambda excerpt: excerpt.log)
def test_each_is_read_as_the_index_says(excerpt: Excerpt) -> None:
    """Are lines read, unread, mended, and is it said what is odd?"""
    _, log, refused = read(excerpt.log)
    assert log.coverage.lines == int(excerpt.lines)
    assert log.coverage.unread == int(excerpt.unread)
    assert log.coverage.mended == 0
    assert excerpt.says in " ".join([refused, *log.coverage.hints])
    _, log, _ = read(excerpt.log, paste=True)
    assert log.coverage.lines == int(excerpt.lines)
    assert log.coverage.unread == int(excerpt.unread_pasted)
    assert log.coverage.mended == int(excerpt.mended)


@pytest.mark.parametrize("excerpt", EXCERPTS, ids=lambda excerpt: excerpt.log)
def test_no_wait_has_a_timeout_of_fifty_days(excerpt: Excerpt) -> None:
    """Is an unsigned -1 read as -1?"""
    waits = [
        call
        for call in calls(excerpt.log, paste=True)
        if isinstance(call, EpollWait)
    ]
    assert all(-1 <= wait.timeout_ms <= 10_000 for wait in waits)


def test_an_accept_without_an_address_is_an_accept() -> None:
    """Is a NULL that prints as 0 read?"""
    accepts = [
        call
        for call in calls("06-libuv-emfile-null0")
        if isinstance(call, Accept)
    ]
    assert len(accepts) == 24
    assert {call.error for call in accepts} == {"EMFILE", "EAGAIN"}


def test_the_dialect_of_an_array_in_braces_is_told() -> None:
    """Which strace wrote it?"""
    items, log, _ = read("09-uwsgi-herd-unsigned")
    assert log.coverage.dialect == "4.11"
    waits = [item for item in items if isinstance(item, EpollWait)]
    assert {wait.timeout_ms for wait in waits} == {-1}
    assert len(waits) == 12


def test_masks_of_a_rearm_loop_are_right() -> None:
    """What is armed?"""
    changes = [
        call
        for call in calls("17-nginx-qat-rearm-loop")
        if isinstance(call, EpollCtl)
    ]
    armed = EPOLLIN | EPOLLRDHUP | EPOLLET
    masks = {change.events for change in changes if change.events}
    assert masks == {armed, armed | EPOLLOUT} == {0x80002001, 0x80002005}
    assert len(changes) == 30


def test_a_bare_pointer_is_a_pointer() -> None:
    """What did the failed waits get?"""
    waits = [
        call
        for call in calls("19-workerman-45-bare-pointer")
        if isinstance(call, Wait) and call.failed
    ]
    assert [(wait.line, wait.pointer) for wait in waits] == [
        (5, 0x985F4F0),
        (14, 0x985F4F0),
    ]


def test_waits_of_a_mail_are_put_together() -> None:
    """Are calls, events and times of both logs right?"""
    every = calls("21-mail-wrapped-v4l2", paste=True)
    waits = [call for call in every if isinstance(call, EpollWait)]
    assert [(wait.line, wait.duration) for wait in waits] == [
        (7, 2.942568),
        (12, 2.943001),
    ]
    assert all(len(wait.ready) == 1 for wait in waits)
    assert sum(isinstance(call, Ioctl) for call in every) == 6
    assert every[0].time == 43712.0
    assert every[-1].time == 43039.0


@pytest.mark.parametrize("paste", [False, True])
@pytest.mark.parametrize(
    ("name", "remedy"),
    [("25-gvisor", "outside of the sandbox"), ("54-strace-c-table", "-C")],
)
def test_what_is_no_log_is_refused(name: str, remedy: str, paste: bool) -> None:
    """Does the message say which line, what it is, and what to do?"""
    items, _, refused = read(name, paste=paste)
    assert not [item for item in items if isinstance(item, Call)]
    assert refused.startswith(f"{name}: line ")
    assert remedy in refused


def test_a_diff_is_read_without_its_marks() -> None:
    """Is each line a call with a class?"""
    every = calls("31-haproxy-diff-plus", paste=True)
    assert [call.line for call in every] == list(range(1, 19))
    others = [call.name for call in every if isinstance(call, OtherCall)]
    assert others == ["setsockopt"]
    connects = [call for call in every if isinstance(call, Connect)]
    assert [call.error for call in connects] == ["EINPROGRESS", ""]


def test_a_broken_change_has_its_mask() -> None:
    """Is a bit that has no name read, too?"""
    [change] = [
        call
        for call in calls("33-lwan-rst-indented", paste=True)
        if isinstance(call, EpollCtl)
    ]
    assert change.line == 8
    assert change.events == EPOLLIN | EPOLLERR | EPOLLET | EPOLLRDHUP
    assert change.events == 0x80002009


def test_line_numbers_are_no_processes() -> None:
    """Who wrote the lines?"""
    every = calls("39-erlang-grep-n-oneshot", paste=True)
    assert {call.pid for call in every} == {46097, 46101}
    assert len(every) == 10
    assert isinstance(every[-2], Write)
    assert isinstance(every[-1], Read)


def test_a_length_that_is_garbage_is_kept_as_printed() -> None:
    """What did the kernel not fill in?"""
    [accept] = [
        call
        for call in calls("43-redis-mod-enoent")
        if isinstance(call, Accept)
    ]
    assert accept.length == "[11080262466804908048]"


def test_a_duplicate_is_known() -> None:
    """From which descriptor into which?"""
    items, log, _ = read("50-uvloop-dup-phantom")
    copies = [item for item in items if isinstance(item, Copy)]
    assert {(copy.source, copy.target) for copy in copies} == {(24, 25)}
    assert log.coverage.dialect == "5.10"
    assert log.coverage.unseen_registrations == []


def test_events_of_a_wait_over_three_lines_are_whole() -> None:
    """Is a number that was broken in its middle one number?"""
    [wait] = [
        call
        for call in calls("58-jetty-terminal-wrapped", paste=True)
        if isinstance(call, EpollWait)
    ]
    assert [ready.data for ready in wait.ready] == [
        139746156223488,
        139746156224544,
        139746156225600,
        139746156239008,
        139746156240064,
    ]
