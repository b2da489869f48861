"""The text of a script: one call a line, in strace's notation of calls.

A descriptor is a number, a name, or both as ``strace -y`` prints them
(``4<a>``).  Names are given where a call returns: behind ``=``, or in the
brackets of a pair.  What stands behind ``=`` is a claim; a line without one
claims nothing.

A wait with a negative time-out is made by a thread of its own.  Where it
sleeps it ends in ``<unfinished ...>``, and under the line that wakes it may
stand ``[pid 1] <... epoll_wait resumed>`` with what it returns, as strace
writes both.

Comments: the first ones are the title and remarks; each later one belongs to
the call below it.  Blank lines make paragraphs; of several, the first is the
setup.

Examples:
    >>> from epollref.model.scripts import read_script
    >>> script = read_script('''
    ...     # An edge is reported once.
    ...
    ...     socketpair([a, b])
    ...     epoll_create1(EPOLL_CLOEXEC) = ep
    ...     epoll_ctl(ep, EPOLL_CTL_ADD, a, {events=EPOLLIN|EPOLLET})
    ...
    ...     write(b, "hello", 5) = 5
    ...     # Reported, and off the ready list.
    ...     epoll_wait(ep, [{events=EPOLLIN, data=a}], 8, 0) = 1
    ... ''')
    >>> script.title, [line.name for line in script.steps]
    ('An edge is reported once.', ['write', 'epoll_wait'])
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

_PID = r"(?:\[pid +(?P<pid>\d{1,9})\] )?"
_CALL: Final = re.compile(
    rf"{_PID}(?P<name>\w+)\((?P<args>.*)\)\s*+=\s*+(?P<result>"
    r"-?[\w|]++(?:<[^<>]*+>)?(?:\s++E[A-Z0-9]++)?)(?:\s++\([^()]*+\))?",
    re.ASCII,
)
_CALL_ALONE: Final = re.compile(
    rf"{_PID}(?P<name>\w+)\((?P<args>.*)\)(?P<result>)", re.ASCII
)
_UNFINISHED: Final = re.compile(
    rf"{_PID}(?P<name>\w+)\((?P<args>.*) <(?P<result>unfinished) \.\.\.>",
    re.ASCII,
)
_RESUMED: Final = re.compile(
    rf"{_PID}<\.\.\. epoll_wait resumed>(?P<args>.*)\)\s*+=\s*+\d++", re.ASCII
)

_OURS: Final = (
    "! ",
    "? ",
    "model and Linux agree on ",
    "steps that differ: ",
)
"""How the lines of a run begin that are no calls; see ``_is_ours``."""

MOST_BYTES: Final = 1 << 20
"""Bytes of a script: /dev/zero has no end."""


class ScriptError(ValueError):
    """A script that cannot be read or played: what, and on which line."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(f"line {number}: {what}")


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One call, as it is written."""

    number: int
    """The line in the file, from 1."""
    text: str
    """Without the blanks around it."""
    name: str
    args: str
    """What stands between the brackets."""
    result: str = ""
    """What stands behind ``=``, without remarks in brackets."""
    note: str = ""
    """The comment above it."""
    resumed: tuple[tuple[int, str], ...] = ()
    """The waits that it is said to wake: thread, and arguments as written."""


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script."""

    title: str
    remarks: tuple[str, ...]
    """Further comments before the first call."""
    setup: tuple[ScriptLine, ...]
    """Calls that prepare; empty if the script has one paragraph."""
    steps: tuple[ScriptLine, ...]

    @property
    def lines(self) -> tuple[ScriptLine, ...]:
        """All calls."""
        return self.setup + self.steps


def decoded(raw: bytes) -> str:
    """Return the text of a script.

    Args:
        raw: What its file holds.

    Raises:
        ScriptError: It is not text in UTF-8.
        ValueError: It is too long.
    """
    if len(raw) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES:,} bytes: too long to play")
    wrong = raw.find(b"\0")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        wrong = error.start if wrong < 0 else min(wrong, error.start)
    if wrong >= 0:
        line = raw.count(b"\n", 0, wrong) + 1
        raise ScriptError(line, f"not UTF-8 text: byte 0x{raw[wrong]:02x}")
    return text.removeprefix("\ufeff")


def read_script(text: str) -> Script:
    """Read a script.

    Args:
        text: The whole text.

    Returns:
        Its calls, not yet understood.

    Raises:
        ScriptError: A line is no call, or there is none.
    """
    head: list[str] = []
    notes: list[str] = []
    paragraphs: list[list[ScriptLine]] = [[]]
    for number, line in _lines(text):
        if line.startswith("#"):
            notes.append(line.lstrip("#").strip())
        elif resumed := _RESUMED.fullmatch(line):
            if not paragraphs[-1]:
                raise ScriptError(
                    number, "there is no call above it that could wake a wait"
                )
            waking = paragraphs[-1].pop()
            back = (int(resumed["pid"] or 1), resumed["args"])
            paragraphs[-1].append(
                replace(waking, resumed=(*waking.resumed, back))
            )
        elif line:
            paragraphs[-1].append(_read_line(number, line, notes))
            notes = []
        else:
            if not any(paragraphs):
                head += notes
                notes = []
            if paragraphs[-1]:
                paragraphs.append([])
    first, *rest = [part for part in paragraphs if part] or [[]]
    if not first:
        raise ScriptError(1, "the script has no call")
    if not rest:
        first, rest = [], [first]
    steps = tuple(line for part in rest for line in part)
    title = head[0] if head else ""
    return Script(title, tuple(head[1:]), tuple(first), steps)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Return the lines and their numbers, without what a run adds."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not _is_ours(line):
            yield number, line.strip()


def _is_ours(line: str) -> bool:
    """Say whether a line is no call, in a run that is played again."""
    if line.startswith(_OURS):
        return True
    _, _, lists = line.partition(": interest [")
    return "]  ready [" in lists and lists.endswith("]")


def _read_line(number: int, line: str, notes: list[str]) -> ScriptLine:
    found = (
        _UNFINISHED.fullmatch(line)
        or _CALL.fullmatch(line)
        or _CALL_ALONE.fullmatch(line)
    )
    if found is None:
        raise ScriptError(number, f"not a call: {line[:60]!r}")
    name, args, result = found.group("name", "args", "result")
    return ScriptLine(number, line, name, args, result, " ".join(notes))
