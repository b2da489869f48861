"""Which lines are strace's, and why the others are not.

A line of strace may be interrupted by what strace says about itself, and the
last one may stop in its middle: a log that was killed, or is still being
written, ends in the call where its process hangs.  What is left is counted
as unread, with a reason in words.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from epollref.trace.log.coverage import Coverage
from epollref.trace.log.foreign import Refusal, tool_of
from epollref.trace.log.lines import (
    CALL,
    AnyLine,
    Beginning,
    Notice,
    Whole,
    stopped_short,
    taken_apart,
)
from epollref.trace.log.pasted import (
    PASTE,
    STARTS,
    TABBED,
    has_entities,
    is_markup,
    prefix_of,
    tidied,
    without_remark,
)

_PROMPT_WORD: Final = re.compile(
    r"[\w.-]*+[]@~$#%:/>[]\S*|sudo|time|timeout|docker|exec|\d+[smh]?", re.ASCII
)
_OPTION: Final = re.compile(
    r"-[a-zA-Z]*([zZ])|--(successful|failed)-only", re.ASCII
)
_WITH_VALUES: Final = "abeopsuEIOPSUX"
"""Options that a value follows, as in ``-o FILE``."""
_OMISSIONS: Final = ("snip", "snipped", "cut", "omitted", "truncated", "--")
_PROMPT: Final = re.compile(r"\^C|[\w.@~/:\[\] -]*+[#$%>]", re.ASCII)
_SUMMARY: Final = re.compile(
    r"-{4,8}(?: -{4,20}){3,6}|100\.00 .{1,80}\btotal|"
    r"[ \d]{1,3}\.\d\d +\d+\.\d+ +.{1,80}",
    re.ASCII,
)


class Why(NamedTuple):
    """Why a line is unread, and what would help."""

    reason: str
    hint: str = ""
    aftermath: bool = False
    """The line is a terminal's: the log may have ended before it."""


def why(text: str) -> Why:
    """Return why a line is unread.

    Args:
        text: The line, tidied.
    """
    return _pasted(text) or _terminal(text) or _cut(text)


def _pasted(text: str) -> Why | None:
    """Return what stands around a line that might be read without it."""
    if prefixed := prefix_of(text):
        words = f"lines begin with {prefixed[0].words}"
    elif has_entities(text):
        words = "lines hold entities of HTML, as &lt; for <"
    elif CALL.fullmatch(without_remark(text)):
        words = "something stands behind the call"
    else:
        return None
    return Why(words, f"{words}: {PASTE}")


def _terminal(text: str) -> Why | None:
    """Return what a line is that stands beside a log."""
    if _is_omission(text):
        return Why(
            "lines are left out here",
            "lines are left out of the log: calls are missing",
            aftermath=True,
        )
    if command(text):
        return Why("this is a command, not its output", aftermath=True)
    if _PROMPT.fullmatch(text):
        return Why("this is a terminal's, not strace's", aftermath=True)
    if is_markup(text):
        return Why("this is markup", aftermath=True)
    if _SUMMARY.fullmatch(text):
        return Why("this is the summary that strace -c prints")
    return None


def _cut(text: str) -> Why:
    """Return what is wrong with a line that nothing else explains."""
    if "resumed>" in text:
        return Why("the end of a call is cut")
    if (start := STARTS.match(text)) and start[0].endswith("("):
        words = "a call is cut or broken into several lines"
        return Why(words, f"{words}: if it is wrapped, {PASTE}")
    return Why("this is no line of strace")


def command(text: str) -> list[str]:
    """Return the arguments of a command that runs strace, that included."""
    before: list[str] = []
    words = text.split(maxsplit=100)
    for place, word in enumerate(words[:12]):
        if word == "strace" or word.endswith("/strace"):
            typed = all(_PROMPT_WORD.fullmatch(each) for each in before)
            return words[place:] if typed else []
        before.append(word)
    return []


def _options(words: list[str]) -> Iterator[str]:
    """Yield the options of a strace command, not those of its program."""
    value = False
    for word in words[1:]:
        if word.startswith("-"):
            yield word
            value = word[1:2] != "-" and word[-1] in _WITH_VALUES
        elif value:
            value = False
        else:
            return


def _is_omission(text: str) -> bool:
    """Whether a line stands for lines that somebody took out."""
    bare = text.strip(" <[({})]>*#/").lower()
    dots = ".." in text or "\u2026" in text or "\xe2\x80\xa6" in text
    return bare in _OMISSIONS or (dots and not any(map(str.isalnum, text)))


class Recognizer:
    """The stage from texts to lines of strace.

    Args:
        coverage: What gets the lines that are not strace's.
        refusal: What hears of lines of other tools.
    """

    def __init__(self, coverage: Coverage, refusal: Refusal) -> None:
        self._coverage = coverage
        self._refusal = refusal
        self._half = ""
        self._cut: Beginning | None = None

    def lines(
        self, texts: Iterable[tuple[int, str | None]]
    ) -> Iterator[AnyLine]:
        """Yield the lines that are strace's, taken apart.

        The others are counted as unread, but for blank ones.  A call that
        stops short is a ``Beginning`` if no other line of strace follows.

        Args:
            texts: Lines and their numbers, ``None`` for one that is too long.
        """
        for number, text in texts:
            if text is None:
                self._coverage.miss(number, "the line is too long", "")
                continue
            if self._half:
                text, self._half = self._half + text, ""
            if found := CALL.fullmatch(text):
                if self._cut:
                    self._give_up()
                yield Whole(number, text, found.groups())
                continue
            line = self._other(number, tidied(text), text)
            if line is not None:
                yield line
        if self._half:
            self._cut = stopped_short(number, self._half.rstrip())
        if self._cut is not None:
            yield self._cut

    def _other(self, number: int, text: str, raw: str) -> AnyLine | None:
        """Return a line that is no whole call as it stands."""
        if not text:
            if raw.strip():
                self._coverage.miss(number, "there is no text in it", raw)
            return None
        tool = tool_of(raw) if "\t" in raw else None
        strange = tool or TABBED.match(raw)
        line = None if strange else taken_apart(number, text)
        if line is None and self._cut and text == "<detached ...>":
            line = taken_apart(number, f"{self._cut.text}  {text}")
            self._cut = None
        if line is None:
            tool = tool or tool_of(raw)
            if tool:
                self._refusal.met(tool, number)
                self._coverage.miss(number, tool.reason, raw)
            else:
                self._unread(number, text, raw)
            return None
        if isinstance(line, Notice):
            self._interrupted(line)
        elif self._cut:
            self._give_up()
        return line

    def _interrupted(self, line: Notice) -> None:
        """Keep the call in whose middle strace spoke of itself."""
        if not line.half.strip():
            return
        if line.done == "attached":
            self._half = line.half
            return
        cut = stopped_short(line.number, line.half.rstrip())
        if cut is not None:
            if self._cut:
                self._give_up()
            self._cut = cut

    def _unread(self, number: int, text: str, raw: str) -> None:
        """Count a line that is not strace's, unless it may be the last."""
        reason = why(raw if TABBED.match(raw) else text)
        if self._cut and not reason.aftermath:
            self._give_up()
        cut = stopped_short(number, raw.rstrip("\r"))
        if cut is None and not TABBED.match(raw):
            cut = stopped_short(number, text)
        if cut is not None and not self._cut:
            self._cut = cut
            return
        self._miss(number, reason, text)

    def _give_up(self) -> None:
        """Count the call that stopped short as unread: the log goes on."""
        cut, self._cut = self._cut, None
        if cut is not None:
            self._miss(cut.number, why(cut.text), cut.text)

    def _miss(self, number: int, reason: Why, text: str) -> None:
        self._coverage.miss(number, reason.reason, text)
        self._coverage.hint(reason.hint)
        for word in _options(command(text)):
            if told := _OPTION.fullmatch(word):
                successes = told[1] == "z" or told[2] == "successful"
                self._coverage.only = "successes" if successes else "failures"
