"""What a reader can take away from a page, without this project."""

import re
from collections.abc import Iterator

import pytest

from tests.proof.project import ROOT
from tests.proof.samples.fences import fences
from tests.proof.samples.structure import owner

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


CONCEPTS = ("calls/", "concepts/", "lifetime/")
TAB = re.compile(r"^===!? \"(Python|C)\"\n\n    ```(python|c)\b", re.M)
LENGTH = range(10, 41)
OUTPUT = ("#>", "//>")


def whole_programs(text: str) -> set[str]:
    """The languages in which a page has a program to take away.

    It stands in the page and in a tab, is neither a fragment nor long,
    and prints something.
    """
    tabs = {match.end() for match in TAB.finditer(text)}
    found = set()
    for fence in fences(text):
        if owner(fence) not in ("python", "c") or not any(
            fence.start <= tab <= fence.body for tab in tabs
        ):
            continue
        outputs = [
            line for line in fence.lines if line.strip().startswith(OUTPUT)
        ]
        if outputs and len(fence.lines) - len(outputs) in LENGTH:
            found.add(fence.language)
    return found


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.startswith(CONCEPTS)]
)
def test_a_concept_has_a_whole_program_in_both_languages(page: str) -> None:
    """Excerpts do not run alone; this does."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    assert whole_programs(text) == {"python", "c"}


def program(language: str, mark: str, lines: int) -> str:
    body = "".join(f"    {n};\n" for n in range(lines - 1))
    tab = {"python": "Python", "c": "C"}[language]
    code = f"{body}    8\n    {mark} 8\n"
    return f'=== "{tab}"\n\n    ```{language}\n{code}    ```\n'


def test_what_is_no_whole_program_is_not_counted() -> None:
    """Too short, too long, silent, not in a tab, or cut from a file."""
    whole = program("python", "#>", 10) + program("c", "//>", 40)
    assert whole_programs(whole) == {"python", "c"}
    for text in (
        program("python", "#>", 9),
        program("c", "//>", 41),
        program("python", "#", 20),
        program("python", "#>", 20).replace('=== "Python"', "Words."),
        '=== "C"\n\n    ```c\n    --8<-- "snippets/a.c:b"\n    ```\n',
    ):
        assert whole_programs(text) == set(), text
