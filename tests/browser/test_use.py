"""What a reader does on the site: search, switch."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from lxml import html
from lxml.html import HtmlElement
from playwright.sync_api import Page, expect

from tests.browser.conftest import SITE, pages

pytestmark = pytest.mark.browser

SCHEME = "data-md-color-scheme"
ONLY_C = re.compile(r"^\s*C\s*$")


def articles() -> Iterator[tuple[str, HtmlElement]]:
    """Give the address and the article of each page of the site."""
    for address in pages():
        document = html.parse(str(SITE / address / "index.html")).getroot()
        for article in document.iter("article"):
            yield address, article


def with_blocks(kind: str, count: int = 1) -> list[str]:
    """Return the pages whose article has a class `count` times or more."""
    found: list[str] = []
    for address, article in articles():
        blocks = article.iterfind(".//*[@class]")
        if sum(kind in block.classes for block in blocks) >= count:
            found.append(address)
    return found


def with_tabs(word: str, count: int) -> list[str]:
    """Return the pages with `count` or more tabs of one name."""
    found: list[str] = []
    for address, article in articles():
        labels = article.iter("label")
        names = [label.text_content().strip() for label in labels]
        if names.count(word) >= count:
            found.append(address)
    return found


def unfold(page: Page) -> None:
    page.evaluate(
        "document.querySelectorAll('details').forEach(d => d.open = true)"
    )


def test_search_finds_a_word(page: Page) -> None:
    """Typed key by key, does a word lead to the page about it?"""
    words = page.locator("input.md-search__input")
    words.click()
    words.press_sequentially("one-shot")
    result = page.locator(".md-search-result__link").first
    expect(result).to_be_visible()
    result.click()
    expect(page.locator("article")).to_contain_text(
        "one-shot", ignore_case=True
    )


def test_dark_mode_toggles_and_is_kept(page: Page) -> None:
    """Does the button change the theme, for the next page too?"""
    body = page.locator("body")
    expect(body).to_have_attribute(SCHEME, "default")
    page.locator("label[title='Switch to dark mode']").click()
    expect(body).to_have_attribute(SCHEME, "slate")
    page.reload()
    expect(body).to_have_attribute(SCHEME, "slate")
    page.locator("label[title='Switch to light mode']").click()
    expect(body).to_have_attribute(SCHEME, "default")


def test_the_theme_follows_the_system(page: Page) -> None:
    """When the evening comes, does an open page become dark?"""
    body = page.locator("body")
    expect(body).to_have_attribute(SCHEME, "default")
    page.emulate_media(color_scheme="dark")
    expect(body).to_have_attribute(SCHEME, "slate")
    page.reload()
    expect(body).to_have_attribute(SCHEME, "slate")


def test_linked_tabs_switch_together(page: Page, root: str) -> None:
    """Does C, once chosen, stay chosen: on this page and the next?"""
    programs = with_blocks("language-c", 2)
    both = [one for one in with_tabs("C", 2) if one in programs]
    page.goto(root + both[0])
    unfold(page)
    shown = page.locator(".tabbed-block:visible")
    expect(shown.locator(".language-c")).to_have_count(0)
    label = page.locator(".tabbed-labels > label", has_text=ONLY_C)
    sets = label.count()
    label.first.click()
    expect(shown.locator(".language-c")).to_have_count(sets)
    page.goto(root + both[-1])
    unfold(page)
    expect(shown.locator(".language-c").first).to_be_visible()


def test_a_page_without_scripts_is_whole(page: Page, root: str) -> None:
    """Can a page be read where scripts are off?"""
    browser = page.context.browser
    assert browser is not None
    with browser.new_context(java_script_enabled=False) as plain:
        reader = plain.new_page()
        reader.goto(root)
        expect(reader.locator("article h1")).to_be_visible()
