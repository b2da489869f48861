"""How much of a log was understood, what is missing, and what would help.

Whoever draws conclusions from a log says first how much of it was read.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

SAMPLES: Final = 100
"""Unread lines that are kept, and unseen registrations; more are counted."""

_SHOWN: Final = 200
"""Characters of an unread line that are kept."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that was not understood."""

    line: int
    reason: str
    text: str
    """Its first 200 characters."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A registration that is used although no line of the log made it."""

    line: int
    """The first line that uses it."""
    epfd: int
    fd: int | None
    """The descriptor; ``None`` where only an event tells of it."""
    data: int | None
    """The data word; ``None`` where only a DEL tells of it."""


@dataclass(slots=True)
class Coverage:
    """How much of a log was understood, so far."""

    lines: int = 0
    unread: int = 0
    samples: list[Unread] = field(default_factory=list)
    """The first of the unread lines."""
    mended: int = 0
    """Lines that were read after a prefix or entities were taken off, or
    that were put behind the line before (``Log(..., paste=True)``)."""
    dialect: str = ""
    """The last strace that prints records like these: ``4.11``, ``5.10``,
    ``6.12``; ``6.13`` is that one or later; empty where there are none."""
    processes: int = 0
    """Threads that wrote lines: strace numbers threads, not processes."""
    unfinished: int = 0
    """Calls whose end is not in the log."""
    missing_calls: tuple[str, ...] = ()
    """What an audit needs and no line shows, each by the name of its first
    call: ``read`` stands for recv and its like too.  Known at the end."""
    arrays_cut: int = 0
    """Waits whose events are not all in the log (``-s``)."""
    io_uring: bool = False
    """A ring is used: it may add watches and read, and no line shows it."""
    only: Literal["", "successes", "failures"] = ""
    """The half of all calls that the log was told to keep (``-z``, ``-Z``)."""
    unseen_registrations: list[Unseen] = field(default_factory=list)
    """The first registrations that are used but were not seen being made."""
    hints: list[str] = field(default_factory=list)
    """What is odd about the whole log, and what to do; each once."""

    def miss(self, line: int, reason: str, text: str) -> None:
        """Count a line that was not understood."""
        self.unread += 1
        if len(self.samples) < SAMPLES:
            self.samples.append(Unread(line, reason, text[:_SHOWN]))

    def hint(self, text: str) -> None:
        """Keep a hint, unless it is there already."""
        if text and text not in self.hints:
            self.hints.append(text)

    def learn_dialect(self, args: str) -> None:
        """Tell the dialect from the arguments of an epoll call."""
        if "{events=" in args:
            self.dialect = "6.12" if "data={u32=" in args else "6.13"
        elif "{u32=" in args:
            self.dialect = "4.11" if "{{" in args else "5.10"
