"""The interest list of one epoll, as far as a log shows it.

A report names its watch by the data word, so a row is found as the kernel
found it.  What was registered before the log began is first seen by its
word.  A word is taken for a descriptor only if it is evidently one: it is a
number that a descriptor can have, no epoll_ctl of this epoll had another word
than its descriptor, and either one had the same, or the process also reads,
writes or accepts on that number.
"""

from dataclasses import dataclass, field
from typing import Final

from epollref.trace.timeline.files import OpenFile
from epollref.trace.timeline.lives import Row

MOST_FDS: Final = 1 << 20
"""Descriptors are below this one (``fs.nr_open``, proc(5))."""

LOW: Final = 0xFFFFFFFF
"""CPython and others set only 32 of the 64 bits."""


@dataclass(eq=False, slots=True)
class Interest:
    """What one epoll watches.

    Args:
        file: The epoll itself.
        fd: Its number in the process that the log shows first.
    """

    file: OpenFile
    fd: int
    watches: dict[tuple[int, OpenFile], Row] = field(default_factory=dict)
    """As the kernel has them: by number and file (``struct epoll_filefd``)."""
    words: dict[int, list[Row]] = field(default_factory=dict)
    """The rows of each data word."""
    gone: dict[int, Row] = field(default_factory=dict)
    """The last row of a data word that is no longer watched."""
    unnamed: dict[int, Row] = field(default_factory=dict)
    """Rows of which only the word is known, by the descriptor it may be."""
    numbers: bool | None = None
    """Whether data words are descriptors; ``None`` while nobody knows."""

    def learn(self, fd: int, data: int) -> None:
        """Compare the word of an epoll_ctl with its descriptor."""
        same = data & LOW == fd
        self.numbers = same if self.numbers is None else self.numbers and same

    def may_be(self, word: int) -> int | None:
        """Return the descriptor that a word may be."""
        fd = word & LOW
        return fd if self.numbers is not False and fd < MOST_FDS else None

    def place(self, row: Row, word: int) -> None:
        """Find a row by its word from now on."""
        rows = self.words.setdefault(word, [])
        if row not in rows:
            rows.append(row)

    def forget(self, row: Row) -> None:
        """Find a row no longer, but as one that is gone."""
        rows = self.words.get(row.data, [])
        if row in rows:
            rows.remove(row)
            if not rows:
                del self.words[row.data]
            self.gone[row.data] = row
