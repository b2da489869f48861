"""A real Chromium, the built site, and an eye on every request.

The site is build/site (another one can be named by SITE); it is served
on a free port of this machine.  The browser is the system's, driven by
Playwright without its pytest plugin, whose event loop would outlive it.
Whatever a test does, its page may neither ask another machine for
anything nor report an error: that is checked when the test ends.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    ViewportSize,
    sync_playwright,
)

from tests.proof.required import cannot_run
from tests.proof.site.serve.transport import file_server, serving

SITE = Path(os.environ.get("SITE", "build/site")).resolve()
NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome"]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


DESK: ViewportSize = {"width": 1280, "height": 900}
PATIENCE_MS = 20_000


@dataclass
class Visit:
    """What a page asked for and complained about."""

    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def pages() -> list[str]:
    """Return the address of every page of the built site, from its root."""
    found = (
        path.parent.relative_to(SITE).as_posix()
        for path in SITE.rglob("index.html")
    )
    return sorted("" if path == "." else f"{path}/" for path in found)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that takes an `address` every page of the site."""
    if "address" in metafunc.fixturenames:
        metafunc.parametrize("address", pages() or ["no site"])


def find_chromium() -> str | None:
    """Return the path of the system's browser, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def root() -> Iterator[str]:
    """Serve the site for all tests."""
    if not (SITE / "index.html").exists():
        pytest.fail(f"there is no site in {SITE}: make site", pytrace=False)
    with serving(file_server(SITE, 0)) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium."""
    path = find_chromium()
    if path is None:
        cannot_run(f"not run: none of {', '.join(NAMES)} is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def watched(context: BrowserContext) -> Visit:
    """Refuse and note every foreign request; note every error."""
    visit = Visit()

    def allow_only_loopback(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            visit.foreign.append(route.request.url)
            route.abort()

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            visit.errors.append(message.text)

    context.route("**/*", allow_only_loopback)
    context.on("console", note)
    context.on("weberror", lambda error: visit.errors.append(str(error.error)))
    return visit


@pytest.fixture
def page(chromium: Browser, root: str) -> Iterator[Page]:
    """Open the front page in a new window that may use the clipboard."""
    with chromium.new_context(viewport=DESK) as context:
        context.set_default_timeout(PATIENCE_MS)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        visit = watched(context)
        page = context.new_page()
        page.goto(root)
        yield page
        assert visit == Visit()
