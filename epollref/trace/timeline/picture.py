"""A timeline as a picture: a line for each watch, a mark for each event.

A thick line says that the watch is armed, a thin one that it is not, or that
the log does not show it.  Marks are drawn, not only coloured, so that nobody
needs to tell colours apart; the line of the trace is what a mark shows under
the pointer.  Where the other end of a connection is in the log too, arrows
are what it does, and a block is what it has sent and nobody has read.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from epollref import svg
from epollref.trace.calls import Shutdown
from epollref.trace.notation import Notation
from epollref.trace.timeline.lives import KINDS, PEERS, Mark, Row
from epollref.trace.timeline.look import HOLLOW, SHAPES
from epollref.trace.timeline.rows import Story
from epollref.trace.timeline.spoken import row_name, told

MOST_COLUMNS: Final = 200
"""What has room side by side: the last ones, for a program hangs at the end."""

MOST_DRAWN: Final = 100

WIDE: Final = 1080
"""The most room for names and columns."""

WIDEST: Final = 22
"""The most room for a column."""

PITCH: Final = 30
"""Height of a row."""

PEER: Final = 112
"""Height of a row with what its peer does."""

ARROWS: Final = 68
"""Where a peer's arrows are, above the line."""

_TICKS: Final = 110
"""The least room between two times."""

CHARACTER: Final = 6.6
"""Room for a character of a label."""


def shape(
    kind: str, x: float, y: float, scale: float = 1, title: str = ""
) -> str:
    """Draw a mark round a point."""
    hollow = " fig-hollow" if kind in HOLLOW else ""
    size = "" if scale == 1 else f" scale({scale:.3g})"
    return svg.element(
        "path",
        svg.element("title", escape(title)) if title else "",
        d=SHAPES[kind],
        transform=f"translate({x:.5g} {y:.5g}){size}",
        class_=f"fig-mark fig-{kind}{hollow}",
    )


def limits(story: Story) -> str:
    """Say what of a story is not drawn; empty if all is."""
    words, calls, rows = [], len(story.calls), len(story.rows)
    if calls > MOST_COLUMNS:
        words.append(f"the last {MOST_COLUMNS} of {calls:,} calls")
    if rows > MOST_DRAWN:
        words.append(f"the first {MOST_DRAWN} of {rows:,} descriptors")
    return f"shown are {' and '.join(words)}" if words else ""


class Picture:
    """A timeline that is being drawn.

    Args:
        story: What is drawn.
        width: The most room, in pixels.
        left: Room for the names of the rows.
        places: Where each column stands, in columns from the left, and the
            end last; without it one stands next to the other.
        level: Bytes that fill the height of a block, at least.
    """

    def __init__(
        self,
        story: Story,
        width: float = WIDE,
        left: float = 90,
        places: Sequence[float] = (),
        level: int = 1,
    ) -> None:
        self.rows = story.rows[:MOST_DRAWN]
        self._story, self._left = story, left
        self._first = max(0, len(story.calls) - MOST_COLUMNS)
        self._places = places or range(len(story.calls) - self._first + 1)
        columns = max(1, self._places[-1])
        self._step = min(WIDEST, (width - left - 10) / columns)
        self.width = left + columns * self._step + 10
        heights = [PEER if self._has_peer(row) else PITCH for row in self.rows]
        self.height = self._top() + sum(heights)
        self._heights = heights
        unread = (mark.unread or 0 for row in self.rows for mark in row.marks)
        self.level = max(level, *unread, 1)
        self._line = Notation().line

    def _top(self) -> float:
        return 40 if any(self._story.times) else 10

    def _has_peer(self, row: Row) -> bool:
        return any(mark.kind in PEERS for mark in row.marks)

    def _marks(self, row: Row) -> list[Mark]:
        return [mark for mark in row.marks if mark.column >= self._first]

    def _x(self, column: int) -> float:
        """Return where a column begins."""
        return (
            self._left + self._places[max(0, column - self._first)] * self._step
        )

    def _middle(self, column: int) -> float:
        return self._x(column) + self._step / 2

    def kinds(self) -> list[str]:
        """Return the kinds of marks that are drawn, in their order."""
        used = {mark.kind for row in self.rows for mark in self._marks(row)}
        return [kind for kind in KINDS if kind in used]

    def description(self) -> str:
        """Tell the picture to who does not see it."""
        lines = (" ".join(line.text.split()) for line in told(self._story))
        return ". ".join(line for line in lines if line) + "."

    def parts(self, times: bool) -> Iterator[str]:
        """Draw everything but the legend."""
        if times:
            yield from self._times()
        y = self._top()
        for row, height in zip(self.rows, self._heights, strict=True):
            y += height
            yield from self._row(row, y - PITCH / 2)

    def _times(self) -> Iterator[str]:
        """Write milliseconds above the columns, as many as have room."""
        known = [time for time in self._story.times if time is not None]
        room = 0.0
        for column, time in enumerate(self._story.times):
            if column < self._first or time is None:
                continue
            x = self._middle(column)
            if x >= room:
                room = x + _TICKS
                path = f"M{x:.5g} {self._top() - 12}V{self.height:g}"
                yield svg.element("path", d=path, class_="fig-rule")
                passed = f"{(time - known[0]) * 1000:.2f} ms"
                yield svg.text(x, self._top() - 18, passed, class_="fig-small")

    def _row(self, row: Row, y: float) -> Iterator[str]:
        marks = self._marks(row)
        name = (
            f"{row.pid}: {row_name(row)}" if self._several() else row_name(row)
        )
        yield svg.text(4, y + 5, name, class_="fig-label")
        if not marks:
            return
        if self._has_peer(row):
            yield from self._peer(row, marks, y)
        yield from self._armed(row, self._middle(marks[0].column), y)
        scale = min(1, max(0.5, self._step / 12.5))
        for mark in marks:
            high = y - ARROWS if mark.kind in PEERS else y
            words = " ".join(self._line(mark.call).split())
            yield shape(
                mark.kind, self._middle(mark.column), high, scale, words
            )

    def _armed(self, row: Row, x: float, y: float) -> Iterator[str]:
        """Draw the line: thick while the watch is armed."""
        for start, stop in row.armed:
            if stop > self._first:
                begin, end = self._middle(start), self._end(stop)
                yield _across("fig-disarmed", x, begin, y)
                yield _across("fig-armed-bar", begin, end, y)
                x = end
        yield _across("fig-disarmed", x, self._end(row.last), y)

    def _several(self) -> bool:
        return len({row.pid for row in self.rows}) > 1

    def _end(self, column: int) -> float:
        """Return where a line ends: at a mark, or at the end of the log."""
        if column >= len(self._story.calls):
            return self._x(column)
        return self._middle(column)

    def _peer(self, row: Row, marks: Sequence[Mark], y: float) -> Iterator[str]:
        """Draw what waits to be read, and say what the peer does."""
        base, level, since = y - 14, 0, 0.0
        left = stalls = False
        for mark in marks:
            x, peer = self._middle(mark.column), mark.kind in PEERS
            stalls |= left and (peer or mark.kind == "reported")
            if (mark.unread or 0) != level:
                yield from self._block(since, x, base, level, stalls)
                level, since = mark.unread or 0, x
                left, stalls = not peer and level > 0, False
        yield from self._block(since, self._end(row.last), base, level, True)
        path = f"M{self._x(self._first):.5g} {base:g}H{self._end(row.last):.5g}"
        yield svg.element("path", d=path, class_="fig-base")
        peers = [mark for mark in marks if mark.kind in PEERS]
        for lower in (False, True):
            room = 0.0
            for mark in peers:
                words, x = _did(mark), self._x(mark.column)
                if (mark.kind == "received") == lower and x >= room:
                    room = x + len(words) * CHARACTER
                    high = y - PEER + (27 if lower else 14)
                    yield svg.text(x, high, words, class_="fig-small")

    def _block(
        self, x: float, end: float, base: float, level: int, stalls: bool
    ) -> Iterator[str]:
        """Draw bytes that wait.

        They stall if the program has left them there and its peer goes on, or
        if they wait at the end.
        """
        if not level:
            return
        top = base - max(3, 34 * level / self.level)
        path = f"M{x:.5g} {base:g}V{top:.5g}H{end:.5g}V{base:g}Z"
        kind = "fig-unread fig-stalled" if stalls else "fig-unread"
        yield svg.element("path", d=path, class_=kind)
        words = f"{level:,} unread"
        if stalls and end - x > len(words) * CHARACTER:
            yield svg.text(end - 2, top - 3, words, class_="fig-wait fig-end")


def _across(class_: str, x: float, end: float, y: float) -> str:
    if end <= x:
        return ""
    return svg.element("path", d=f"M{x:.5g} {y:g}H{end:.5g}", class_=class_)


def _did(mark: Mark) -> str:
    """Name what a peer does."""
    if mark.kind == "peer-shut":
        return "half-closes" if isinstance(mark.call, Shutdown) else "closes"
    verb = "sends" if mark.kind == "sent" else "gets"
    return f"{verb} {mark.call.result or 0:,}"
