"""Every program stands whole on one page, and every excerpt leads there."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown import Markdown

from tests.proof.project import ROOT
from tests.proof.samples.fences import fences
from tests.proof.samples.files import (
    KINDS,
    LANGUAGE,
    FileError,
    anchor,
    expanded,
    whole_file,
)
from tests.proof.samples.includes import is_include, shown

PROGRAM = '''\
"""Says hello.

At length.
"""

# --8<-- [start:hello]
print("hello")
# --8<-- [end:hello]
'''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one program, and its broken twin."""
    folder = tmp_path / "snippets" / "words"
    folder.mkdir(parents=True)
    (folder / "x.py").write_text(PROGRAM)
    twin = PROGRAM.replace("At length.", "breaks: EP001")
    (folder / "x_broken_y.py").write_text(twin)
    return tmp_path


def fenced(language: str) -> Iterator[tuple[Path, str]]:
    """The bodies of all fences of a language, and their pages."""
    for page in (ROOT / "docs").rglob("*.md"):
        for fence in fences(page.read_text("utf-8")):
            if fence.language == language:
                yield page, fence.source.strip()


def test_every_program_stands_whole_on_one_page() -> None:
    """All of snippets/, and whatever else a page shows a piece of."""
    programs = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "snippets").rglob("*")
        if path.suffix in KINDS
    }
    cut = {
        shown(ROOT, body).path
        for kind in KINDS.values()
        for _, body in fenced(kind)
        if is_include(body)
    }
    whole = Counter(body for _, body in fenced(LANGUAGE))
    assert whole == Counter(programs | cut)
    assert len(cut) > 20


def test_the_raw_files_are_published() -> None:
    """A link from docs/ reaches each file, and the link is relative."""
    for page, body in fenced(LANGUAGE):
        raw = ROOT / "docs" / whole_file(ROOT, body).raw
        assert raw.samefile(ROOT / body), body
        assert page.parent.parent == ROOT / "docs", "../ leads to docs/"
    for link in (ROOT / "docs").rglob("*"):
        if link.is_symlink():
            assert not os.readlink(link).startswith("/")


def test_a_file_is_shown_with_all_its_lines(root: Path) -> None:
    """Its header's first sentence, a link to the raw file, the text."""
    page = expanded(root, f"```{LANGUAGE}\nsnippets/words/x.py\n```\n")
    assert page == (
        "## x.py { #file-words-x-py }\n\n"
        "Says hello. [Download x.py](../snippets/words/x.py)"
        '{ .ep-download download="x.py" }\n\n'
        '```python title="snippets/words/x.py"\n'
        '"""Says hello.\n\nAt length.\n"""\n\nprint("hello")\n```\n'
    )


def test_a_twin_is_shown_as_one(root: Path) -> None:
    """Nobody shall copy it unawares."""
    page = expanded(root, f"```{LANGUAGE}\nsnippets/words/x_broken_y.py\n```\n")
    assert (
        "The broken twin of [x.py](#file-words-x-py): it breaks EP001."
    ) in page


def test_an_excerpt_says_where_it_is_cut_from(root: Path) -> None:
    """The title names the file and the lines."""
    fence = '```python title="words/x.py" hl_lines="1"\n{}\n```\n'
    include = '--8<-- "snippets/words/x.py:hello"'
    assert expanded(root, fence.format(include)) == (
        f'```python title="words/x.py, line 7" hl_lines="1"\n{include}\n```\n'
    )


def test_the_title_of_an_excerpt_is_a_link() -> None:
    """autorefs finds the heading, on whichever page it stands."""
    site = Markdown(
        extensions=[
            *("tests.proof.site.programs", "pymdownx.superfences"),
            *("pymdownx.highlight", "pymdownx.snippets", "attr_list", "toc"),
        ],
        extension_configs={"pymdownx.snippets": {"base_path": [str(ROOT)]}},
    )
    page = site.convert(
        '```python title="edge/echo.py"\n'
        '--8<-- "snippets/edge/echo.py:drain"\n```\n'
    )
    name = anchor("snippets/edge/echo.py")
    assert f'<autoref identifier="{name}" optional>edge/echo.py<' in page
    whole = site.convert(f"```{LANGUAGE}\nsnippets/edge/echo.py\n```\n")
    assert f'<h2 id="{name}">' in whole


@pytest.mark.parametrize(
    "path",
    [
        *("snippets/words/z.py", "snippets/words", "snippets/../x.py"),
        *("tests/x.py", "snippets/words/x.epoll", ""),
    ],
)
def test_what_no_test_runs_is_not_shown(root: Path, path: str) -> None:
    """It would look proven."""
    (root / "x.py").write_text(PROGRAM)
    with pytest.raises(FileError):
        whole_file(root, path)
