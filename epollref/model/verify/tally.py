"""What a comparison has compared: scripts, calls by name, failures by errno.

A run that says "ten million calls agreed" says little if most of them were
EBADF.  So what was called is counted, and how often it failed and why.
"""

import dataclasses
import errno
from collections import Counter
from collections.abc import Sequence

from epollref.model.scripts.player import Failed, Outcome
from epollref.trace.calls import Call


@dataclasses.dataclass(slots=True)
class Tally:
    """The calls that were compared, counted."""

    scripts: int = 0
    """How many scripts they came in."""
    calls: Counter[str] = dataclasses.field(default_factory=Counter)
    """How many there were of each name."""
    failed: Counter[str] = dataclasses.field(default_factory=Counter)
    """How many of them failed with each errno, by its name."""

    @property
    def steps(self) -> int:
        """Calls in all."""
        return self.calls.total()

    def add(self, calls: Sequence[Call], outcomes: Sequence[Outcome]) -> None:
        """Count one script.

        Args:
            calls: The calls of it that were compared.
            outcomes: What came of each.
        """
        self.scripts += 1
        self.calls.update([call.name for call in calls])
        numbers = [one.errno for one in outcomes if type(one) is Failed]
        self.failed.update([errno.errorcode[number] for number in numbers])

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.scripts + other.scripts,
            self.calls + other.calls,
            self.failed + other.failed,
        )
