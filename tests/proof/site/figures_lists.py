"""Draws a story of steps: for each call, the two lists after it.

A step is one row: the call and a sentence, beside it the interest list
and the ready list.  On a narrow screen the drawing moves below the
call.  A line leads from an entry of the interest list to its place in
the ready list; what a step added or changed is drawn stronger.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from tests.proof.site import svg
from tests.proof.site.steps import Entry, Step, Story

WIDTH = 332
INTEREST = 206
READY_X = 240
HEAD = 26
ROW = 30
PILL = 24
FONT = 12.5
SMALL = 11.5


@dataclass(frozen=True)
class Frame:
    """The measures of one drawing.

    Attributes:
        rows: Rows of the longer list.
        name: Pixels for a descriptor's name; the same in all drawings
            of a story, so that masks line up.
        title: What the drawing is called; no other on the page is.
        threads: How many threads sleep in the story.
    """

    rows: int
    name: float
    title: str
    threads: int

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return HEAD + self.rows * ROW + 8


def draw(story: Story) -> str:
    """Draw a story as an HTML figure with one SVG for each step."""
    name_width = _name_width(story)
    rows: list[str] = []
    before = Step("", interest=story.interest, ready=story.ready)
    for number, step in enumerate(story.steps, start=1):
        longest = max(len(step.interest), len(step.ready), 1)
        title = f"{_plain(story.title)}, step {number}"
        frame = Frame(longest, name_width, title, story.threads)
        rows.append(_row(step, before, frame))
        before = step
    setup = ""
    if story.setup:
        calls = " ".join(
            f"<code>{_breakable(call)}</code>" for call in story.setup
        )
        setup = f'<p class="ep-setup">Before: {calls}</p>'
    return (
        '<figure class="ep-figure ep-lists">'
        f"<figcaption>{inline(story.title)}</figcaption>{setup}"
        f'<ol class="ep-steps">{"".join(rows)}</ol></figure>'
    )


def inline(words: str) -> str:
    """Turn `code`, **strong** and *emphasis* into HTML; escape the rest."""
    html = escape(words, quote=False)
    html = re.sub(r"`([^`]+)`", r"<code>\1</code>", html)
    html = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", html)
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", html)


def _plain(words: str) -> str:
    return re.sub(r"[`*]", "", words)


def _name_width(story: Story) -> float:
    names = [len(e.name) for step in story.steps for e in step.interest]
    return max(names, default=1) * FONT * svg.MONO


def _row(step: Step, before: Step, frame: Frame) -> str:
    parts = [_code(step.call)]
    if step.sleeps:
        who = f"thread {step.sleeps} " if frame.threads > 1 else ""
        parts.append(f'<span class="ep-returns ep-none">{who}sleeps</span>')
    if step.returns is not None:
        parts.append(_returns("returns", step.returns))
    for thread, records in step.woken:
        who = f"thread {thread}" if frame.threads > 1 else "the wait"
        parts.append(_returns(f"wakes {who}, which returns", records))
    if step.note:
        parts.append(f'<p class="ep-note">{inline(step.note)}</p>')
    drawing = _drawing(step, before, frame)
    return (
        f'<li class="ep-step"><div class="ep-what">{"".join(parts)}</div>'
        f"{drawing}</li>"
    )


def _returns(words: str, records: tuple[Entry, ...]) -> str:
    if not records:
        return '<span class="ep-returns ep-none">returns nothing</span>'
    shown = " ".join(
        f'<span class="ep-record"><b>{escape(e.name)}</b> '
        f"{escape(e.mask)}</span>"
        for e in records
    )
    return f'<span class="ep-returns">{words} {shown}</span>'


def _drawing(step: Step, before: Step, frame: Frame) -> str:
    parts = [
        _list_box("interest list", 0.5, INTEREST, frame),
        _list_box("ready list", READY_X, WIDTH - READY_X - 0.5, frame),
    ]
    old_ready = [entry.name for entry in before.ready]
    for place, entry in enumerate(step.ready):
        new = entry.name not in old_ready
        parts.append(_link(step, place, entry, new))
        parts.append(_ready_pill(place, entry, new))
    for place, entry in enumerate(step.interest):
        ready = any(e.name == entry.name for e in step.ready)
        new = entry not in before.interest
        parts.append(_interest_pill(place, entry, frame, new, ready))
    for words, x, entries in (
        ("empty", INTEREST / 2, step.interest),
        ("empty", (READY_X + WIDTH) / 2, step.ready),
    ):
        if not entries:
            y = _middle(0) + 4
            parts.append(svg.text(x, y, words, class_="fig-empty"))
    return svg.picture(
        WIDTH,
        frame.height,
        parts,
        frame.title,
        f"Interest list: {_spoken(step.interest)}. "
        f"Ready list: {_spoken(step.ready)}.",
    )


def _list_box(title: str, x: float, width: float, frame: Frame) -> str:
    return svg.box(
        x, 0.5, width, frame.height - 1, class_="fig-box"
    ) + svg.text(x + 10, 18, title, class_="fig-head")


def _interest_pill(
    place: int, entry: Entry, frame: Frame, new: bool, ready: bool
) -> str:
    x, y = 8.5, _middle(place)
    kind = "fig-pill fig-interest"
    kind += " fig-new" if new else ""
    kind += " fig-off" if entry.state == "disarmed" else ""
    kind += " fig-is-ready" if ready else ""
    mask = entry.mask or "0"
    if entry.state == "disarmed":
        mask += " disarmed"
    mask_x = x + 10 + frame.name + 10
    size = svg.fitting(mask, INTEREST - mask_x - 12, SMALL)
    return svg.element(
        "g",
        svg.box(x, y - PILL / 2, INTEREST - 16, PILL)
        + svg.text(x + 10, y + 4.3, entry.name, class_="fig-name")
        + svg.text(mask_x, y + 4, mask, class_="fig-mask", size=size),
        class_=kind,
    )


def _ready_pill(place: int, entry: Entry, new: bool) -> str:
    y = _middle(place)
    width = WIDTH - READY_X - 17
    stale = entry.state == "stale"
    kind = "fig-pill fig-ready"
    kind += " fig-new" if new else ""
    kind += " fig-off" if stale else ""
    words = f"{entry.name} stale" if stale else entry.name
    size = svg.fitting(words, width - 16, FONT)
    return svg.element(
        "g",
        svg.box(READY_X + 8, y - PILL / 2, width, PILL)
        + svg.text(READY_X + 18, y + 4.3, words, class_="fig-name", size=size),
        class_=kind,
    )


def _link(step: Step, place: int, entry: Entry, new: bool) -> str:
    """Draw the line from an entry to its place in the ready list."""
    names = [e.name for e in step.interest]
    if entry.name not in names:
        return ""
    start, end = _middle(names.index(entry.name)), _middle(place)
    left, right = INTEREST - 7.5, READY_X + 8.0
    bend = (left + right) / 2
    path = (
        f"M{left:.1f} {start:.1f}C{bend:.1f} {start:.1f} "
        f"{bend:.1f} {end:.1f} {right:.1f} {end:.1f}"
    )
    kind = "fig-link fig-new" if new else "fig-link"
    if entry.state == "stale":
        kind += " fig-off"
    return svg.element("path", d=path, class_=kind)


def _middle(place: int) -> float:
    return HEAD + place * ROW + ROW / 2


def _spoken(entries: tuple[Entry, ...]) -> str:
    if not entries:
        return "empty"
    return ", ".join(
        " ".join(
            word
            for word in (
                entry.name,
                entry.mask,
                "" if entry.state == "armed" else entry.state,
            )
            if word
        )
        for entry in entries
    )


def _code(words: str) -> str:
    return f'<code class="ep-call">{_breakable(words)}</code>'


def _breakable(words: str) -> str:
    """Escape, and let a long mask break behind a bar."""
    return escape(words, quote=False).replace("|", "|<wbr>")
