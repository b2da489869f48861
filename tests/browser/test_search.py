"""Whether the search finds the answer to what people ask, and what it weighs.

The questions are in questions.tsv. Each is typed into the search of the
site; its rank is that of the first result which is a page that answers it,
and which links to the section, where one is named.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import html
from playwright.sync_api import Page, expect

from tests.browser.conftest import SITE

pytestmark = pytest.mark.browser

QUESTIONS = Path(__file__).with_name("questions.tsv")
FEWEST = 60
FIRST, FIRST_THREE = 0.75, 0.95
HEAVIEST = 400_000
INDEX = "search/search_index.json"
SHOWN = "{count} questions: {first:.0%} first, {three:.0%} in the first three"


@dataclass(frozen=True)
class Question:
    """Words to search for, and the places that answer."""

    words: str
    answers: tuple[str, ...]

    def answered_by(self, links: list[str]) -> bool:
        """Is a result one of the answers?

        Args:
            links: what the result links to: a page and its sections.
        """
        pages = {link.partition("#")[0] for link in links}
        return any(
            answer in links if "#" in answer else answer in pages
            for answer in self.answers
        )


@dataclass(frozen=True)
class Found:
    """A question and the results for it, best first."""

    question: Question
    results: list[list[str]]

    @property
    def rank(self) -> int:
        """The place of the answer, from 1; 0 if it is not shown."""
        for place, links in enumerate(self.results, 1):
            if self.question.answered_by(links):
                return place
        return 0

    def __str__(self) -> str:
        best = ", ".join(links[0] or "the front page" for links in self.results)
        return f"{self.rank or 'none':>4}  {self.question.words}\n      {best}"


def questions() -> list[Question]:
    """Read the questions; a line that begins with # is none."""
    lines = QUESTIONS.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [Question(words, tuple(answers)) for words, *answers in rows]


def ask(page: Page, root: str, words: str) -> list[list[str]]:
    """Type a question; return the links of each result, best first."""
    box = page.locator("input.md-search__input")
    said = page.locator(".md-search-result__meta")
    for typed, expected in (("", "Type to start"), (words, "match")):
        box.fill(typed)
        box.dispatch_event("keyup")
        expect(said).to_contain_text(expected)
    links: list[list[str]] = page.locator(
        ".md-search-result__item"
    ).evaluate_all(
        "items => items.map(item => [...item.querySelectorAll('a')]"
        ".map(link => link.href))"
    )
    return [[place(link, root) for link in of] for of in links]


def place(link: str, root: str) -> str:
    """Where a link of a result leads, from the root of the site."""
    parts = urlsplit(link)
    page = parts.path.removeprefix(urlsplit(root).path).lstrip("/")
    return f"{page}#{parts.fragment}" if parts.fragment else page


def share(places: list[int], last: int) -> float:
    """How many of the answers are among the first results."""
    return sum(1 <= one <= last for one in places) / len(places)


@pytest.mark.timeout(600)
def test_the_words_of_a_problem_find_its_page(page: Page, root: str) -> None:
    asked = questions()
    assert len(asked) >= FEWEST
    page.locator("input.md-search__input").click()
    found = [Found(one, ask(page, root, one.words)) for one in asked]
    places = [one.rank for one in found]
    first, three = share(places, 1), share(places, 3)
    summary = SHOWN.format(count=len(places), first=first, three=three)
    misses = [str(one) for one in found if one.rank != 1]
    report = "\n".join([summary, *misses])
    print(report)
    assert first >= FIRST, report
    assert three >= FIRST_THREE, report


def test_every_answer_is_there() -> None:
    """Does each page exist that a question shall find, and its section?"""
    for question in questions():
        assert question.answers, question.words
        for answer in question.answers:
            address, _, section = answer.partition("#")
            file = SITE / address / "index.html"
            assert file.exists(), f"{question.words}: no page {answer}"
            ids = html.parse(str(file)).xpath("//@id") if section else [""]
            assert section in ids, f"{question.words}: no section {answer}"


def test_the_index_is_light() -> None:
    """Is what every reader loads below the limit?"""
    size = (SITE / INDEX).stat().st_size
    assert size < HEAVIEST, f"{INDEX}: {size:,} bytes"


def test_the_index_holds_an_entry_for_each_class_and_no_more() -> None:
    """Are members and programs left out, and the first sentence left in?"""
    entries = json.loads((SITE / INDEX).read_text("utf-8"))["docs"]
    by_place = {entry["location"]: entry for entry in entries}
    name = "reference/epoll/#epollref.epoll.Epoll"
    assert by_place[name]["text"] == (
        "<p>One epoll instance: a drop-in for select.epoll.</p>"
    )
    assert not [place for place in by_place if place.startswith(f"{name}.")]
    assert not [entry for entry in entries if "<pre>" in entry["text"]]
