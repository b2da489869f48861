"""What `make serve` adds to an open page: the badge fills, the page is new."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS, SITE, Visit, watched
from tests.proof.samples.ledger import UNFINISHED, Ledger
from tests.proof.site.serve.live import Live, Now
from tests.proof.site.serve.transport import Server, serving

pytestmark = pytest.mark.browser

PAGE = "concepts/edge"
BADGE = ".ep-badge"


@pytest.fixture
def live(tmp_path: Path) -> Live:
    """A copy of one page of the site; its samples are running."""
    shutil.copytree(SITE / "assets", tmp_path / "assets")
    shutil.copytree(SITE / PAGE, tmp_path / PAGE)
    shutil.copytree(SITE / "search", tmp_path / "search")
    return Live(Now(tmp_path, running=True))


@pytest.fixture
def open_page(chromium: Browser, live: Live) -> Iterator[Page]:
    """The page, open in a window."""
    with (
        serving(Server(0, live)) as root,
        chromium.new_context() as context,
    ):
        context.set_default_timeout(PATIENCE_MS)
        visit = watched(context)
        page = context.new_page()
        page.goto(f"{root}{PAGE}/")
        yield page
        assert visit == Visit()


def test_the_badge_fills_in_without_a_reload(
    open_page: Page, live: Live
) -> None:
    """It counts while the samples run, and then says what they met."""
    badge = open_page.locator(BADGE)
    open_page.evaluate("window.kept = true")
    expect(badge).to_contain_text("running on this machine")
    live.now = replace(live.now, ran=212, of=508, said={})
    expect(badge).to_contain_text("running on this machine: 212 of 508")
    expect(badge.locator("a")).to_have_attribute(
        "href", "../../evidence/#evidence"
    )
    ledger = Ledger(UNFINISHED, {"Linux": "6.18", "Python": "3.11"})
    live.now = replace(live.now, running=False, ledger=ledger, said={})
    expect(badge).to_contain_text("did not run · Linux 6.18")
    assert open_page.evaluate("window.kept") is True


def test_a_page_that_was_built_again_is_loaded_again(
    open_page: Page, live: Live
) -> None:
    """But not for its badge, which is filled in."""
    place = live.now.site / PAGE / "index.html"
    text = place.read_text("utf-8")
    open_page.evaluate("window.kept = true")
    place.write_text(
        text.replace("</article>", "<p>Zebra</p></article>"), "utf-8"
    )
    expect(open_page.get_by_text("Zebra")).to_be_visible()
    assert open_page.evaluate("window.kept") is None


def test_the_published_page_has_no_such_script(page: Page) -> None:
    """It asks for nothing."""
    assert "~live" not in page.content()
