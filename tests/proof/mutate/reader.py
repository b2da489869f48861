"""Mutants of what a reader does with the site: press a copy button, paste."""

import sys
from collections.abc import Iterator
from itertools import pairwise

from tests.proof.mutate.gates import Mutant, PytestGate
from tests.proof.mutate.pages import samples, with_lines
from tests.proof.mutate.tree import SITE, Tree

BUTTON = f"{SITE}/assets/copy.js"
PUSH = "lines.push(line.textContent)"
CONTINUED = '<span class="gp">&gt; </span>'
TEST = (
    "tests/browser/test_copy.py::test_every_button_copies_what_has_to_be_typed"
)
PASTED = "tests/samples/test_paste.py::test_a_page_can_be_pasted_at_the_prompt"


def _pressed(address: str) -> tuple[PytestGate]:
    """The test that presses every button of a page."""
    return (PytestGate(("-m", "browser", f"{TEST}[{address}]")),)


def _with_continued_lines(tree: Tree) -> Iterator[tuple[str, str, str]]:
    """Name, address and HTML of pages with a command of many lines."""
    for page in sorted((tree.root / SITE).rglob("index.html")):
        html = page.read_text("utf-8")
        folder = page.parent.relative_to(tree.root / SITE).as_posix()
        if CONTINUED in html and folder != ".":
            name = page.relative_to(tree.root).as_posix()
            yield name, f"{folder}/", html


def button(tree: Tree) -> Iterator[Mutant]:
    """A copy button that loses the second line."""
    if not (tree.root / BUTTON).is_file():
        return
    old = tree.read(BUTTON)
    new = old.replace(PUSH, f"if (lines.length !== 1) {PUSH}", 1)
    for _, address, _ in _with_continued_lines(tree):
        files: dict[str, str | None] = {BUTTON: new}
        yield Mutant("copy: a line lost", address, files, _pressed(address))


def unmarked(tree: Tree) -> Iterator[Mutant]:
    """A line of a here-document that is marked up as output."""
    for name, address, old in _with_continued_lines(tree):
        new = old.replace(CONTINUED, '<span class="go">&gt; </span>', 1)
        files: dict[str, str | None] = {name: new}
        yield Mutant("copy: typed as output", name, files, _pressed(address))


def unended(tree: Tree) -> Iterator[Mutant]:
    """A compound statement without the empty line that a prompt waits for."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for place in samples(tree, "pycon"):
        gate = PytestGate((f"{PASTED}[{version}-{place[0]}]",))
        for number, (line, then) in enumerate(pairwise(place[2].lines)):
            if line == "..." and then and not then.startswith("..."):
                yield with_lines("pycon: no end", place, number, [], gate)


KINDS = (button, unmarked, unended)
"""Stopped by a press of the button in Chromium, and by a paste."""
