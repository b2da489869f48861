"""Logs that somebody pasted: told without ``paste``, mended with it."""

from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epollref.trace.items import Call, Item
from epollref.trace.log import Log, LogError, opened
from tests.trace.pasting import read
from tests.trace.test_log_hostile import REAL, mutated

DATA = Path(__file__).parent / "data"
LOGS = sorted(DATA.glob("*.strace.gz"))

CLEAN = [
    "[pid  7] epoll_wait(3,  <unfinished ...>",
    '[pid  8] write(4, "GET / HTTP/1.1\\r\\n", 16) = 16 <0.000007>',
    "[pid  7] <... epoll_wait resumed>[{EPOLLIN, {u32=5, u64=5}}], 8, -1) = 1",
    '[pid  7] read(5, "a > b", 4096) = -1 EAGAIN (Resource temporarily '
    "unavailable)",
    "[pid  7] --- SIGCHLD {si_signo=SIGCHLD} ---",
    "[pid  7] +++ exited with 0 +++",
]


class Around(NamedTuple):
    """What stands before and behind each line of a log."""

    name: str
    before: str
    behind: str
    hint: str


AROUND = [
    Around("mail", "> ", "", "quoted text"),
    Around("mail, twice", ">> ", "", "quoted text"),
    Around("mail, two programs", "> | ", "", "quoted text"),
    Around("a diff that adds", "+", "", "a diff or of a list"),
    Around("a diff that removes", "-", "", "a diff or of a list"),
    Around("a list", "* ", "", "a diff or of a list"),
    Around("grep -n", "1234:", "", "line numbers"),
    Around("grep -n, context", "1234-", "", "line numbers"),
    Around("grep -nH", "app.strace:1234:", "", "line numbers"),
    Around("grep -H", "logs/app.strace:", "", "file names"),
    Around("grep with a blank", "1234 ", "", "line numbers"),
    Around("cat -n", "  1234\t", "", "line numbers"),
    Around("journald", "Nov 13 12:00:01 web1 app[123]: ", "", "time stamps"),
    Around("kubectl", "2023-11-13T12:00:01.123456789Z ", "", "time stamps"),
    Around("a logger", "[2023-11-13 12:00:01,123] ", "", "time stamps"),
    Around("docker compose", "web_1  | ", "", "names"),
    Around("a comment", "// ", "", "a comment"),
    Around("a shell's comment", "# ", "", "a comment"),
    Around("HTML", "<code>", "</code><br>", "markup"),
    Around("backticks", "`", "`", "markup"),
    Around("all at once", "> 12:", "", "quoted text"),
]


@pytest.mark.parametrize("around", AROUND, ids=lambda around: around.name)
def test_what_stands_around_lines_is_told(around: Around) -> None:
    """Is no line read, and one hint given?"""
    lines = [f"{around.before}{line}{around.behind}" for line in CLEAN]
    items, log = read(lines, paste=False)
    assert items == []
    assert log.coverage.unread == len(lines)
    [hint] = log.coverage.hints
    assert around.hint in hint
    assert "--paste" in hint


@pytest.mark.parametrize("around", AROUND, ids=lambda around: around.name)
def test_what_stands_around_lines_is_taken_off(around: Around) -> None:
    """Does the log say what it said before it was pasted?"""
    lines = [f"{around.before}{line}{around.behind}" for line in CLEAN]
    expected, _ = read(CLEAN, paste=False)
    items, log = read(lines, paste=True)
    assert items == expected
    assert log.coverage.unread == 0
    assert log.coverage.mended == len(lines)
    assert not log.coverage.hints


def test_entities_are_told_and_decoded() -> None:
    """Is what a browser would show read?"""
    lines = [
        line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for line in CLEAN
    ]
    _, log = read(lines, paste=False)
    assert any("entities" in hint for hint in log.coverage.hints)
    expected, _ = read(CLEAN, paste=False)
    items, log = read(lines, paste=True)
    assert items == expected
    assert log.coverage.unread == 0
    assert log.coverage.mended >= 3


def test_entities_that_a_program_wrote_are_left_alone() -> None:
    """Is a page that a server sent not decoded?"""
    line = 'write(5, "&lt;b&gt;", 9)                = 9'
    assert read([line], paste=True)[0] == read([line], paste=False)[0]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("write(4, “abc”, 3) = 3", 'write(4, "abc", 3) = 3'),
        ("write(4, “abc”…, 9) = 9", 'write(4, "abc"..., 9) = 9'),
        ("close(3) = \u20131 EBADF", "close(3) = -1 EBADF"),
    ],
)
def test_typography_is_undone(typed: str, meant: str) -> None:
    """Are quotes, dots and minus signs of a word processor read?"""
    for text in typed, typed.encode().decode("latin-1"):
        assert read([text], paste=True)[0] == read([meant], paste=False)[0]


@pytest.mark.parametrize(
    "remark",
    ["# why?", "// why?", "<-- why?", "/* why? */", "<== here", "-- no"],
)
def test_a_remark_behind_a_call_is_taken_off(remark: str) -> None:
    """Is the call read, and the remark not?"""
    line = f"close(3)          = 0 <0.000007>   {remark}"
    items, log = read([line], paste=True)
    assert items == read(["close(3) = 0"], paste=False)[0]
    assert log.coverage.mended == 1
    items, log = read([line], paste=False)
    assert items == []
    assert "behind" in log.coverage.hints[0]


def test_a_number_and_a_tab_are_no_process() -> None:
    """Is the output of ``cat -n`` told, if no process stands behind it?"""
    lines = [f"{n:6}\tclose({n}) = 0" for n in range(3, 9)]
    items, log = read(lines, paste=False)
    assert items == []
    assert "line numbers" in log.coverage.hints[0]
    items, log = read(lines, paste=True)
    assert (
        items == read([f"close({n}) = 0" for n in range(3, 9)], paste=False)[0]
    )


def test_line_numbers_are_not_taken_for_processes() -> None:
    """Are numbers that grow by one told, and taken off?"""
    lines = [f"{n} close({n}) = 0" for n in range(20612, 20620)]
    log = Log(lines)
    list(log)
    assert any("those of lines" in hint for hint in log.coverage.hints)
    assert {item.pid for item in Log(lines, paste=True)} == {0}


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.name)
def test_a_log_that_nobody_pasted_stays_as_it_is(path: Path) -> None:
    """Does ``paste`` change nothing where there is nothing to mend?"""
    items: list[list[Item]] = []
    for paste in False, True:
        with opened(str(path)) as lines:
            log = Log(lines, paste=paste)
            items.append(list(log))
        assert log.coverage.mended == log.coverage.unread == 0
    assert items[0] == items[1]


@settings(deadline=None)
@given(mutated(), st.sampled_from(["", "> ", "+", "12:", "  ", "\t"]))
def test_no_pasted_text_raises(texts: list[str], before: str) -> None:
    """Is each line read, mended or reported?"""
    log = Log([before + text for text in texts], paste=True)
    try:
        items = list(log)
    except LogError:
        return
    numbers = [item.line for item in items if isinstance(item, Call)]
    assert all(1 <= number <= len(texts) for number in numbers)
    assert log.coverage.lines == len(texts)


def test_real_lines_are_not_changed_one_by_one() -> None:
    """Does each line of every real log say the same, alone and pasted?"""
    for text in REAL:
        try:
            expected = list(Log([text]))
        except LogError:
            continue
        log = Log([text], paste=True)
        assert list(log) == expected, text
        assert log.coverage.mended == 0, text
