"""One line of a log, taken apart.

``4711  12:00:00.000042 read(6, "ping", 512) = 4 <0.000003>`` says who, when,
the name, the arguments, the result, and how long it took.

The prefix has many forms (``-f``, ``-t``, ``-r``, ``-n``, ``-i``); all of it
is one pattern, which is what reading costs most.  The end of the arguments
is the last ``) =`` that a result follows, so a bracket in a string or in the
name of a file does no harm.
"""

import re
from typing import Any, Final, Literal, TypeAlias

from epollref.trace.calls.parts import FILE

Fate: TypeAlias = Literal["unfinished", "detached", "killed"]

PREFIX: Final = (
    r"(?:\[pid ++(\d{1,10})(?:<[^<>]*+>)?\] |(\d{1,10})(?:<[^<>]*+>)? ++)?"
    r"(?: *+(\d{1,12}\.\d{1,9}|\d\d?:\d\d:\d\d(?:\.\d{1,9})?)"
    r"(?: \(\+ ++\d++\.\d++\))? )?"
    r"(?:\[[ \d]{4}\] )?(?:\[[\da-f?]{8,16}\] )?"
)
"""The pid (two ways), the time; then ``-n`` and ``-i``, which are not kept."""

_RESULT: Final = (
    r"(\?|-?\d{1,20}|0x[0-9a-f]{1,16})"
    rf"(?:{FILE})?"
    r"(?: /\* \d{1,10} in strace's PID NS \*/| <unavailable>)?"
    r"(?: ([A-Z]\w*+))?"
    r"(?: \(([^()]*+)\))?"
    r"( \((?:INJECTED|DELAYED)[^()]*+\))?"
    r"(?: <(\d{1,9}(?:\.\d{1,9})?)>)?\s*+"
)
CALL: Final = re.compile(
    rf"{PREFIX}(\w+)\((.*)\) *= {_RESULT}", re.ASCII | re.DOTALL
)
"""A whole call."""

_BEGUN: Final = re.compile(
    rf"{PREFIX}(\w+|\?{{3,4}})\((.*)"
    r" <(unfinished|detached|pid changed to (\d{1,10})) \.\.\.>",
    re.ASCII | re.DOTALL,
)
"""The beginning of a call; the pid changes at the execve of a thread."""

_ENDED: Final = re.compile(
    rf"{PREFIX}<\.\.\. (\w+|\?{{3,4}}) resumed>(?: (?!<))?(.*)\) *= {_RESULT}",
    re.ASCII | re.DOTALL,
)
"""The end of a call; a blank follows ``resumed>`` before 2019."""

_EVENT: Final = re.compile(
    rf"{PREFIX}(?:"
    r"--- stopped by (?P<stopped>\w+) ---"
    r"|--- (?P<signal>[A-Z]\w+)(?: (?P<info>.+))? ---"
    r"|\+\+\+ exited with (?P<status>\d{1,10}) \+\+\+"
    r"|\+\+\+ killed by (?P<killer>\w+)(?P<core> \(core dumped\))? \+\+\+"
    r"|\+\+\+ superseded by execve in pid (?P<superseded>\d{1,10}) \+\+\+"
    r")",
    re.ASCII | re.DOTALL,
)
"""Signals and exits."""

_NOTICE: Final = re.compile(
    r"(?P<half>.*?)(?P<text>(?:strace: )?Process (?P<pid>\d{1,10}) "
    r"(?P<done>attached|detached|suspended|resumed)\b.*)"
    r"|(?P<other>(?:/\S*)?strace: .*"
    r"|> (?:.*\[0x[0-9a-f]{1,16}\]|.*\+0x[0-9a-f]{1,16}\).*|BUG IN .*)"
    r"|(?:\[pid ++\d++\] )?\[ Process PID=\d+ .*\]"
    r"|(?:attach|detach|upeek|umoven?|umovestr): .*)",
    re.ASCII | re.DOTALL,
)
"""strace about itself, even in the middle of a line; frames of ``-k``."""

_OPEN: Final = re.compile(
    rf"{PREFIX}(\w+)\(((?:(?!\) *+[=A-Za-z]).)*)", re.ASCII | re.DOTALL
)
"""A call that stops in the middle of its arguments."""


class Line:
    """What each line says.

    Attributes:
        number: Its number, from 1.
        text: Itself.
        bracket: The number in ``[pid N]``, if there is one.
        column: The number in the first column, if there is one.
        when: The time as printed.
        pid: Who wrote it, once ``processes`` has found out.
        time: When, in seconds, once ``times`` has found out.
    """

    __slots__ = ("bracket", "column", "number", "pid", "text", "time", "when")
    bracket: str | None
    column: str | None
    number: int
    pid: int
    text: str
    time: float | None
    when: str | None


class Whole(Line):
    """A call and its result.

    Attributes:
        second_half: Its first half is not known, or not yet.
        first: Its first half, once ``joining`` has put both together.
    """

    __slots__ = (
        "args",
        "duration",
        "error",
        "first",
        "injected",
        "made",
        "name",
        "note",
        "result",
        "second_half",
    )
    name: str
    args: str
    result: str
    made: str | None
    error: str | None
    note: str | None
    injected: str | None
    duration: str | None

    def __init__(
        self,
        number: int,
        text: str,
        groups: tuple[Any, ...],
        *,
        second_half: bool = False,
    ) -> None:
        self.number = number
        self.text = text
        self.second_half = second_half
        self.first: Beginning | None = None
        (
            self.bracket,
            self.column,
            self.when,
            self.name,
            self.args,
            self.result,
            self.made,
            self.error,
            self.note,
            self.injected,
            self.duration,
        ) = groups


class Beginning(Line):
    """The first half of a call.

    Attributes:
        fate: ``unfinished``, ``detached``, or ``killed``.
        goes_on_as: The number under which the second half comes, if it is
            another one.
    """

    __slots__ = ("args", "fate", "goes_on_as", "name")

    def __init__(
        self,
        number: int,
        text: str,
        groups: tuple[Any, ...],
        fate: Fate = "unfinished",
        goes_on_as: int | None = None,
    ) -> None:
        self.number = number
        self.text = text
        self.bracket, self.column, self.when, self.name, self.args = groups
        self.fate = fate
        self.goes_on_as = goes_on_as


class Event(Line):
    """A signal, a stop or an exit.

    Attributes:
        found: The match of its pattern.
    """

    __slots__ = ("found",)

    def __init__(self, number: int, text: str, found: re.Match[str]) -> None:
        self.number = number
        self.text = text
        self.bracket, self.column, self.when = found.group(1, 2, 3)
        self.found = found

    @property
    def is_exit(self) -> bool:
        """Whether a thread is gone."""
        return not (self.found["signal"] or self.found["stopped"])


class Notice(Line):
    """strace about itself.

    Attributes:
        words: What it says.
        half: What stands before it in the same line, of an unfinished call.
        about: The process that it is about.
        done: What happened to it: ``attached``.
    """

    __slots__ = ("about", "done", "half", "words")

    def __init__(self, number: int, text: str, found: re.Match[str]) -> None:
        self.number = number
        self.text = text
        self.bracket = self.column = self.when = None
        self.words: str = found["text"] or found["other"]
        self.half = (found["half"] or "").removesuffix("^C")
        self.about = int(found["pid"] or 0)
        self.done = found["done"] or ""


AnyLine: TypeAlias = Whole | Beginning | Event | Notice


def taken_apart(number: int, text: str) -> AnyLine | None:
    """Return what a line is.

    Args:
        number: Its number.
        text: The line, without blanks at its end.

    Returns:
        The parts of the line; ``None`` where its form is none of strace's.
    """
    if text.endswith("...>"):
        if found := _BEGUN.fullmatch(text):
            *groups, fate, other = found.groups()
            groups[-1] = groups[-1].removesuffix("^C")
            return Beginning(
                number,
                text,
                tuple(groups),
                "detached" if fate == "detached" else "unfinished",
                int(other) if other else None,
            )
    elif found := CALL.fullmatch(text):
        return Whole(number, text, found.groups())
    if "resumed>" in text and (found := _ENDED.fullmatch(text)):
        return Whole(number, text, found.groups(), second_half=True)
    if found := _EVENT.fullmatch(text):
        return Event(number, text, found)
    if found := _NOTICE.fullmatch(text):
        return Notice(number, text, found)
    return None


def stopped_short(number: int, text: str) -> Beginning | None:
    """Return a call that stops in the middle of its arguments.

    Args:
        number: The number of the line.
        text: The line.

    Returns:
        Its beginning; ``None`` where the line is no such call.
    """
    found = _OPEN.fullmatch(text.removesuffix("^C"))
    return None if found is None else Beginning(number, text, found.groups())
