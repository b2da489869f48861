"""One line of a log, taken apart.

    4711  12:00:00.000042 read(6, "ping", 512) = 4 <0.000003>
    who   when            name  arguments        result  duration

The prefix has many forms (``-f``, ``-t``, ``-r``, ``-n``, ``-i``); all of it
is one pattern, which is what reading costs most.  The end of the arguments
is the last ``) =`` that a result follows, so a bracket in a string or in the
name of a file does no harm.
"""

import re
from typing import Final

from epollref.trace.calls import Common
from epollref.trace.calls.parts import FILE
from epollref.trace.words import ERROR_TEXTS

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
    r"(?: ([A-Z]\w*+))?"
    r"(?: \(([^()]*+)\))?"
    r"( \((?:INJECTED|DELAYED)[^()]*+\))?"
    r"(?: <(\d{1,9}\.\d{1,9})>)?\s*+"
)
CALL: Final = re.compile(
    rf"{PREFIX}(\w+)\((.*)\) *= {_RESULT}", re.ASCII | re.DOTALL
)
"""A whole call."""

BEGUN: Final = re.compile(
    rf"{PREFIX}(\w+|\?{{3,4}})\((.*)"
    r" <(unfinished|detached|pid changed to (\d{1,10})) \.\.\.>\s*+",
    re.ASCII | re.DOTALL,
)
"""The beginning of a call; the pid changes at the execve of a thread."""

RESUMED: Final = re.compile(
    rf"{PREFIX}<\.\.\. (\w+|\?{{3,4}}) resumed>(?: (?!<))?(.*)",
    re.ASCII | re.DOTALL,
)
"""The end of a call; a blank follows ``resumed>`` before 2019."""

REST: Final = re.compile(rf"(.*)\) *= {_RESULT}", re.ASCII | re.DOTALL)
"""What stands after ``resumed>``."""

ELSE: Final = re.compile(
    rf"{PREFIX}(?:"
    r"--- stopped by (?P<stopped>\w+) ---"
    r"|--- (?P<signal>[A-Z]\w+)(?: (?P<info>.+))? ---"
    r"|\+\+\+ exited with (?P<status>\d{1,10}) \+\+\+"
    r"|\+\+\+ killed by (?P<killer>\w+)(?P<core> \(core dumped\))? \+\+\+"
    r"|\+\+\+ superseded by execve in pid (?P<superseded>\d{1,10}) \+\+\+"
    r")\s*+",
    re.ASCII | re.DOTALL,
)
"""Signals and exits."""

REMARK: Final = re.compile(
    r"(?P<half>.*?)(?P<text>(?:strace: )?Process (?P<pid>\d{1,10}) "
    r"(?P<done>attached|detached|suspended|resumed)\b.*)"
    r"|(?P<other>(?:/\S*)?strace: .*| > \S.*|\[ Process PID=\d+ .*\])",
    re.ASCII | re.DOTALL,
)
"""strace about itself, even in the middle of a line; frames of ``-k``."""

LEADING_FD: Final = re.compile(r"(-?\d{1,10})(?=[<,]|$)", re.ASCII)
"""A first argument that may be a descriptor."""

PERF: Final = re.compile(
    r" *+[\d.?]++ \( *+(?:[\d.]++ *+)?(?:ms)?(?: \.\.\.)?\):.*",
    re.ASCII | re.DOTALL,
)
"""A line of ``perf trace``."""


def describe(
    common: Common,
    result: str,
    made: str | None,
    error: str | None,
    note: str | None,
    injected: str | None,
    duration: str | None,
) -> Common:
    """Add a result to what is known about a call.

    Args:
        common: What is known, which is changed.
        result: The groups of the result in the patterns above, from here on.
        made: What ``-y`` says about a returned descriptor.
        error: The errno by name.
        note: What stands in brackets.
        injected: The remark of ``--inject``.
        duration: Of ``-T``.

    Returns:
        ``common``.
    """
    if result == "?":
        common["result"] = None
    else:
        base = 16 if result.startswith("0x") else 10
        common["result"] = int(result, base)
    if duration is not None:
        common["duration"] = float(duration)
    if made is not None:
        common["made"] = made
    if error is not None:
        common["error"] = error
    if note is not None or injected is not None:
        _annotate(common, note or "", injected or "")
    return common


def _annotate(common: Common, note: str, injected: str) -> None:
    """Keep what stands in brackets, if it says something new."""
    if note in ("INJECTED", "DELAYED") and not injected:
        note, injected = "", note
    if note and note != ERROR_TEXTS.get(common.get("error", "")):
        common["note"] = note
    if "INJECTED" in injected:
        common["injected"] = True
