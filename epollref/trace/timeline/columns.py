"""The columns of a timeline: one for each call that left a mark.

Columns count calls and not seconds: what matters lies microseconds apart, and
the sleep between two batches may be an hour.
"""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

from epollref.trace.items import Call
from epollref.trace.timeline.lives import Mark, Row

MOST_MARKS: Final = 200_000
"""Marks that are kept; a log can be larger than the memory."""


class Columns:
    """Puts marks on rows.

    Args:
        first: The first line of the log that gets marks.
        last: The last one; 0 is the end.
    """

    def __init__(self, first: int = 0, last: int = 0) -> None:
        self.calls: list[Call] = []
        """The call of each column."""
        self.full_at = 0
        """The line from which marks are left out: there are too many."""
        self.fresh: list[Mark] = []
        """The marks since it was emptied."""
        self._first, self._last = first, last
        self._count = 0

    @property
    def end(self) -> int:
        """The column after the last."""
        return len(self.calls)

    @property
    def now(self) -> int:
        """The last column; 0 while there is none."""
        return max(0, len(self.calls) - 1)

    def mark(
        self, rows: Iterable[Row], kind: str, call: Call, events: int = 0
    ) -> None:
        """Put a mark on rows; those of one call share a column."""
        rows = list(rows)
        if not rows or call.line < self._first or 0 < self._last < call.line:
            return
        self._count += len(rows)
        if self._count > MOST_MARKS:
            self.full_at = self.full_at or call.line
            return
        if not self.calls or self.calls[-1] is not call:
            self.calls.append(call)
        for row in rows:
            unread = row.file.unread if row.file.peer else None
            mark = Mark(self.now, kind, call, events, unread)
            row.marks.append(mark)
            self.fresh.append(mark)

    def close_up(self, rows: Iterable[Row]) -> None:
        """Leave out the columns in which no row has a mark.

        Args:
            rows: What is shown; their columns are numbered anew.
        """
        rows = list(rows)
        used = sorted({mark.column for row in rows for mark in row.marks})
        place = {column: number for number, column in enumerate(used)}
        for row in rows:
            for mark in row.marks:
                mark.column = place[mark.column]
            row.armed = [
                (bisect_left(used, start), bisect_left(used, stop))
                for start, stop in row.armed
            ]
            row.last = bisect_left(used, row.last)
        self.calls = [self.calls[column] for column in used]
