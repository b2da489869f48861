"""The included lines are those that the site shows."""

from pathlib import Path

import pytest
from markdown import Markdown

from tests.proof.samples.identity import tidy
from tests.proof.samples.includes import IncludeError, shown

PROGRAM = """\
import os
# --8<-- [start:outer]
def f():
    # --8<-- [start:inner]
    x = 1

    if x:
        x = 2
    # --8<-- [end:inner]
    return x
# --8<-- [end:outer]
# --8<-- [start:open]
y = 1
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one program."""
    (tmp_path / "snippets").mkdir()
    (tmp_path / "snippets" / "x.py").write_text(PROGRAM, "utf-8")
    return tmp_path


@pytest.mark.parametrize("section", ["outer", "inner"])
def test_the_site_shows_the_same_lines(root: Path, section: str) -> None:
    """pymdownx.snippets is what expands them on the site."""
    line = f'--8<-- "snippets/x.py:{section}"'
    options = {"base_path": [str(root)], "dedent_subsections": True}
    markdown = Markdown(
        extensions=["pymdownx.snippets"],
        extension_configs={"pymdownx.snippets": options},
    )
    lines = markdown.preprocessors["snippet"].run([line])
    assert tidy(shown(root, line).text) == tidy("\n".join(lines))


def test_the_lines_have_their_numbers(root: Path) -> None:
    """A line trace counts in them; markers are no lines of a section."""
    assert shown(root, '--8<-- "snippets/x.py:outer"').numbers == (
        *(3, 5, 6, 7, 8),
        10,
    )


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('--8<-- "snippets/y.py:inner"', "no file"),
        ('--8<-- "snippets/x.py:gone"', "no section"),
        ('--8<-- "snippets/x.py:open"', "no end"),
        ('--8<-- "snippets/x.py"', "write it as"),
        ('--8<-- "snippets/x.py:1:3"', "write it as"),
        ('--8<-- "tests/x.py:inner"', "only snippets/, "),
    ],
)
def test_what_is_not_there_cannot_be_included(
    root: Path, line: str, why: str
) -> None:
    """A missing section would be an empty block on the page."""
    with pytest.raises(IncludeError, match=why):
        shown(root, line)
