"""Every figure of the site says what the kernel does."""

from __future__ import annotations

import re
from pathlib import Path
from unittest import mock

import pytest
from lxml import html

from epollref.model.epoll import Epoll
from epollref.model.scripts.format import differences
from tests.proof.drivers.playing import on_both
from tests.proof.samples.fences import fences
from tests.proof.site import (
    figures_hero,
    figures_lists,
    figures_sequence,
    replay_sequence,
)
from tests.proof.site.steps import Entry, tell

DOCS = Path(__file__).parents[2] / "docs"
HONEST = """
# Half of the data read

socketpair([a, b])
pipe([r, w])
epoll_create1(EPOLL_CLOEXEC) = ep
epoll_ctl(ep, EPOLL_CTL_ADD, a, EPOLLIN|EPOLLET)

epoll_ctl(ep, EPOLL_CTL_ADD, r, EPOLLIN|EPOLLONESHOT)
write(w, 3) = 3
write(b, 10) = 10
# Two records.
epoll_wait(ep, 8, 0) = 2
read(a, 10) = 10
write(b, 1)
read(a, 1)
epoll_wait(ep, 8, 0) = 0
epoll_wait(ep, 8, -1)
write(b, 1)
epoll_ctl(ep, EPOLL_CTL_ADD, a, EPOLLIN) = EEXIST
"""
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


def differs(body: str) -> int:
    return differences(on_both(body))


@pytest.mark.parametrize("body", figures("lists"))
def test_a_figure_of_the_two_lists_is_what_the_kernel_does(body: str) -> None:
    """Drawn from the model, is each list and each result Linux's too?"""
    assert tell(body).steps
    assert differs(body) == 0


@pytest.mark.parametrize("body", figures("sequence"))
def test_a_sequence_is_what_tcp_does(body: str) -> None:
    """Played by two sockets, are its states and events seen?"""
    exchange = figures_sequence.parse(body)
    assert replay_sequence.differences(exchange) == []


def test_the_site_has_figures_of_the_two_lists() -> None:
    """A check that finds no figure would hold of anything."""
    assert figures("lists")


def test_a_model_that_is_wrong_is_noticed() -> None:
    """The check is checked: a MOD that does not look again."""
    body = "\n".join(
        (
            *("socketpair([a, b])", "epoll_create1() = ep", "write(b, 1)"),
            "epoll_ctl(ep, EPOLL_CTL_ADD, a, EPOLLIN|EPOLLET)",
            "epoll_wait(ep, 8, 0) = 1",
            "epoll_ctl(ep, EPOLL_CTL_MOD, a, EPOLLIN|EPOLLET)",
        )
    )
    assert differs(body) == 0
    with mock.patch.object(Epoll, "look", return_value=None):
        assert differs(body) > 0


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
    ("truth", "untruth", "why"),
    [
        ("# Half of the data read", "", "begins with its title"),
        ("\n\nepoll_ctl", "\nepoll_ctl", "a paragraph that prepares"),
        ("pipe([r, w])", "pipe([r, w]", "line 5: not a call"),
        ("write(w, 3)", "write(x, 3)", "line 10: no descriptor"),
        ("read(a, 10) = 10", "read(a, 10) = 9", "line 14: the script says 9"),
        ("= EEXIST", "= ENOENT", "line 20: the script says ENOENT"),
        ("pipe(", "epoll_create1() = e2\npipe(", "lists of one epoll"),
    ],
)
def test_a_story_that_makes_no_sense_is_refused(
    truth: str, untruth: str, why: str
) -> None:
    """Does the author learn what is wrong, and where?"""
    assert truth in HONEST
    with pytest.raises(ValueError, match=why):
        tell(HONEST.replace(truth, untruth, 1))


def test_the_lists_are_those_of_the_model() -> None:
    """What nobody has written down is drawn: lists, states, records."""
    steps = tell(HONEST).steps
    assert steps[0].interest == (Entry("a", "IN|ET"), Entry("r", "IN|ONESHOT"))
    assert steps[2].ready == (Entry("r"), Entry("a"))
    assert steps[3].returns == (Entry("r", "IN"), Entry("a", "IN"))
    assert steps[3].interest[1] == Entry("r", "ONESHOT", "disarmed")
    assert steps[3].note == "Two records."
    assert steps[6].ready == (Entry("a", state="stale"),)
    assert steps[7].returns == ()
    assert steps[8].sleeps == 1
    assert steps[9].woken == ((1, (Entry("a", "IN"),)),)


def test_threads_are_told_apart_where_there_are_several() -> None:
    """One wait needs no name; of two a reader asks which."""
    one = figures_lists.draw(tell(HONEST))
    assert ">sleeps<" in one
    assert "wakes the wait, which returns" in one
    two = HONEST.replace("8, -1)", "8, -1)\nepoll_wait(ep, 8, -1)")
    drawn = figures_lists.draw(tell(two))
    assert ">thread 2 sleeps<" in drawn
    assert "wakes thread 2, which returns" in drawn


def test_a_drawing_names_and_describes_every_step() -> None:
    """Can a reader who does not see the figure follow it?"""
    figure = html.fragment_fromstring(figures_lists.draw(tell(HONEST)))
    described = figure.xpath("//svg[@role='img'][title]/desc/text()")
    assert len(described) == 11
    assert described[1] == (
        "Interest list: a IN|ET, r IN|ONESHOT. Ready list: r."
    )


@pytest.mark.parametrize(
    "drawing",
    [
        figures_lists.draw(tell(HONEST)),
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
    story = tell("# a < b & `c`\n\neventfd2(0) = e\n\n# <b>x</b>\nclose(e)\n")
    drawing = figures_lists.draw(story)
    assert "a &lt; b &amp; <code>c</code>" in drawing
    assert "<b>" not in drawing
