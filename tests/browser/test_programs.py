"""A reader takes a program away: from the excerpt to a file that runs."""

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SITE
from tests.proof.samples.tools import require

pytestmark = pytest.mark.browser
PROJECT = Path(__file__).parents[2]
# The page of an excerpt, its tab, and the program that it is cut from.
EXCERPTS = [
    ("concepts/edge/", "Python", "edge/echo.py"),
    ("concepts/edge/", "C", "edge/echo.c"),
    ("concepts/level/", "Python", "level/echo.py"),
    ("concepts/writing/", "C", "writing/backpressure.c"),
    ("concepts/oneshot/", "C", "oneshot/rearm.c"),
]


@pytest.mark.parametrize(("where", "tab", "name"), EXCERPTS)
def test_an_excerpt_leads_to_a_file_that_runs(
    page: Page, root: str, tmp_path: Path, where: str, tab: str, name: str
) -> None:
    """Follow the title, download, compile, start, talk, stop."""
    page.goto(root + where)
    page.locator(".tabbed-labels > label", has_text=only(tab)).first.click()
    title = page.locator("span.filename:visible", has_text=name).first
    expect(title).to_have_text(re.compile(rf"{re.escape(name)}, lines? \d+"))
    title.locator("a").click()
    heading = page.locator(f"h2:has-text('{Path(name).name}')").first
    expect(heading).to_be_in_viewport()
    with page.expect_download() as download:
        page.locator(f"a[download][href$='/{name}']").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.read_bytes() == (PROJECT / "snippets" / name).read_bytes()
    assert answers(started(file)) == b"hello"


def test_a_copied_file_is_the_file(page: Page, root: str) -> None:
    """The button copies all of it, but for the markers of excerpts."""
    page.goto(f"{root}programs/edge/")
    block = page.locator(".highlight", has_text="edge/echo.py").first
    block.locator("button[data-md-type=copy], .md-clipboard").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    whole = (PROJECT / "snippets/edge/echo.py").read_text().splitlines()
    shown = [line for line in whole if "# --8<-- [" not in line]
    assert len(shown) < len(whole)
    assert copied.rstrip().split("\n") == shown


def test_every_excerpt_leads_to_its_file() -> None:
    """No title of the built site is left without its link."""
    titles = [
        found
        for path in SITE.rglob("index.html")
        for found in re.findall(
            r'<span class="filename">(.+?)</span>', path.read_text("utf-8")
        )
    ]
    excerpts = [each for each in titles if re.search(r", lines? \d+", each)]
    assert len(excerpts) > 100
    assert [each for each in excerpts if "<a " not in each] == []


def only(text: str) -> re.Pattern[str]:
    """A label that says this and nothing else."""
    return re.compile(rf"^\s*{text}\s*$")


def started(file: Path) -> list[str]:
    """What starts a downloaded program, compiled if it has to be."""
    if file.suffix == ".py":
        return [sys.executable, str(file)]
    require({"cc"})
    program = file.with_suffix("")
    command = ["cc", "-std=gnu17", "-Wall", "-Wextra", "-Werror", "-pthread"]
    subprocess.run([*command, "-o", program, file], check=True)
    return [str(program)]


def answers(command: list[str]) -> bytes:
    """What an echo server sends back; it has to end with status 0."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            ready, port = server.stdout.readline().split()
            assert ready == "READY"
            with socket.create_connection(("127.0.0.1", int(port))) as peer:
                peer.settimeout(60)
                peer.sendall(b"hello")
                said = peer.recv(5, socket.MSG_WAITALL)
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
    return said
