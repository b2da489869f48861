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
    whole: bool = False
    """Whether every record of an array of events is shown, as with
    ``-e 'abbrev=!epoll_wait'``; else as many as ``strsize`` says."""
