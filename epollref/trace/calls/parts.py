"""What arguments are made of: descriptors, addresses, numbers, times.

Each part has a pattern, in which it is read, and a function that writes it.
strace has changed how it prints some of them:

- an address is ``0x7ffe``, up to 4.10 also ``7ffe``, and 0 for NULL;
- an ``int`` is signed, up to 4.7 it may be printed without its sign:
  4294967295 is -1;
- a time is ``{tv_sec=1, tv_nsec=5}``, up to 4.14 ``{1, 5}``.

(``desc.c``, ``net.c``, ``time.c`` of strace 4.5.18 to 4.10, ``src/epoll.c``
and its like later.)
"""

import re
from typing import Final, NamedTuple

FILE: Final = (
    r"<([\w.-]+:\[[^<]*?\]|(?![\w.-]+:\[)[^<>]*+(?:<[^<>]*+>)?)>"
    r"(?:\(deleted\))?"
)
"""What ``-y`` says about a descriptor.  Of a socket it ends at ``]>``,
because of the arrow inside; brackets in a path are escaped."""

FD: Final = rf"(-?\d{{1,9}}|[12]\d{{9}})(?:{FILE})?"
"""A descriptor: its number, and what ``-y`` says."""

INT: Final = r"(-?\d{1,20})"
"""What ``signed`` reads."""

POINTER: Final = r"NULL|(?:0x)?[0-9a-f]{1,16}|[\[{]?\.\.\.[\]}]?"
"""What stands where nothing is decoded: an address, or dots where strace
could not read it, or our own tracer does not know it."""

WORD: Final = r"[^,\s]++(?: /\* [^*]*+\*/)?"
"""A word, or several with ``|`` between them; strace may explain one."""

SIGMASK: Final = (
    r"(?:, )?(~?\[[^\[\]]*+\]|NULL|0x[0-9a-f]{1,16})(?:(?:, )?(\d{1,20}))?"
)
"""A set of signals, with what stands before and after it: its size, which
strace up to 4.9 does not print.  4.5 forgot the commas."""

TIMESPEC: Final = (
    r"(?:\{(?:tv_sec=)?(-?\d{1,20}), (?:tv_n?u?sec=)?(-?\d{1,20})\}"
    rf"|({POINTER}))"
)
"""A ``struct timespec``: its halves, or its address."""

UNKNOWN: Final = -1
"""An address that is not known, of something that is not shown."""

ANY: Final = re.ASCII | re.DOTALL


class Timespec(NamedTuple):
    """``struct timespec``: the time-out of epoll_pwait2."""

    seconds: int
    nanoseconds: int


def ungrouped(pattern: str) -> str:
    """Return a pattern whose groups take nothing, to stand in another."""
    return (
        pattern.replace("(", "(?:")
        .replace("(?:?", "(?")
        .replace(r"\(?:", r"\(")
    )


def matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    """Return the match of all of a text.

    Raises:
        ValueError: It does not match.
    """
    found = pattern.fullmatch(text)
    if found is None:
        raise ValueError("arguments are not as strace prints them")
    return found


def signed(text: str) -> int:
    """Return an ``int``, even one that is printed without its sign."""
    number = int(text)
    return number - (1 << 32) if 1 << 31 <= number < 1 << 32 else number


def pointer(text: str | None) -> int | None:
    """Return an address; ``None`` where there is none to show."""
    if text is None or "..." in text:
        return None
    return 0 if text == "NULL" else int(text, 16)


def timespec(
    seconds: str | None, nanoseconds: str, raw: str | None
) -> Timespec | int:
    """Return the groups of ``TIMESPEC``; an address is an ``int``."""
    if seconds is None:
        return pointer(raw) or 0
    return Timespec(int(seconds), int(nanoseconds))


def descriptor(fd: int, file: str) -> str:
    """Return a descriptor, with what it is where that is known (``-y``)."""
    return f"{fd}<{file}>" if file else str(fd)


def address(pointer: int | None) -> str:
    """Return a pointer; dots where nobody knows it.

    A tracer inside the program cannot always see the address that strace
    would print.  It does not invent one.
    """
    if pointer is None or pointer == UNKNOWN:
        return "..."
    return f"{pointer:#x}" if pointer else "NULL"


def written_time(limit: Timespec | int) -> str:
    """Return a time, or its address."""
    if isinstance(limit, int):
        return address(limit)
    return f"{{tv_sec={limit.seconds}, tv_nsec={limit.nanoseconds}}}"
