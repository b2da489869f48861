"""Where the things of a timeline stand, in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.proof.site.timeline_story import Timeline

WIDTH = 308
SIDE = 4
FEWEST = 5
"""Columns that a stage has at least: room for its words."""
TOP, BASE = 88, 136
"""Between them the unread bytes are drawn."""
SMALLEST = 3
"""Pixels of the lowest block of unread bytes."""


@dataclass(frozen=True)
class Scale:
    """Where things stand; the same in all panels.

    Attributes:
        starts: The first column of each stage, and the end of the last.
        most: Unread bytes that fill the whole height.
    """

    starts: Sequence[int]
    most: int

    @property
    def step(self) -> float:
        """Pixels from column to column."""
        return (WIDTH - 2 * SIDE) / self.starts[-1]

    def left(self, stage: int) -> float:
        """Where a stage begins."""
        return SIDE + self.starts[stage] * self.step

    def x(self, stage: int, place: int) -> float:
        """The middle of a call: 0 is the act, 1 the call after it."""
        return self.left(stage) + (place + 0.5) * self.step

    def top(self, unread: int) -> float:
        """The height at which so many bytes end."""
        if not unread:
            return BASE
        return BASE - max(SMALLEST, (BASE - TOP) * unread / self.most)


def fitting(timelines: Sequence[Timeline]) -> Scale:
    """Give each stage the columns that the longest panel needs.

    Raises:
        ValueError: The clients did not do the same.
    """
    acts = {
        tuple((stage.act.name, stage.sent) for stage in timeline.stages)
        for timeline in timelines
    }
    if len(acts) != 1:
        raise ValueError(f"not one scenario: {sorted(acts)}")
    starts = [0]
    for stages in zip(*(one.stages for one in timelines), strict=True):
        longest = max(1 + len(stage.moments) for stage in stages)
        starts.append(starts[-1] + max(FEWEST, longest))
    levels = [s.unread for one in timelines for s in one.stages]
    return Scale(starts, max(1, *levels))
