"""The words of the notation: bits and numbers by name, errors with texts.

strace prints the bits of a number in the order of its own tables, joined by
``|``.  Bits that have no name follow as one hexadecimal number; where no bit
has a name, a comment says which family was meant: ``0x7 /* SHUT_??? */``.

``Bits`` and ``Choice`` know both directions, so that what is written and
what is read cannot differ.
"""

import errno
import os
from typing import Final

from epollref.masks import EPOLL_CLOEXEC, EVENT_BITS, OPERATIONS

REMEMBERED: Final = 4096
"""Texts whose value is kept; a hostile log must not fill the memory."""

SOCK_NONBLOCK: Final = 0o4000
"""``O_NONBLOCK`` of Linux, spelt out so that logs are read anywhere."""


def _hexadecimal(text: str) -> int:
    """Return the number of ``0x7`` or ``0x7 /* SHUT_??? */``.

    Raises:
        ValueError: It is no such number, or has more than 32 bits.
    """
    digits = text.partition(" /* ")[0]
    if not digits.startswith("0x") or "_" in digits:
        raise ValueError(f"no word of this family: {text[:40]}")
    number = int(digits, 16)
    if number >> 32:
        raise ValueError(f"more than 32 bits: {text[:40]}")
    return number


class Bits:
    """A number of 32 bits, each with a name of its own.

    Args:
        family: What strace calls the unnamed: ``EPOLL`` in ``EPOLL???``.
        names: Every named bit, in the order in which it is printed.
        others: More names, which are read and never written.
    """

    def __init__(
        self,
        family: str,
        names: dict[str, int],
        others: dict[str, int] | None = None,
    ) -> None:
        self._family = family
        self._names = names
        self._read = {**(others or {}), **names}
        self.words = tuple(names)
        """Every name."""
        self._values: dict[str, int] = {"0": 0}

    def text(self, number: int) -> str:
        """Return the number as strace prints it."""
        rest = number & 0xFFFFFFFF
        if not rest:
            return "0"
        words = []
        for name, bit in self._names.items():
            if rest & bit:
                words.append(name)
                rest &= ~bit
        if not words:
            return f"{rest:#x} /* {self._family}??? */"
        if rest:
            words.append(f"{rest:#x}")
        return "|".join(words)

    def value(self, text: str) -> int:
        """Return the number that was printed as ``text``.

        Raises:
            ValueError: A word is not known here.
        """
        known = self._values.get(text)
        if known is not None:
            return known
        number = 0
        for word in text.split("|"):
            bit = self._read.get(word)
            number |= _hexadecimal(word) if bit is None else bit
        if len(self._values) < REMEMBERED:
            self._values[text] = number
        return number


class Choice:
    """A number that is one of a few, each with a name.

    Args:
        family: As in ``Bits``.
        names: The names and their numbers.
    """

    def __init__(self, family: str, names: dict[str, int]) -> None:
        self._family = family
        self._numbers = names
        self.words = tuple(names)
        """Every name."""
        self._names = {number: name for name, number in names.items()}

    def text(self, number: int) -> str:
        """Return the number as strace prints it."""
        number &= 0xFFFFFFFF
        name = self._names.get(number)
        return name or f"{number:#x} /* {self._family}??? */"

    def value(self, text: str) -> int:
        """Return the number that was printed as ``text``.

        Raises:
            ValueError: The word is not known here, or a number is printed
                that has a name (``-X raw``).
        """
        number = self._numbers.get(text)
        if number is None:
            number = _hexadecimal(text)
            if number in self._names:
                raise ValueError(f"{self._names[number]} is not decoded")
        return number


EVENTS: Final = Bits("EPOLL", EVENT_BITS)
OPERATION: Final = Choice("EPOLL_CTL_", OPERATIONS)
_OLD_FLAGS: Final = {
    "EPOLL_NONBLOCK": SOCK_NONBLOCK,
    "O_CLOEXEC": EPOLL_CLOEXEC,
    "O_NONBLOCK": SOCK_NONBLOCK,
}
"""What strace up to 4.11 printed: Linux has one number for each of both,
whatever the call."""
CREATE_FLAGS: Final = Bits(
    "EPOLL_", {"EPOLL_CLOEXEC": EPOLL_CLOEXEC}, _OLD_FLAGS
)
ACCEPT_FLAGS: Final = Bits(
    "SOCK_",
    {"SOCK_CLOEXEC": EPOLL_CLOEXEC, "SOCK_NONBLOCK": SOCK_NONBLOCK},
    _OLD_FLAGS,
)
EVENTFD_FLAGS: Final = Bits(
    "EFD_",
    {
        "EFD_SEMAPHORE": 1,
        "EFD_CLOEXEC": EPOLL_CLOEXEC,
        "EFD_NONBLOCK": SOCK_NONBLOCK,
    },
    _OLD_FLAGS,
)
HOW: Final = Choice("SHUT_", {"SHUT_RD": 0, "SHUT_WR": 1, "SHUT_RDWR": 2})

NUMBERS: Final[dict[str, int]] = {
    name: getattr(errno, name) for name in dir(errno) if name.startswith("E")
}
"""Every errno by name, aliases too."""

RESTARTS: Final = {
    "ERESTARTSYS": "To be restarted if SA_RESTART is set",
    "ERESTARTNOINTR": "To be restarted",
    "ERESTARTNOHAND": "To be restarted if no handler",
    "ERESTART_RESTARTBLOCK": "Interrupted by signal",
}
"""What only the kernel and strace see (``include/linux/errno.h``)."""

ERROR_TEXTS: Final = {
    name: os.strerror(number) for name, number in NUMBERS.items()
} | RESTARTS
"""What strace prints in brackets after the name: libc's own texts."""

_PREFERRED: Final = ("EAGAIN", "EOPNOTSUPP", "EDEADLK")
_ERROR_NAMES: Final[dict[int, str]] = {
    **errno.errorcode,
    **{NUMBERS[name]: name for name in _PREFERRED if name in NUMBERS},
}


def error_name(number: int) -> str:
    """Return the name that strace prints for an errno, of two the usual."""
    return _ERROR_NAMES.get(number, f"ERRNO_{number}")
