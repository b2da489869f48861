"""The diff of a broken twin is what the two files differ in."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html
from pymdownx.superfences import (  # type: ignore[import-untyped] # no types
    SuperFencesException,
)

from tests.proof.project import ROOT
from tests.proof.samples.identity import digest
from tests.proof.samples.twins import SNIPPETS, body, sibling, twin
from tests.proof.site import figures, figures_twin
from tests.proof.site.check_blocks import blocks, parsed

TWINS = sorted(
    str(path.relative_to(ROOT / SNIPPETS))
    for path in (ROOT / SNIPPETS).rglob("*_broken_*")
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
    monkeypatch.setattr(figures_twin, "ROOT", tmp_path)
    folder = tmp_path / SNIPPETS
    folder.mkdir()
    (folder / "echo.py").write_text(GOOD)
    return folder


def test_only_the_change_and_its_surroundings_are_shown(
    snippets: Path,
) -> None:
    """Are header and markers left out, and the changed lines marked?"""
    broken = GOOD.replace("An echo.", "breaks: EP001").replace(
        "while True", "if True"
    )
    (snippets / "echo_broken_once.py").write_text(broken)
    shown = twin(snippets.parent, "echo_broken_once.py")
    assert [row.sign + row.text for row in shown.rows] == [
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
        ("echo_broken_lost.py", "no rule is called 'EP099'"),
        ("echo_broken_mute.py", "no rule is called None"),
    ],
)
def test_a_twin_that_cannot_be_shown_stops_the_build(
    snippets: Path, name: str, why: str
) -> None:
    """Is there an error that says which twin and why?"""
    (snippets / "echo_broken_same.py").write_text(GOOD)
    mute = GOOD.replace("while", "if")
    (snippets / "echo_broken_mute.py").write_text(mute)
    lost = mute.replace("It drains.", "breaks: EP099")
    (snippets / "echo_broken_lost.py").write_text(lost)
    with pytest.raises(SuperFencesException, match=why):
        figures.twin(name)


@pytest.mark.parametrize("name", TWINS)
def test_every_twin_of_the_snippets_can_be_shown(name: str) -> None:
    """Does the shown diff hold every changed line, and no header?"""
    broken = ROOT / SNIPPETS / name
    rows = twin(ROOT, name).rows
    removed = [row.text for row in rows if row.sign == "-"]
    added = [row.text for row in rows if row.sign == "+"]
    good, bad = body(sibling(broken)), body(broken)
    assert sorted([*good, *added]) == sorted([*bad, *removed])


@pytest.mark.parametrize("name", TWINS)
def test_the_site_shows_what_the_ledger_has_a_digest_of(name: str) -> None:
    """Is the drawn diff, as the checker reads it, the twin's text?"""
    (block,) = blocks(parsed(figures_twin.draw(name)))
    assert block.kind == "twin"
    assert block.digests == (digest("twin", twin(ROOT, name).text),)
