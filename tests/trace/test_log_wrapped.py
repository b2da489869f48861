"""Calls that are broken into several lines: put together with ``paste``."""

import pytest

from epollref.trace.log import Log
from tests.trace.pasting import read

LONG = [
    "[pid   715] epoll_wait(14, [{EPOLLIN, {u32=805313536, "
    "u64=139746156223488}}, {EPOLLIN, {u32=805314592, u64=139746156224544}}, "
    "{EPOLLOUT, {u32=805329056, u64=139746156239008}}], 8192, 4294967295) = 3 "
    "<0.000012>",
    '[pid   715] read(22, "GET / HTTP/1.1\\r\\nHost: 127.0.0.1", 16384) = -1 '
    "EAGAIN (Resource temporarily unavailable)",
    "[pid   716] <... accept4 resumed>{sa_family=AF_INET, "
    'sin_port=htons(33378), sin_addr=inet_addr("127.0.0.1")}, [128 => 16], '
    "SOCK_NONBLOCK) = 8",
    "[pid   715] close(22) = 0",
]


def at_blanks(line: str, width: int) -> list[str]:
    """Return a line as a mail program breaks it."""
    parts: list[str] = []
    while len(line) > width:
        at = line.rfind(" ", 1, width + 1)
        if at < 0:
            break
        parts.append(line[:at])
        line = line[at + 1 :]
    return [*parts, line]


@pytest.mark.parametrize("width", [60, 66, 68, 72, 76, 78])
@pytest.mark.parametrize("before", ["", "> ", "+"])
def test_lines_that_a_mail_broke_are_put_together(
    width: int, before: str
) -> None:
    """Is the blank at the break back, also behind a prefix?"""
    parts = [f"{before}{x}" for line in LONG for x in at_blanks(line, width)]
    expected, _ = read(LONG, paste=False)
    items, log = read(parts, paste=True)
    assert items == expected
    assert log.coverage.unread == 0
    assert log.coverage.lines == len(parts)
    changed = len(parts) if before else len(parts) - len(LONG)
    assert log.coverage.mended == changed


@pytest.mark.parametrize("width", [80, 90, 100, 103, 120, 132])
def test_lines_that_a_terminal_broke_are_put_together(width: int) -> None:
    """Is nothing put in at the break, though blanks are lost there?"""
    parts = [
        line[at : at + width].rstrip()
        for line in LONG
        for at in range(0, len(line), width)
    ]
    expected, _ = read(LONG, paste=False)
    items, log = read(parts, paste=True)
    assert items == expected
    assert log.coverage.mended == len(parts) - len(LONG)


def test_a_broken_call_has_the_number_of_its_first_part() -> None:
    """Where is the call?"""
    parts = ["close(3) = 0", "epoll_wait(3, [{EPOLLIN, {u32=5,", "u64=5}}],"]
    log = Log([*parts, "8, -1) = 1", "close(4) = 0"], paste=True)
    assert [item.line for item in log] == [1, 2, 5]
    assert log.coverage.lines == 5
    assert log.coverage.mended == 2


def test_a_sentence_is_not_put_behind_a_call() -> None:
    """Are words between lines left where they are?"""
    log = Log(
        ["close(3) = 0", "This is the result.", "close(4) = 0"], paste=True
    )
    assert [item.line for item in log] == [1, 3]
    assert [unread.line for unread in log.coverage.samples] == [2]


def test_a_broken_log_is_hinted_at() -> None:
    """Does a reader hear of paste?"""
    _, log = read(at_blanks(LONG[0], 72), paste=False)
    assert any("wrapped" in hint for hint in log.coverage.hints)


@pytest.mark.parametrize(
    ("lines", "meant"),
    [
        (
            ['write(1, "hello\\n", 6hello', ")                  = 6"],
            'write(1, "hello\\n", 6) = 6',
        ),
        (
            ['[pid  7] write(2, "1\\n2\\n", 41', "2", ") = 4 <0.000012>"],
            '[pid  7] write(2, "1\\n2\\n", 4) = 4 <0.000012>',
        ),
        (
            ["read(0, hello", '"hello\\n", 1024)       = 6'],
            'read(0, "hello\\n", 1024) = 6',
        ),
    ],
)
def test_words_of_the_program_are_taken_out(
    lines: list[str], meant: str
) -> None:
    """Is a call read in whose middle the program wrote on the terminal?"""
    items, log = read([*lines, "close(3) = 0"], paste=True)
    assert items == read([meant, "close(3) = 0"], paste=False)[0]
    assert log.coverage.unread == 0
    assert log.coverage.mended == len(lines) - 1
