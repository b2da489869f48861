"""What the notation of arguments depends on."""

from dataclasses import dataclass
from typing import Literal

Dialect = Literal["6.1", "6.13"]
"""strace 5.11 to 6.12 print what 6.1 prints; 6.13 and later, what 6.13."""


@dataclass(frozen=True, slots=True)
class Style:
    """What the printing of arguments depends on."""

    dialect: Dialect = "6.1"
    """The release of strace to write like: of 6.1, both halves of a data
    word; of 6.13, one hexadecimal number."""
    strsize: int = 32
    """The most bytes of a string that are shown (``-s``)."""
    abbrev: bool = False
    """Whether an array of events ends after ``strsize`` of them, as strace
    leaves it without ``-e 'abbrev=!epoll_wait'``; then part of what epoll
    said is in no log."""
