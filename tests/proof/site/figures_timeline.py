"""Draws logs of one server and one client as timelines, side by side.

    title: The same client, twice
    fd: 5
    panels:
      - log: edge-stalled
        title: One read for each event
      - log: edge-healthy
        title: Drained

A panel is a file of docs/data/ that `record_timelines` has made, drawn by
`epollref.trace.timeline`; the program's name comes from there too.  All
panels give a stage the same room, so the acts of the client stand below
each other, and where a server has less to do its row is empty: it sleeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate, pairwise

import yaml

from epollref.trace.log import Log
from epollref.trace.timeline.lives import KINDS
from epollref.trace.timeline.picture import Picture, shape
from epollref.trace.timeline.rows import Story
from tests.proof.project import DATA
from tests.proof.site import svg
from tests.proof.site.figures_lists import inline
from tests.proof.site.record_timelines import RECORDINGS

WIDTH, LEFT = 308, 32
FEWEST = 5
"""Columns that a stage has at least: room for its words."""
NOTE = (
    "A column is one call, in the order of the log; how long the server "
    "sleeps between two is not drawn. Arrows are the client's calls."
)


@dataclass(frozen=True)
class Panel:
    """One log, and its title."""

    title: str
    program: str
    story: Story

    def acts(self) -> list[str]:
        """Return what the client does, in order."""
        return [self.story.calls[column].name for column in self.starts()]

    def starts(self) -> list[int]:
        """Return the columns in which the client acts."""
        (row,) = self.story.rows
        acts = ("sent", "peer-shut")
        return [mark.column for mark in row.marks if mark.kind in acts]


def parse(text: str) -> tuple[str, list[Panel]]:
    """Read the YAML of a fence, and the logs that it names.

    Raises:
        KeyError: There is no such log, or no title.
        ValueError: The clients did not do the same.
    """
    raw = yaml.safe_load(text)
    panels = [
        Panel(
            title=str(panel["title"]),
            program=RECORDINGS[panel["log"]].snippet,
            story=load(panel["log"], int(raw["fd"])),
        )
        for panel in raw["panels"]
    ]
    if len({tuple(panel.acts()) for panel in panels}) != 1:
        raise ValueError("not one scenario in all panels")
    return str(raw["title"]), panels


def load(name: str, fd: int) -> Story:
    """Read what a log of docs/data/ says of one descriptor.

    Raises:
        ValueError: A line makes no sense.
    """
    text = (DATA / f"{name}.strace").read_text(encoding="utf-8")
    log = Log(text.splitlines())
    story = Story(log, fds=[fd])
    if log.coverage.unread:
        raise ValueError(f"not read: {log.coverage.samples[0]}")
    if len(story.rows) != 1:
        raise ValueError(f"{name}: not one watch of descriptor {fd}")
    return story


def places(panels: Sequence[Panel]) -> list[list[int]]:
    """Return where the columns of each panel stand.

    Each stage begins at the same place in all panels.
    """
    bounds = [[0, *p.starts(), len(p.story.calls)] for p in panels]
    lengths = [[b - a for a, b in pairwise(one)] for one in bounds]
    rooms = [max(FEWEST, *stage) for stage in zip(*lengths, strict=True)]
    starts = list(accumulate(rooms, initial=0))
    return [
        [
            start + column
            for start, length in zip(starts, stages, strict=False)
            for column in range(length)
        ]
        + [starts[-1]]
        for stages in lengths
    ]


def draw(title: str, panels: Sequence[Panel]) -> str:
    """Draw all panels as an HTML figure."""
    unread = [
        mark.unread or 0
        for p in panels
        for r in p.story.rows
        for mark in r.marks
    ]
    pictures = [
        Picture(panel.story, WIDTH, LEFT, place, max(unread))
        for panel, place in zip(panels, places(panels), strict=True)
    ]
    drawn = "".join(map(_panel, panels, pictures))
    return (
        '<figure class="ep-figure ep-timeline">'
        f"<figcaption>{inline(title)}</figcaption>"
        f'<div class="ep-panels">{drawn}</div>'
        f'<ul class="ep-legend">{"".join(_legend(pictures))}</ul>'
        f'<p class="ep-note">{NOTE}</p></figure>'
    )


def _panel(panel: Panel, picture: Picture) -> str:
    drawing = svg.picture(
        WIDTH,
        picture.height,
        picture.parts(times=False),
        f"{panel.program}: {panel.title}",
        picture.description(),
        "fig-timeline",
    )
    return (
        f'<div><p class="ep-panel-head"><strong>{inline(panel.title)}</strong>'
        f"<code>{escape(panel.program)}</code></p>{drawing}</div>"
    )


def _legend(pictures: Sequence[Picture]) -> Iterator[str]:
    bars = {"fig-armed-bar": "armed", "fig-disarmed": "not armed"}
    for class_, words in bars.items():
        yield _entry(svg.element("path", d="M1 8H15", class_=class_), words)
    used = {kind for picture in pictures for kind in picture.kinds()}
    for kind, words in KINDS.items():
        if kind in used:
            yield _entry(shape(kind, 8, 8, 0.72), words)


def _entry(shape: str, words: str) -> str:
    drawing = svg.element(
        "svg",
        shape,
        class_="fig",
        viewBox="0 0 16 16",
        width=16,
        height=16,
        aria_hidden="true",
    )
    return f"<li>{drawing}{escape(words)}</li>"
