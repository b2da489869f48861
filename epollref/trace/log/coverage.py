"""How much of a log was understood, and what was not.

Whoever draws conclusions from a log says first how much of it was read.
"""

from dataclasses import dataclass, field
from typing import Final

SAMPLES: Final = 100
"""Unread lines that are kept; the others are counted."""

SHOWN: Final = 200
"""Characters of an unread line that are kept."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that was not understood."""

    line: int
    reason: str
    text: str
    """Its first 200 characters."""


@dataclass(slots=True)
class Coverage:
    """How much of a log was understood, so far."""

    lines: int = 0
    unread: int = 0
    samples: list[Unread] = field(default_factory=list)
    """The first of them."""
    dialect: str = ""
    """The last strace that prints records like these: ``4.11``, ``5.10``,
    ``6.12``; ``6.13`` is that one or later; empty where there are none."""
    unfinished: int = 0
    """Calls whose end is not in the log."""

    def miss(self, line: int, reason: str, text: str) -> None:
        """Count a line that was not understood."""
        self.unread += 1
        if len(self.samples) < SAMPLES:
            self.samples.append(Unread(line, reason, text[:SHOWN]))

    def learn_dialect(self, args: str) -> None:
        """Tell the dialect from the arguments of an epoll call."""
        if "{events=" in args:
            self.dialect = "6.12" if "data={u32=" in args else "6.13"
        elif "{u32=" in args:
            self.dialect = "4.11" if "{{" in args else "5.10"
