"""The diff of a broken twin is what the two files differ in."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html
from pymdownx.superfences import (  # type: ignore[import-untyped] # no types
    SuperFencesException,
)

from tests.site import figures, figures_twin

TWINS = sorted(
    str(path.relative_to(figures_twin.SNIPPETS))
    for path in figures_twin.SNIPPETS.rglob("*_broken_*")
    if path.suffix in (".py", ".c")
)
GOOD = '''"""An echo.

It drains.
"""

import os


# --8<-- [start:drain]
def drain(fd):
    while True:
        if not os.read(fd, 10):
            return
# --8<-- [end:drain]
'''


@pytest.fixture
def snippets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(figures_twin, "SNIPPETS", tmp_path)
    (tmp_path / "echo.py").write_text(GOOD)
    return tmp_path


def test_only_the_change_and_its_surroundings_are_shown(
    snippets: Path,
) -> None:
    """Are header and markers left out, and the changed lines marked?"""
    broken = GOOD.replace("An echo.", "breaks: EP001").replace(
        "while True", "if True"
    )
    (snippets / "echo_broken_once.py").write_text(broken)
    shown = figures_twin.diff(snippets / "echo_broken_once.py")
    assert [row.sign + row.text for row in shown] == [
        "gap",
        " def drain(fd):",
        "-    while True:",
        "+    if True:",
        "         if not os.read(fd, 10):",
        "             return",
    ]
    block = html.fragment_fromstring(figures.twin("echo_broken_once.py\n"))
    (pre,) = block.xpath(".//pre[@class='twin']")
    assert "- " + "    while True:" in pre.text_content()
    assert "breaks EP001" in block.text_content()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("echo_broken_gone.py", "echo_broken_gone.py"),
        ("echo.py", "no broken twin"),
        ("echo_broken_same.py", "does not differ"),
    ],
)
def test_a_twin_that_cannot_be_shown_stops_the_build(
    snippets: Path, name: str, why: str
) -> None:
    """Is there an error that says which twin and why?"""
    (snippets / "echo_broken_same.py").write_text(GOOD)
    with pytest.raises(SuperFencesException, match=why):
        figures.twin(name)


@pytest.mark.parametrize("name", TWINS)
def test_every_twin_of_the_snippets_can_be_shown(name: str) -> None:
    """Does the shown diff hold every changed line, and no header?"""
    broken = figures_twin.SNIPPETS / name
    rows = figures_twin.diff(broken)
    good = figures_twin.load(figures_twin.sibling(broken))
    bad = figures_twin.load(broken)
    assert bad.breaks
    removed = [row.text for row in rows if row.sign == "-"]
    added = [row.text for row in rows if row.sign == "+"]
    assert sorted([*good.lines, *added]) == sorted([*bad.lines, *removed])
