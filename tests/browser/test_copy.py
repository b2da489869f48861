"""Every copy button of the site gives what a reader has to type.

Each button is pressed where it is, in its tab, with all that is folded
open; the first half of a page's in the light theme, the others in the
dark. What it has to give is read from the source (see `source`).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lxml import html
from lxml.html import HtmlElement
from playwright.sync_api import Browser, Page

from tests.browser.conftest import (
    DESK,
    PATIENCE_MS,
    SITE,
    Visit,
    watched,
)
from tests.browser.source import Block, of_built, of_source, page_of

pytestmark = pytest.mark.browser

BUILT = {"doc", "ep-figure"}
"""What stands around a block that no fence of the page's Markdown made."""

UNFOLD = """() => {
  for (const one of document.querySelectorAll("details")) one.open = true
  return document.querySelectorAll("article pre:not(.twin) > code").length
}"""

# Brings a button to the middle of the screen, in its tab, and says where
# it is; null where there is none.
FIND = """nth => {
  const code = document.querySelectorAll("article pre:not(.twin) > code")[nth]
  const button = code.parentNode.querySelector("button[data-md-type=copy]")
  for (let one = code; one = one.parentElement?.closest(".tabbed-block");) {
    const place = [...one.parentNode.children].indexOf(one)
    const inputs = one.closest(".tabbed-set").querySelectorAll(":scope > input")
    inputs[place].checked = true
  }
  if (!button) return null
  button.scrollIntoView({block: "center", behavior: "instant"})
  const {left, top, width, height} = button.getBoundingClientRect()
  return [left + width / 2, top + height / 2]
}"""
THEME = 'to => document.body.setAttribute("data-md-color-scheme", to)'
CLEAR = "navigator.clipboard.writeText('nothing was copied')"
READ = "navigator.clipboard.readText()"


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Iterator[tuple[Page, Visit]]:
    """Hold one window open for all pages; it may use the clipboard."""
    with chromium.new_context(
        viewport=DESK, reduced_motion="reduce"
    ) as context:
        context.set_default_timeout(PATIENCE_MS)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        visit = watched(context)
        yield context.new_page(), visit


def expected(address: str) -> list[Block]:
    """What the buttons of a page have to give, from the top."""
    document = html.parse(str(SITE / address / "index.html")).getroot()
    article = next(document.iter("article"))
    source = iter(of_source(page_of(address).read_text("utf-8")))
    found: list[Block] = []
    for code in article.xpath(".//pre[not(contains(@class, 'twin'))]/code"):
        if not _classes_around(code) & BUILT:
            found.append(next(source))
        else:
            found.append(("", of_built(code)))
    assert list(source) == [], "fences of the page that are not on the site"
    return found


def _classes_around(code: HtmlElement) -> set[str]:
    around = [code, *code.iterancestors()]
    return {name for one in around for name in one.classes}


def tidy(text: str) -> str:
    """A text without the blanks at the ends of its lines."""
    return "\n".join(line.rstrip() for line in text.split("\n"))


def pressed(page: Page) -> Iterator[str | None]:
    """What each button copies; None for a block that has none."""
    count = page.evaluate(UNFOLD)
    for nth in range(count):
        if nth in (0, count // 2):
            page.evaluate(THEME, "slate" if nth else "default")
        place = page.evaluate(FIND, nth)
        if place is None:
            yield None
            continue
        page.evaluate(CLEAR)
        page.mouse.click(*place)
        yield page.evaluate(READ)


def test_every_button_copies_what_has_to_be_typed(
    reader: tuple[Page, Visit], root: str, address: str
) -> None:
    """All commands, here-documents whole; no prompt and no output."""
    page, visit = reader
    page.goto(root + address)
    for got, (kind, text) in zip(pressed(page), expected(address), strict=True):
        assert got is not None, f"no button to press at {kind}: {text}"
        assert tidy(got) == tidy(text), f"{kind}: {text}"
    assert visit == Visit()
