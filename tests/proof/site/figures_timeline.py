"""Draws logs of one server and one client as timelines, side by side.

    title: The same client, twice
    panels:
      - log: edge-stalled
        title: One read for each event
      - log: edge-healthy
        title: Drained

A panel is a file of docs/data/ that `record_timelines` has made; the
program's name comes from there too.  A column is one call.  All panels
give a stage the same room, so the acts of the client stand below each
other, and where a server has less to do its row is empty: it sleeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import yaml

from epollref.trace.items import Call
from epollref.trace.notation import Notation
from epollref.trace.timeline import HOLLOW, SHAPES
from epollref.trace.timeline_rows import KINDS
from tests.proof.project import DATA
from tests.proof.site import svg
from tests.proof.site.figures_lists import inline
from tests.proof.site.record_timelines import RECORDINGS
from tests.proof.site.timeline_scale import BASE, SIDE, WIDTH, Scale, fitting
from tests.proof.site.timeline_spoken import did, got, owes, spoken
from tests.proof.site.timeline_story import Moment, Stage, Timeline, read

ACT, ANSWER, ARROWS, LANE, HEIGHT = 13, 28, (36, 54), 68, 160
STALLED = "fig-unread fig-stalled"
"""Bytes that wait while the server sleeps."""
SCALE = 0.72
"""Size of a mark here, in sizes of the whole page's timeline."""

_line = Notation().line


@dataclass(frozen=True)
class Panel:
    """One log, and its title."""

    title: str
    program: str
    timeline: Timeline


@dataclass(frozen=True)
class Figure:
    """What a fence asks for."""

    title: str
    panels: Sequence[Panel]


def parse(text: str) -> Figure:
    """Read the YAML of a fence, and the logs that it names.

    Raises:
        KeyError: There is no such log, or no title.
    """
    raw = yaml.safe_load(text)
    panels = [
        Panel(
            title=str(panel["title"]),
            program=RECORDINGS[panel["log"]].snippet,
            timeline=load(panel["log"]),
        )
        for panel in raw["panels"]
    ]
    return Figure(str(raw["title"]), panels)


def load(name: str) -> Timeline:
    """Read one log of docs/data/."""
    path = DATA / f"{name}.strace"
    return read(path.read_text(encoding="utf-8").splitlines())


def draw(figure: Figure) -> str:
    """Draw all panels as an HTML figure."""
    scale = fitting([panel.timeline for panel in figure.panels])
    panels = "".join(_panel(panel, scale) for panel in figure.panels)
    note = (
        "A column is one call, in the order of the log; how long the server "
        "sleeps between two is not drawn."
    )
    return (
        '<figure class="ep-figure ep-timeline">'
        f"<figcaption>{inline(figure.title)}</figcaption>"
        f'<div class="ep-panels">{panels}</div>'
        f'<ul class="ep-legend">{"".join(_legend(figure))}</ul>'
        f'<p class="ep-note">{note}</p></figure>'
    )


def _panel(panel: Panel, scale: Scale) -> str:
    timeline = panel.timeline
    parts = [*_unread(timeline, scale), *_lane(timeline, scale)]
    for number, stage in enumerate(timeline.stages):
        parts += _stage(number, stage, scale)
    parts += _words(timeline, scale)
    drawing = svg.picture(
        WIDTH,
        HEIGHT,
        parts,
        f"{panel.program}: {panel.title}",
        spoken(timeline),
        "fig-timeline",
    )
    return (
        f'<div><p class="ep-panel-head"><strong>{inline(panel.title)}</strong>'
        f"<code>{escape(panel.program)}</code></p>{drawing}</div>"
    )


def _stage(number: int, stage: Stage, scale: Scale) -> Iterator[str]:
    """Draw the client's arrows and the server's marks."""
    x, (top, end) = scale.x(number, 0), ARROWS
    head = f"M{x - 4:g} {end - 5}L{x:g} {end}L{x + 4:g} {end - 5}"
    yield _titled(
        "path", stage.act, d=f"M{x:g} {top}V{end}{head}", class_="fig-arrow"
    )
    for place, moment in enumerate(stage.moments, start=1):
        x = scale.x(number, place)
        if moment.kind != "received":
            yield _mark(moment, x)
        elif not moment.call.failed:
            head = f"M{x - 4:g} {top + 5}L{x:g} {top}L{x + 4:g} {top + 5}"
            yield _titled(
                "path",
                moment.call,
                d=f"M{x:g} {end}V{top}{head}",
                class_="fig-arrow",
            )


def _mark(moment: Moment, x: float) -> str:
    return _titled(
        "path",
        moment.call,
        d=SHAPES[moment.kind],
        transform=f"translate({x:.5g} {LANE}) scale({SCALE})",
        class_=_classes(moment.kind),
    )


def _classes(kind: str) -> str:
    hollow = " fig-hollow" if kind in HOLLOW else ""
    return f"fig-mark fig-{kind}{hollow}"


def _titled(name: str, call: Call, **attributes: object) -> str:
    words = " ".join(_line(call).split())
    return svg.element(name, svg.element("title", escape(words)), **attributes)


def _lane(timeline: Timeline, scale: Scale) -> Iterator[str]:
    """Draw the life of the watch: a thick line while it is armed."""
    since: float | None = None
    armed = False
    for number, stage in enumerate(timeline.stages):
        for place, moment in enumerate(stage.moments, start=1):
            x = scale.x(number, place)
            if since is not None:
                yield _span(since, x, armed)
            since, armed = x, moment.armed
            if moment.kind == "closed":
                return
    if since is not None:
        yield _span(since, WIDTH - SIDE, armed)


def _span(start: float, end: float, armed: bool) -> str:
    kind = "fig-armed-bar" if armed else "fig-disarmed"
    return svg.element("path", d=f"M{start:g} {LANE}H{end:g}", class_=kind)


def _unread(timeline: Timeline, scale: Scale) -> Iterator[str]:
    """Draw the bytes that wait, stronger where the server sleeps."""
    for number, stage in enumerate(timeline.stages):
        x, level = scale.x(number, 0), stage.unread
        if number:
            level_before = timeline.stages[number - 1].left
            yield _block(scale, scale.left(number), x, level_before, STALLED)
        for place, moment in enumerate(stage.moments, start=1):
            if moment.unread != level:
                after = scale.x(number, place)
                yield _block(scale, x, after, level)
                x, level = after, moment.unread
        end = scale.left(number + 1)
        rest = _sleeps_from(number, stage, scale)
        yield _block(scale, x, rest, level)
        yield _block(scale, rest, end, level, STALLED)
    yield svg.element(
        "path", d=f"M{SIDE} {BASE}H{WIDTH - SIDE}", class_="fig-base"
    )


def _block(
    scale: Scale, x: float, end: float, level: int, kind: str = "fig-unread"
) -> str:
    top = scale.top(level)
    if not level or end <= x:
        return ""
    return svg.element(
        "path", d=f"M{x:.5g} {BASE}V{top:.5g}H{end:.5g}V{BASE}Z", class_=kind
    )


def _sleeps_from(number: int, stage: Stage, scale: Scale) -> float:
    """Where the server has done what it did in a stage, if anything."""
    served = stage.served
    after = scale.step / 2 if served else 0
    return scale.x(number, len(served)) + after


def _words(timeline: Timeline, scale: Scale) -> Iterator[str]:
    """Write what the client did and got, and what is left."""
    yield svg.text(SIDE, LANE + 21, f"fd {timeline.fd}", class_="fig-small")
    yield svg.text(SIDE, BASE - 19, "bytes", class_="fig-small")
    yield svg.text(SIDE, BASE - 6, "unread", class_="fig-small")
    for number, stage in enumerate(timeline.stages):
        x = scale.left(number)
        yield svg.text(x, ACT, did(stage), class_="fig-label")
        if stage.received is not None:
            missing = " fig-missing" if owes(timeline, number) else ""
            words = got(stage.received)
            yield svg.text(x, ANSWER, words, class_=f"fig-label{missing}")
        yield from _waiting(number, stage, scale)
    yield svg.text(
        WIDTH - SIDE - 14,
        HEIGHT - 2,
        "order of calls",
        class_="fig-small fig-end",
    )
    y = HEIGHT - 6
    yield svg.element(
        "path",
        d=f"M{WIDTH - 12} {y}h8m-4 -3l4 3l-4 3",
        class_="fig-arrow",
    )


def _waiting(number: int, stage: Stage, scale: Scale) -> Iterator[str]:
    """Say how many bytes wait while the server sleeps."""
    level = stage.left
    if not level:
        return
    end = scale.left(number + 1) - 3
    room = end - _sleeps_from(number, stage, scale)
    words = f"{level:,} unread" if room > 60 else f"{level:,}"
    yield svg.text(end, scale.top(level) - 4, words, class_="fig-wait fig-end")
    if room > 55:
        yield svg.text(end, LANE - 12, "asleep", class_="fig-wait fig-end")


def _legend(figure: Figure) -> Iterator[str]:
    moments = [
        moment
        for panel in figure.panels
        for stage in panel.timeline.stages
        for moment in stage.moments
    ]
    used = {moment.kind for moment in moments}
    bars = {"fig-armed-bar": "armed: it can be reported"}
    if any(not m.armed and m.kind == "reported" for m in moments):
        bars["fig-disarmed"] = "not armed"
    for class_, words in bars.items():
        yield _entry(svg.element("path", d="M1 8H15", class_=class_), words)
    for kind, words in KINDS.items():
        if kind in used:
            shape = svg.element(
                "path",
                d=SHAPES[kind],
                transform=f"translate(8 8) scale({SCALE})",
                class_=_classes(kind),
            )
            yield _entry(shape, words)


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
