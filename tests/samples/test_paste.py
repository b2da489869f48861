"""What the reader copies from a session runs at the prompt."""

import doctest
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import epollref
from tests.proof.project import ROOT
from tests.proof.samples.interpreters import interpreters
from tests.proof.samples.paste import copied, differences, of_page

PAGES = [
    page.relative_to(ROOT).as_posix()
    for page in [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md"]
    if "```pycon" in page.read_text("utf-8")
]
_PARSER = doctest.DocTestParser()


def pasted_page(text: str, version: str, scratch: Path) -> list[str]:
    """How a page differs from what happens at the prompt."""
    return [
        str(each)
        for each in differences(
            of_page(text),
            _PARSER.get_examples(text),
            interpreters()[version],
            ROOT,
            scratch,
        )
    ]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("version", interpreters())
def test_a_page_can_be_pasted_at_the_prompt(
    version: str, page: str, tmp_path: Path
) -> None:
    """From the top, block by block, with the outputs that it shows."""
    text = (ROOT / page).read_text("utf-8")
    assert not "\n".join(pasted_page(text, version, tmp_path))


def docstrings() -> list[doctest.DocTest]:
    """Every docstring of the package that holds a session."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    modules = [
        import_module(found.name)
        for found in walk_packages(epollref.__path__, "epollref.")
        if not found.name.endswith("__main__")
    ]
    return [
        found
        for module in modules
        for found in finder.find(module)
        if found.examples
    ]


@pytest.mark.parametrize("version", interpreters())
def test_a_docstring_can_be_pasted_at_the_prompt(
    version: str, tmp_path: Path
) -> None:
    """It imports what it uses: the reader is not inside the module."""
    found = docstrings()
    assert found
    for each in found:
        left = differences(
            copied(each.docstring or ""),
            each.examples,
            interpreters()[version],
            ROOT,
            tmp_path,
        )
        assert not "\n".join(map(str, left)), each.name


FAULTS = {
    "no empty line ends the function": (
        "```pycon\n>>> def f():\n...     return 1\n>>> f()\n1\n\n```\n",
        "SyntaxError",
    ),
    "an empty line inside the function": (
        "```pycon\n>>> def f():\n...     x = 1\n...\n...     return x\n"
        "...\n>>> f()\n1\n\n```\n",
        "IndentationError",
    ),
    "another output": ("```pycon\n>>> 1\n2\n\n```\n", "shows\n2"),
    "another errno": (
        "```pycon\n>>> open('/x')\nTraceback (most recent call last):\n"
        "  ...\nFileNotFoundError: [Errno 3] gone\n\n```\n",
        "[Errno 2]",
    ),
    "an empty line too many": (
        "```pycon\n>>> x = 1\n...\n\n```\n",
        "1 more prompts",
    ),
    "a block that needs one that failed": (
        "```pycon\n>>> x\n1\n\n```\n\n```pycon\n>>> y = x\n\n```\n",
        "NameError",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_pasted_is_found(fault: str, tmp_path: Path) -> None:
    """And the report shows what the prompt said."""
    text, why = FAULTS[fault]
    (found,) = pasted_page(text, next(iter(interpreters())), tmp_path)
    assert why in found


def test_prompts_and_outputs_are_not_copied() -> None:
    """A lone `...` is the empty line that ends a statement."""
    session = ">>> for x in 1, 2:\n...     x\n...\n1\n2\n>>> x\n2\n\n"
    assert copied(session) == "for x in 1, 2:\n    x\n\nx\n"


def test_our_own_interpreter_is_among_those_that_are_tried() -> None:
    """And the later ones are later."""
    ours, *later = interpreters()
    assert ours == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert all(int(each[2:]) > sys.version_info.minor for each in later)
