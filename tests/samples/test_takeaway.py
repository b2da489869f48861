"""What a reader can take away from a page, without this project."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.samples.fences import fences
from tests.samples.structure import owner

ROOT = Path(__file__).parents[2]
ABOUT_EPOLLREF = ("server/", "model/", "reference/", "debugging/", "python.md")
IMPORT = re.compile(r"^(?:>>>|\.\.\.) +(?:import|from) epollref\b", re.M)
PAGES = [
    page.relative_to(ROOT / "docs").as_posix()
    for page in sorted(ROOT.glob("docs/**/*.md"))
]


def own_imports(text: str) -> Iterator[str]:
    """The sessions' lines that import this project."""
    for fence in fences(text):
        if owner(fence) == "pycon":
            yield from IMPORT.findall(fence.source)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if not page.startswith(ABOUT_EPOLLREF)]
)
def test_a_page_on_epoll_needs_the_standard_library_only(page: str) -> None:
    """Its subject is not epollref, so a reader need not have it."""
    assert not list(own_imports((ROOT / "docs" / page).read_text("utf-8")))


@pytest.mark.parametrize(
    "line", ["import epollref", "from epollref.masks import EPOLLIN"]
)
def test_an_import_in_a_session_is_found(line: str) -> None:
    """At the margin and in a folded block."""
    session = f"```pycon\n>>> import os\n>>> {line}\n\n```\n"
    assert list(own_imports(session))
    inside = "".join(f"    {each}\n" for each in session.splitlines())
    assert list(own_imports(f"??? question\n\n{inside}"))
