"""A trace as a picture: a line for each watch, a mark for each event.

A thick line says that the watch is armed, a thin one that it is not.  Marks
are drawn, not only coloured, so that nobody needs to tell colours apart; the
line of the trace is what a mark shows under the pointer.

The SVG stands alone: no script, no font of its own, and its colours follow
the reader's light or dark scheme.
"""

from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree as ET

from epollref.trace.items import Item
from epollref.trace.notation import Notation
from epollref.trace.timeline_rows import KINDS, Mark, Row, Story

LEFT: Final = 90
"""Room for the names of the rows."""
TOP: Final = 40
PITCH: Final = 30
"""From row to row."""
MIDDLE: Final = 960
"""The most room for the columns; more of them stand closer together."""
WIDEST: Final = 22
"""The most room for a column."""
TICKS: Final = 110
"""The least room between two times."""
LEGEND: Final = 210
"""Room for an entry of the legend."""

SHAPES: Final = {
    "armed": "M-6 5 0 -6 6 5Z",
    "re-armed": "M-6 5 0 -6 6 5Z",
    "reported": "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0Z",
    "read": "M-5 -5H5V5H-5Z",
    "drained": "M-5 -5H5V5H-5Z",
    "end": "M-6 0 0 -6 6 0 0 6Z",
    "written": "M-6 -5 0 6 6 -5Z",
    "full": "M-6 -5 0 6 6 -5Z",
    "failed": "M0 -7V3M0 5V7",
    "shut": "M-5 -6V6M-5 0H5",
    "removed": "M0 -7V7",
    "closed": "M-5 -5 5 5M-5 5 5 -5",
}
"""Each kind of mark, as a path round its middle."""

HOLLOW: Final = frozenset({"re-armed", "drained", "full"})
"""Nothing was moved: the mark is not filled."""

STYLE: Final = """
svg { --ink: #1b1f24; --paper: #ffffff; --quiet: #5b6570; --rule: #d5dae0;
  --line: #1f6f8b; --armed: #a8ccd8; --event: #b3261e; }
@media (prefers-color-scheme: dark) { svg { --ink: #e8eaed;
  --paper: #16191d; --quiet: #a7b0ba; --rule: #3a424b; --line: #6cc5e0;
  --armed: #33606e; --event: #ff9d8f; } }
text { font: 14px system-ui, sans-serif; fill: var(--ink); }
.paper { fill: var(--paper); }
.time { font-size: 13px; fill: var(--quiet); }
.rule { stroke: var(--rule); }
.life { stroke: var(--line); stroke-width: 1.5; stroke-dasharray: 2 4; }
.bar { stroke: var(--armed); stroke-width: 7; }
.mark { fill: var(--line); stroke: var(--line); stroke-width: 2; }
.mark.hollow { fill: var(--paper); }
.mark.reported { fill: var(--event); stroke: var(--event); }
"""


def draw(items: Iterable[Item]) -> str:
    """Draw a trace.

    Args:
        items: What was traced, or read from a log, in order.

    Returns:
        An SVG document.

    Examples:
        >>> from epollref.epoll import Epoll
        >>> from epollref.linux import LinuxKernel
        >>> from epollref.trace.timeline import draw
        >>> from epollref.trace.tracer import TracedKernel
        >>> calls = []
        >>> kernel = TracedKernel(LinuxKernel(), calls.append)
        >>> counter = kernel.eventfd(1, 0)
        >>> with Epoll(kernel=kernel) as epoll:
        ...     epoll.register(counter)
        ...     _ = epoll.poll()
        ...
        >>> kernel.close(counter)
        >>> "reported" in draw(calls)
        True
    """
    return _Picture(Story(items)).text()


class _Picture:
    """An SVG that is being drawn."""

    def __init__(self, story: Story) -> None:
        self._story = story
        columns = max(1, len(story.times))
        self._step = min(WIDEST, MIDDLE / columns)
        self._line = Notation().line
        used = {mark.kind for row in story.rows for mark in row.marks}
        self._kinds = [kind for kind in KINDS if kind in used]
        self._width = LEFT + max(columns * self._step, 3 * LEGEND) + 20
        self._bottom = TOP + PITCH * len(story.rows)
        entries = -(-len(self._kinds) // self._abreast())
        self._height = self._bottom + 30 + 26 * entries

    def _abreast(self) -> int:
        return int((self._width - 20) // LEGEND)

    def _x(self, column: int) -> float:
        return LEFT + (column + 0.5) * self._step

    def text(self) -> str:
        """Draw everything; return the document."""
        size = {"width": f"{self._width:g}", "height": f"{self._height:g}"}
        root = ET.Element(
            "svg",
            size,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {self._width:g} {self._height:g}",
            role="img",
        )
        self._svg = root
        rows = len(self._story.rows)
        self._add("title").text = f"Timeline, watches: {rows}"
        self._add("style").text = STYLE
        self._add("rect", "paper", **size)
        self._times()
        for number, row in enumerate(self._story.rows):
            self._row(row, TOP + PITCH * (number + 0.5))
        self._legend()
        ET.indent(root)
        return ET.tostring(root, encoding="unicode") + "\n"

    def _add(
        self, tag: str, name: str = "", **attributes: str | float
    ) -> ET.Element:
        """Add an element; numbers are shortened."""
        shown = {
            key: value if isinstance(value, str) else f"{value:g}"
            for key, value in attributes.items()
        }
        if name:
            shown["class"] = name
        return ET.SubElement(self._svg, tag, shown)

    def _words(self, x: float, y: float, words: str, name: str = "") -> None:
        self._add("text", name, x=x, y=y).text = words

    def _rule(
        self, name: str, x: float, y: float, x2: float, y2: float
    ) -> None:
        self._add("line", name, x1=x, y1=y, x2=x2, y2=y2)

    def _times(self) -> None:
        """Write milliseconds above the columns, as many as have room."""
        known = [time for time in self._story.times if time is not None]
        room = 0.0
        for column, time in enumerate(self._story.times):
            x = self._x(column)
            if time is None or x < room:
                continue
            room = x + TICKS
            self._rule("rule", x, TOP - 12, x, self._bottom)
            passed = (time - known[0]) * 1000
            self._words(x, TOP - 18, f"{passed:.2f} ms", "time")

    def _row(self, row: Row, y: float) -> None:
        self._words(10, y + 5, f"fd {row.fd}")
        first = row.marks[0].column
        self._rule("life", self._x(first), y, self._x(row.last), y)
        for start, end in row.armed:
            self._rule("bar", self._x(start), y, self._x(end), y)
        for mark in row.marks:
            self._mark(mark.kind, self._x(mark.column), y, mark)

    def _mark(self, kind: str, x: float, y: float, mark: Mark | None) -> None:
        hollow = " hollow" if kind in HOLLOW else ""
        shape = self._add(
            "path",
            f"mark {kind}{hollow}",
            d=SHAPES[kind],
            transform=f"translate({x:g} {y:g})",
        )
        if mark is not None:
            title = ET.SubElement(shape, "title")
            title.text = " ".join(self._line(mark.call).split())

    def _legend(self) -> None:
        for number, kind in enumerate(self._kinds):
            line, place = divmod(number, self._abreast())
            x, y = 20 + LEGEND * place, self._bottom + 30 + 26 * line
            self._mark(kind, x, y, None)
            self._words(x + 14, y + 5, KINDS[kind])
