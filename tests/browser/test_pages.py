"""What holds of every page of the site."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.conftest import PATIENCE_MS, Visit, watched

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 360, "height": 780}

SCHEME = 'to => document.body.setAttribute("data-md-color-scheme", to)'

# Unfold answers and show the nth tab of every set.
SHOW_ALL = """nth => {
  for (const one of document.querySelectorAll("details")) one.open = true
  for (const set of document.querySelectorAll(".tabbed-set")) {
    const inputs = set.querySelectorAll(":scope > input")
    if (inputs.length > nth) inputs[nth].checked = true
  }
}"""

TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth
  const scrolls = node => {
    for (; node && node !== document.body; node = node.parentElement)
      if (/auto|scroll|hidden/.test(getComputedStyle(node).overflowX))
        return true
    return false
  }
  const found = []
  if (document.documentElement.scrollWidth > width) {
    found.push(document.documentElement.scrollWidth)
    for (const one of document.querySelectorAll(".md-content *"))
      if (one.getBoundingClientRect().right > width + 1 && !scrolls(one))
        found.push(one.outerHTML.slice(0, 80))
  }
  return found.slice(0, 5)
}"""

SMALL_PRINT = """() => {
  const found = []
  for (const one of document.querySelectorAll("svg.fig text")) {
    const svg = one.ownerSVGElement
    if (!svg.clientWidth) continue
    const scale = svg.clientWidth / svg.viewBox.baseVal.width
    const size = parseFloat(getComputedStyle(one).fontSize) * scale
    if (size < 9) found.push([one.textContent, size])
  }
  return found
}"""

TWO_OF_A_NAME = """() => {
  const names = [...document.querySelectorAll("svg [id]")].map(one => one.id)
  return names.filter((name, place) => names.indexOf(name) !== place)
}"""

CONTRAST = """() => {
  const parse = words => {
    const parts = words.match(/[\\d.]+/g).map(Number)
    const scaled = words.startsWith("color(")
      ? parts.slice(-4).map((n, i) => i < 3 ? n * 255 : n) : parts
    return [...scaled.slice(0, 3), scaled.length > 3 ? scaled[3] : 1]
  }
  const over = (top, under) => [0, 1, 2].map(
    i => top[i] * top[3] + under[i] * (1 - top[3]))
  const light = color => {
    const [r, g, b] = color.map(v => {
      v /= 255
      return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const ground = node => {
    const layers = []
    for (; node; node = node.parentElement)
      layers.push(parse(getComputedStyle(node).backgroundColor))
    return layers.reverse().reduce((under, top) => over(top, under),
      [255, 255, 255])
  }
  const found = new Map()
  const article = document.querySelector("article")
  const walk = document.createTreeWalker(article, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const one = walk.currentNode.parentElement
    if (!walk.currentNode.data.trim() || one.closest("svg")) continue
    if (!one.checkVisibility({opacityProperty: true})) continue
    if (one.matches(".headerlink, .md-clipboard, button")) continue
    const under = ground(one)
    const text = over(parse(getComputedStyle(one).color), under)
    const [a, b] = [light(text), light(under)]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    const what = one.tagName + "." + one.className
    if (ratio < 4.5 && !found.has(what))
      found.set(what, [ratio.toFixed(2), walk.currentNode.data.trim()])
  }
  return [...found]
}"""


FIND = {
    "wider than the screen": TOO_WIDE,
    "small print": SMALL_PRINT,
    "two figures of a name": TWO_OF_A_NAME,
    "contrast below 4.5": CONTRAST,
}


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Iterator[tuple[Page, Visit]]:
    """Hold one window open for all pages."""
    with chromium.new_context(
        viewport=PHONE, reduced_motion="reduce"
    ) as context:
        context.set_default_timeout(PATIENCE_MS)
        visit = watched(context)
        yield context.new_page(), visit


def faults(page: Page) -> Iterator[str]:
    """Look at a page on a phone, in both themes, with every tab."""
    if page.locator("h1").count() != 1:
        yield "not one h1"
    for scheme in ("default", "slate"):
        page.evaluate(SCHEME, scheme)
        for tab in (0, 1):
            page.evaluate(SHOW_ALL, tab)
            for name, script in FIND.items():
                for found in page.evaluate(script):
                    yield f"{name}: {scheme}, tab {tab}: {found}"


def test_a_page_reads_well(
    reader: tuple[Page, Visit], root: str, address: str
) -> None:
    """Is a page whole on a phone of 360 pixels, in light and dark?

    It has one h1; only what is wide by nature scrolls, inside itself;
    words in figures stay readable; text has a contrast of 4.5 to 1 or
    more, as WCAG 2 asks; nothing comes from another machine.
    """
    page, visit = reader
    page.goto(root + address)
    assert list(faults(page)) == []
    assert visit == Visit()
