"""What stands between the brackets of a call: words, masks, strings.

The words and their numbers are those of the trace notation.  Descriptors
are not read here: what a name stands for is known only while a script runs.
"""

import difflib
import itertools
import re
from collections.abc import Callable, Collection
from typing import Final, NamedTuple

from epollref.kernel import Ready
from epollref.masks import DATA_MASK
from epollref.trace.strings import QUOTED, unquoted
from epollref.trace.words import EVENTS, Bits, Choice

_PIECES: Final = re.compile(
    # A string; one that is never closed goes on to the end.
    r'"[^"\\]*+(?:\\.[^"\\]*+)*(?:"(?:\.\.\.)?|(?P<open>\\?\Z))'
    r"|[\[{]|[\]}]|,|<[^<>]*+>|[^\[\]{},\"<]++"
)
_EVENT: Final = re.compile(
    r"\{(?:events=)?(?P<mask>[^,{}]+?)"
    r"(?:,\s*+(?:data=)?(?P<data>\{u32=\d+,\s*u64=\d+\}|[^{},]++))?\}",
    re.ASCII,
)
_STRING: Final = re.compile(QUOTED)
_LARGEST: Final = 1 << 24
_ALPHABET: Final = b"abcdefghijklmnopqrstuvwxyz"

Lookup = Callable[[str], int]
"""Returns the number of a descriptor by its text."""


class EpollEvent(NamedTuple):
    """A ``struct epoll_event`` as a script gives it."""

    events: int
    data: int | None
    """``None`` where the script leaves it out."""


def split(args: str) -> list[str]:
    """Return the arguments, cut at the commas between them.

    Args:
        args: What stands between the brackets of the call.

    Raises:
        ValueError: Brackets or quotes do not match.

    Examples:
        >>> from epollref.model.scripts.values import split
        >>> split('a, {events=EPOLLIN, data=0x1}, ", "')
        ['a', '{events=EPOLLIN, data=0x1}', '", "']
    """
    if not args.strip():
        return []
    parts, depth, begin, end = [], 0, 0, 0
    for found in _PIECES.finditer(args):
        if found.start() != end or found["open"] is not None:
            break
        end, piece = found.end(), found[0]
        depth += (piece in "[{") - (piece in "]}")
        if piece == "," and not depth:
            parts.append(args[begin : found.start()])
            begin = end
    if depth or end != len(args):
        raise ValueError(f"brackets or quotes do not match: {args[:60]!r}")
    return [part.strip() for part in (*parts, args[begin:])]


def number(text: str, bits: int = 32) -> int:
    """Read a number, decimal or hexadecimal.

    Args:
        text: The number.
        bits: How wide it may be.

    Raises:
        ValueError: It is none, or too large.
    """
    try:
        value = int(text, 0)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not a number") from None
    if not -(1 << (bits - 1)) <= value < 1 << bits:
        raise ValueError(f"{text[:40]} has more than {bits} bits")
    return value


def int32(text: str) -> int:
    """Read an ``int``.

    Raises:
        ValueError: It is no number, or too large for one.
    """
    value = number(text)
    if value >= 1 << 31:
        raise ValueError(f"{text[:40]} is more than an int can hold")
    return value


def size(text: str) -> int:
    """Read how many bytes a read or a write is for.

    Raises:
        ValueError: It is no number, or more than a script may ask for.
    """
    value = number(text)
    if not 0 <= value <= _LARGEST:
        raise ValueError(f"{value} is not a size from 0 to {_LARGEST:,}")
    return value


def word(family: Bits | Choice, what: str, text: str) -> int:
    """Read words of one family, or a number in their place.

    Args:
        family: Knows the words.
        what: What each of them is called, with its article.
        text: The words, joined by ``|``.

    Raises:
        ValueError: One is not known; says which may be meant.
    """
    try:
        return family.value(text)
    except ValueError:
        for part in text.split("|"):
            if part[:1].isdigit():
                number(part)  # It may have too many bits.
            elif part not in family.words:
                raise ValueError(
                    f"{part[:40]!r} is not {what}{nearest(part, family.words)}"
                ) from None
        if text.startswith("0x") and (value := number(text)) >= 0:
            raise ValueError(
                f"{text[:40]} is written {family.text(value)}"
            ) from None
        raise ValueError(f"{text[:40]!r} is not {what}") from None


def nearest(unknown: str, known: Collection[str]) -> str:
    """Return a question after a word that may be meant, or all there are."""
    near = difflib.get_close_matches(unknown, known, n=1)
    if not near and len(unknown) > 1:  # ``IN`` may be ``EPOLLIN``.
        near = sorted((each for each in known if unknown in each), key=len)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; known are {', '.join(known)}"


def mask(text: str) -> int:
    """Read a mask: ``EPOLLIN|EPOLLET``, ``0``, ``0x7``.

    Raises:
        ValueError: A word is no event.
    """
    return word(EVENTS, "an event", text.replace(" ", ""))


def event(text: str, lookup: Lookup) -> EpollEvent:
    """Read an event: a struct as strace prints it, or a mask alone.

    Args:
        text: ``{events=EPOLLIN, data=0x7}``; the data may be the name of a
            descriptor, or left out.
        lookup: Finds the number of that descriptor.

    Raises:
        ValueError: It is neither.
    """
    if not text.startswith("{"):
        return EpollEvent(mask(text), None)
    found = _EVENT.fullmatch(text)
    if found is None:
        raise ValueError(
            f"{text[:60]!r} is not an event, as {{events=EPOLLIN, data=7}} is"
        )
    data = found["data"]
    if data is None:
        return EpollEvent(mask(found["mask"]), None)
    return EpollEvent(mask(found["mask"]), _word(data.strip(), lookup))


def _word(text: str, lookup: Lookup) -> int:
    """Read a data word; strace 6.1 prints it twice."""
    if text.startswith("{"):
        half, _, whole = text.strip("{}").removeprefix("u32=").partition(",")
        number(half)
        return number(whole.strip().removeprefix("u64="), 64)
    if text[:1].isalpha() or text.startswith("_"):
        return lookup(text)
    return number(text, 64) & DATA_MASK


def records(text: str, lookup: Lookup) -> list[Ready] | None:
    """Read what a wait is said to return; ``None`` where nothing is said.

    Args:
        text: An array as strace prints it; an address or dots say nothing.
        lookup: Finds the number of a descriptor in a data word.

    Raises:
        ValueError: It is neither, or a data word is left out.
    """
    if not text.startswith("["):
        return None
    found = []
    for part in split(text[1:-1]):
        events, data = event(part, lookup)
        if data is None:
            raise ValueError(f"{part[:60]} lacks the data word of its watch")
        found.append(Ready(events, data))
    return found


def string(text: str) -> tuple[bytes, bool] | None:
    """Read a quoted string; ``None`` where it is an address or dots.

    Returns:
        Its bytes, and whether dots say that there are more.
    """
    found = _STRING.fullmatch(text)
    if found is None:
        return None
    return unquoted(found[1]), found[2] is not None


def filled(shown: bytes, n: int) -> bytes:
    """Return n bytes that begin as a script shows; then letters follow.

    Args:
        shown: The beginning.
        n: How many there are to be.
    """
    rest = itertools.islice(itertools.cycle(_ALPHABET), max(0, n - len(shown)))
    return shown[:n] + bytes(rest)
