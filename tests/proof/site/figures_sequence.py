"""Draws what two peers of a TCP connection send, and their states.

    title: The client half-closes
    peers: [client, server]
    steps:
      - from: client
        label: FIN
        call: shutdown(SHUT_WR)
        states: [FIN_WAIT2, CLOSE_WAIT]
        events: IN|RDHUP

A step is an arrow from one life line to the other.  `call` is what the
sender called, `states` what both peers are in afterwards, `events` what
the receiver's epoll_wait reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import yaml

from tests.proof.site import svg
from tests.proof.site.figures_lists import inline

WIDTH = 332
LINES = (66, 266)
TOP = 40
CHIP = 22
FONT = 10.5


@dataclass(frozen=True)
class Message:
    """One arrow, and what is true afterwards."""

    sender: int
    label: str
    call: str = ""
    states: tuple[str, ...] = ()
    events: str = ""


@dataclass(frozen=True)
class Exchange:
    """A whole figure."""

    title: str
    peers: tuple[str, str]
    messages: Sequence[Message]


def parse(text: str) -> Exchange:
    """Read the YAML of a fence.

    Raises:
        ValueError: Something is missing or unknown; says what.
    """
    raw = yaml.safe_load(text)
    left, right = raw["peers"]
    messages: list[Message] = []
    for step in raw["steps"]:
        unknown = set(step) - {"from", "label", "call", "states", "events"}
        if unknown or step["from"] not in (left, right):
            raise ValueError(f"not a step: {step}")
        messages.append(
            Message(
                sender=(left, right).index(step["from"]),
                label=str(step.get("label", "")),
                call=str(step.get("call", "")),
                states=tuple(step.get("states", ())),
                events=str(step.get("events", "")),
            )
        )
    return Exchange(str(raw["title"]), (left, right), messages)


def draw(sequence: Exchange) -> str:
    """Draw a sequence as an HTML figure."""
    y = float(TOP)
    parts: list[str] = []
    for message in sequence.messages:
        drawn, y = _message(message, y)
        parts += drawn
    bottom = y + 8
    frame = [
        svg.element("path", d=f"M{x} 34V{bottom:g}", class_="fig-life")
        for x in LINES
    ] + [
        svg.text(x, 20, name, class_="fig-who")
        for x, name in zip(LINES, sequence.peers, strict=True)
    ]
    drawing = svg.picture(
        WIDTH,
        bottom + 2,
        frame + parts,
        sequence.title,
        _spoken(sequence),
    )
    return (
        '<figure class="ep-figure ep-sequence">'
        f"<figcaption>{inline(sequence.title)}</figcaption>{drawing}</figure>"
    )


def _message(message: Message, y: float) -> tuple[list[str], float]:
    start = LINES[message.sender]
    end = LINES[1 - message.sender]
    middle = (start + end) / 2
    parts: list[str] = []
    if message.call:
        y += 18
        parts.append(
            svg.text(middle, y, message.call, class_="fig-code fig-middle")
        )
    if message.label:
        y += 17
        parts.append(
            svg.text(middle, y, message.label, class_="fig-strong fig-middle")
        )
    y += 8
    tip = y + 8
    back = -7 if end > start else 7
    path = (
        f"M{start} {y:g}L{end} {tip:g}"
        f"M{end + back} {tip - 6:g}L{end} {tip:g}L{end + back} {tip + 4:g}"
    )
    parts.append(svg.element("path", d=path, class_="fig-arrow"))
    y = tip + 8
    if message.events:
        parts.append(_chip(end, y, message.events, "fig-ready fig-new"))
        y += CHIP + 5
    if message.states:
        for x, state in zip(LINES, message.states, strict=True):
            if state:
                parts.append(_chip(x, y, state, "fig-state"))
        y += CHIP + 5
    return parts, y


def _chip(x: float, y: float, words: str, kind: str) -> str:
    width = max(len(words) * FONT * svg.MONO + 14, 30)
    return svg.element(
        "g",
        svg.box(x - width / 2, y, width, CHIP)
        + svg.text(x, y + 15, words, class_="fig-name fig-middle", size=FONT),
        class_=f"fig-pill {kind}",
    )


def _spoken(sequence: Exchange) -> str:
    sentences: list[str] = []
    for message in sequence.messages:
        receiver = sequence.peers[1 - message.sender]
        words = [f"{sequence.peers[message.sender]} sends {message.label}"]
        if message.call:
            words.append(f"by {message.call}")
        if message.events:
            words.append(f"{receiver} sees {message.events}")
        if message.states:
            words.append(f"states: {' and '.join(message.states)}")
        sentences.append(", ".join(words))
    return escape(". ".join(sentences) + ".", quote=False)
