"""Lines that somebody pasted, put right before they are read.

What stands before or around a line is taken off where a line of strace is
behind it.  A call that a terminal or a mail program broke into several
lines is put together: at the width of a terminal nothing is lost at the
break, in a mail a blank is.

Nothing here is done unasked, and each line that was changed is counted.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final, NamedTuple, TypeAlias

from epollref.trace.calls import read_arguments
from epollref.trace.log.coverage import Coverage
from epollref.trace.log.lines import Beginning, Notice, Whole, taken_apart
from epollref.trace.log.pasted import (
    ALONE,
    NUMBERED,
    STARTS,
    Prefix,
    has_entities,
    prefix_of,
    tidied,
    without_entities,
    without_markup,
    without_remark,
    without_typography,
)

Numbered: TypeAlias = tuple[int, str | None]

_MOST_PARTS: Final = 64
"""Lines into which one call may be broken."""
_LONGEST: Final = 1 << 16
"""Characters of such a call."""
TERMINAL: Final = 79
"""Characters of a line from which on a terminal broke it: mail programs
break lines at 72 or 76."""


_WRITING: Final = re.compile(
    r'(.*\bwrite\(\d{1,10}(?:<[^<>]*+>)?, "[^"\\]*+(?:\\.[^"\\]*+)*"'
    r"(?:\.\.\.)?, )(\d{1,20}).*",
    re.ASCII | re.DOTALL,
)
"""A write to the terminal, and behind it what was written."""
_WRITTEN: Final = re.compile(r"\) *= (\d{1,20})(?: <[\d.]++>)?", re.ASCII)
"""The end of such a call."""
_READING: Final = re.compile(
    r"(.*\bread\(0(?:<[^<>]*+>)?, ).*", re.ASCII | re.DOTALL
)
"""A read from the terminal, and behind it what was typed."""


def mended(texts: Iterable[Numbered], coverage: Coverage) -> Iterator[Numbered]:
    """Yield the lines of a pasted log as strace printed them.

    Args:
        texts: Lines and their numbers, ``None`` for one that is too long.
        coverage: What counts the lines that were changed.

    Yields:
        Lines and their numbers: of a broken one, that of its first part.
    """
    held = Held(coverage)
    for part in Stripper().stripped(texts):
        yield from held.next(part)
    yield from held.rest()


class Part(NamedTuple):
    """A line of a pasted log."""

    number: int
    text: str | None
    changed: bool
    """Whether something was taken off."""


class Stripper:
    """Takes off what stands before and around lines."""

    def __init__(self) -> None:
        self._prefix: Prefix | None = None
        self._entities = False
        self._line_numbers = False

    def stripped(self, texts: Iterable[Numbered]) -> Iterator[Part]:
        """Yield lines without what stands before and around them.

        Args:
            texts: Lines and their numbers.
        """
        texts = iter(texts)
        first = list(islice(texts, 3))
        self._line_numbers = _are_line_numbers(first)
        for number, text in chain(first, texts):
            if text is None:
                yield Part(number, None, changed=False)
                continue
            bare = self._bare(text)
            yield Part(number, bare, changed=bare != tidied(text))

    def _bare(self, text: str) -> str:
        """Return a line without what stands before and around it."""
        if self._line_numbers:
            found = NUMBERED.match(text)
            text = text[found.end() :] if found else text
        self._entities = self._entities or has_entities(text)
        if self._entities:
            text = without_entities(text)
        text = without_typography(text)
        if "\t" not in text and taken_apart(0, tidied(text)):
            self._prefix = None
            return tidied(text)
        text = self._without_prefix(text)
        text = tidied(text)
        if not taken_apart(0, text):
            text = without_markup(text)
        if not taken_apart(0, text):
            shorter = without_remark(text)
            return shorter if taken_apart(0, shorter) else text
        return text

    def _without_prefix(self, text: str) -> str:
        """Return a line without the prefixes before it.

        The second line of a broken call has the prefix of the first one.
        """
        for _ in range(4):
            found = prefix_of(text)
            if found is None:
                break
            self._prefix, end = found
            text = text[end:]
            if taken_apart(0, tidied(text)):
                return text
        else:
            return text
        if found is None and self._prefix and not STARTS.match(text):
            more = self._prefix.pattern.match(text)
            if more:
                return text[more.end() :]
        return text


def _are_line_numbers(first: list[Numbered]) -> bool:
    """Whether lines begin with numbers that grow by one."""
    found = [NUMBERED.match(text or "") for _, text in first]
    numbers = [int(number[1]) for number in found if number]
    return len(numbers) == 3 and numbers == list(
        range(numbers[0], numbers[0] + 3)
    )


class Held:
    """Puts broken lines together.

    Args:
        coverage: What counts the lines that were changed, and those that
            were put behind another one.
    """

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage
        self._parts: list[Part] = []
        self._text = ""

    def next(self, part: Part) -> Iterator[Numbered]:
        """Take a line; yield those that are known to be whole.

        Args:
            part: The line.
        """
        text = part.text
        if text and self._parts and not self._begins(text):
            last = self._parts[-1].text or ""
            joined = _joined(self._text, last, text)
            if self._goes_on(joined):
                self._parts.append(part)
                self._text = joined
                return
        yield from self.rest()
        self._parts.append(part)
        self._text = text or ""

    def rest(self) -> Iterator[Numbered]:
        """Yield what is held: one line, or parts that make none."""
        parts, self._parts = self._parts, []
        self._coverage.mended += sum(part.changed for part in parts)
        if len(parts) > 1 and _is_whole(self._text):
            behind = parts[1:]
            self._coverage.mended += sum(not part.changed for part in behind)
            yield parts[0].number, self._text
            return
        for part in parts:
            yield part.number, part.text

    def _begins(self, text: str) -> bool:
        """Whether a line is none that goes on with a call."""
        if ALONE.fullmatch(self._text):
            return False
        if _has_prefix(self._text) and not _has_prefix(text):
            # "inet_" and "addr(" are parts of one word.
            return _is_whole(self._text) and STARTS.match(text) is not None
        return bool(STARTS.match(text)) or taken_apart(0, text) is not None

    def _goes_on(self, joined: str) -> bool:
        """Whether a line goes on with the call that is held."""
        if len(self._parts) >= _MOST_PARTS or len(joined) > _LONGEST:
            return False
        if isinstance(taken_apart(0, self._text), Notice):
            return False
        start = STARTS.match(joined)
        if start is None or not (start[0].endswith("(") or "<" in start[0]):
            return False
        return _is_whole(joined) or not _is_whole(self._text)


def _has_prefix(text: str) -> bool:
    """Whether a line says who or when before it says what."""
    return text[:1] == "[" or text[:1].isdigit()


def _joined(text: str, last: str, more: str) -> str:
    """Return a line with what was broken off.

    On a terminal a program's own words stand in the middle of the call that
    writes or reads them; they are left out.

    Args:
        text: The line so far.
        last: Its last part.
        more: What goes on.
    """
    if (written := _WRITTEN.fullmatch(more)) and (
        writing := _WRITING.fullmatch(text)
    ):
        if writing[2].startswith(written[1]):
            return f"{writing[1]}{written[1]}{more}"
    elif more[0] == '"' and (reading := _READING.fullmatch(text)):
        return f"{reading[1]}{more}"
    blank = f"{text} {more}"
    plain = f"{text}{more}"
    between_words = text.endswith((",", " =")) or more.startswith(("= ", "<0."))
    if between_words or len(last) < TERMINAL:
        likely, other = blank, plain
    else:
        likely, other = plain, blank
    return other if not _is_whole(likely) and _is_whole(other) else likely


def _is_whole(text: str) -> bool:
    """Whether a text is a call of which nothing is missing."""
    line = taken_apart(0, text)
    if not isinstance(line, Whole):
        return isinstance(line, Beginning)
    if line.second_half or not line.name.startswith("epoll"):
        return True
    try:
        read_arguments(line.name, line.args, {"name": line.name, "result": 0})
    except ValueError:
        return False
    return True
