"""Every figure of the site says what the kernel does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html

from tests.samples.fences import fences
from tests.site import (
    figures_hero,
    figures_lists,
    figures_sequence,
    replay,
    replay_sequence,
)
from tests.site.steps import Entry, StoryError, parse_story

DOCS = Path(__file__).parents[2] / "docs"
HONEST = """
title: Half of the data read
setup:
  - socketpair([a, b])
  - pipe([r, w])
  - epoll_create1(EPOLL_CLOEXEC) = ep
steps:
  - call: epoll_ctl(ep, EPOLL_CTL_ADD, a, EPOLLIN|EPOLLET)
    interest: [a IN|ET]
  - call: epoll_ctl(ep, EPOLL_CTL_ADD, r, EPOLLIN|EPOLLONESHOT)
    interest: [a IN|ET, r IN|ONESHOT]
  - call: write(w, 3) = 3
    ready: [r]
  - call: write(b, 10) = 10
    ready: [r, a]
  - call: epoll_wait(ep, 8, 0)
    returns: [r IN, a IN]
    interest: [a IN|ET, r ONESHOT disarmed]
    ready: []
  - call: read(a, 4) = 4
  - call: epoll_wait(ep, 8, -1)
    returns: sleeps
  - call: epoll_ctl(ep, EPOLL_CTL_ADD, a, EPOLLIN) = EEXIST
"""
LIES = {
    "a count": ("read(a, 4) = 4", "read(a, 4) = 3"),
    "an errno": ("= EEXIST", "= ENOENT"),
    "a success": (" = EEXIST", ""),
    "what a wait returns": ("[r IN, a IN]", "[r IN, a IN|OUT]"),
    "the order of records": ("[r IN, a IN]", "[a IN, r IN]"),
    "that a wait sleeps": ("returns: sleeps", "returns: [a IN]"),
    "the interest list": ("[a IN|ET]", "[a IN]"),
    "a disarmed entry": ("r ONESHOT disarmed", "r IN|ONESHOT"),
    "the ready list": ("ready: [r, a]", "ready: [a]"),
    "its order": ("ready: [r, a]", "ready: [a, r]"),
    "that it is empty": ("ready: []", "ready: [a]"),
    "a stale entry": ("ready: [r, a]", "ready: [r, a stale]"),
}
HALF_CLOSE = """
title: A half-close
peers: [client, server]
steps:
  - {from: client, call: write(5), label: data, events: IN}
  - from: client
    call: shutdown(SHUT_WR)
    label: FIN
    events: IN|RDHUP
    states: [FIN_WAIT2, CLOSE_WAIT]
  - from: server
    call: close()
    label: FIN
    events: IN|RDHUP|HUP
    states: [TIME_WAIT, CLOSED]
"""


def figures(language: str) -> list[object]:
    return [
        pytest.param(fence.source, id=f"{page.relative_to(DOCS)}:{fence.line}")
        for page in sorted(DOCS.rglob("*.md"))
        for fence in fences(page.read_text(encoding="utf-8"))
        if fence.language == language
    ]


def numbered_parts(drawing: str) -> list[str]:
    return re.findall(r' id="([^"]+)"', drawing)


@pytest.mark.parametrize("body", figures("lists"))
def test_a_figure_of_the_two_lists_is_what_the_kernel_does(body: str) -> None:
    """Run on this kernel, does every claim of the figure hold?"""
    assert replay.differences(parse_story(body)) == []


@pytest.mark.parametrize("body", figures("sequence"))
def test_a_sequence_is_what_tcp_does(body: str) -> None:
    """Played by two sockets, are its states and events seen?"""
    exchange = figures_sequence.parse(body)
    assert replay_sequence.differences(exchange) == []


def test_the_site_has_figures_of_the_two_lists() -> None:
    """A check that finds no figure would hold of anything."""
    assert figures("lists")


def test_an_honest_story_has_no_differences() -> None:
    """The story that the lies below are made from is true."""
    assert replay.differences(parse_story(HONEST)) == []


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_noticed(lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever part of a story is wrong, does the replay see it?"""
    monkeypatch.setattr(replay, "PATIENCE", 0.05)
    truth, untruth = LIES[lie]
    assert truth in HONEST
    story = parse_story(HONEST.replace(truth, untruth, 1))
    assert replay.differences(story)


def test_a_true_exchange_has_no_differences() -> None:
    """The exchange that the next lies are made from is true."""
    exchange = figures_sequence.parse(HALF_CLOSE)
    assert replay_sequence.differences(exchange) == []


@pytest.mark.parametrize(
    ("truth", "untruth"),
    [("IN|RDHUP|HUP", "IN|RDHUP"), ("CLOSE_WAIT", "ESTABLISHED")],
)
def test_a_false_exchange_is_noticed(
    truth: str, untruth: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Are a wrong mask and a wrong state seen?"""
    monkeypatch.setattr(replay_sequence, "PATIENCE", 0.05)
    exchange = figures_sequence.parse(HALF_CLOSE.replace(truth, untruth))
    assert replay_sequence.differences(exchange)


@pytest.mark.parametrize(
    ("story", "why"),
    [
        ("[1, 2]", "a mapping"),
        ("title: x", "needs a title and steps"),
        ("title: x\nsteps: []\ncolour: red", "unknown key: colour"),
        ("title: x\nsteps: [{call: nothing}]", "step 1: not a call"),
        ("title: x\nsteps: [{call: close(a), redy: []}]", "redy"),
        ("title: x\nsteps: [{call: close(a), returns: []}]", "only epoll_wait"),
        ("title: x\nsteps: [{call: 'epoll_wait(e, 8, 0)'}]", "not a list"),
        ("title: [", "not YAML"),
    ],
)
def test_a_story_that_makes_no_sense_is_refused(story: str, why: str) -> None:
    """Does the author learn what is wrong, and where?"""
    with pytest.raises(StoryError, match=why):
        parse_story(story)


def test_lists_stand_until_a_step_changes_them() -> None:
    """A step that says nothing about a list leaves it as it was."""
    story = parse_story(HONEST)
    assert story.steps[3].interest == story.steps[1].interest
    assert story.steps[5].ready == ()
    assert story.steps[4].returns == (Entry("r", "IN"), Entry("a", "IN"))


def test_a_drawing_names_and_describes_every_step() -> None:
    """Can a reader who does not see the figure follow it?"""
    figure = html.fragment_fromstring(figures_lists.draw(parse_story(HONEST)))
    described = figure.xpath("//svg[@role='img'][title]/desc/text()")
    assert len(described) == 8
    assert described[0] == "Interest list: a IN|ET. Ready list: empty."


@pytest.mark.parametrize(
    "drawing",
    [
        figures_lists.draw(parse_story(HONEST)),
        figures_sequence.draw(figures_sequence.parse(HALF_CLOSE)),
        figures_hero.draw(),
    ],
    ids=["lists", "sequence", "hero"],
)
def test_a_drawing_leaves_colours_to_the_theme(drawing: str) -> None:
    """One drawing serves light and dark only if it has no colours."""
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb|fill=|stroke=", drawing)
    ids = numbered_parts(drawing)
    assert len(ids) == len(set(ids))


def test_words_of_a_figure_are_escaped() -> None:
    """A mask or a note is text, whatever stands in it."""
    story = parse_story(
        "title: a < b & `c`\nsteps: [{call: close(a), note: <b>x</b>}]"
    )
    drawing = figures_lists.draw(story)
    assert "a &lt; b &amp; <code>c</code>" in drawing
    assert "<b>" not in drawing
