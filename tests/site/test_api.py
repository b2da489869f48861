"""The API pages hold every module, in the order in which they are read."""

from pathlib import Path

import pytest
from markdown import Markdown

from tests.proof.project import ROOT
from tests.proof.site.api import (
    NotOnOnePageError,
    complaints,
    expanded,
    modules_of,
)
from tests.proof.site.reading_order import UnorderedError, in_order

PAGES = [
    page.read_text("utf-8") for page in sorted((ROOT / "docs").rglob("*.md"))
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A package of two parts, and a contract about them."""
    for name, idea in (
        ("__init__", "All of it."),
        ("first", "What comes first."),
        ("second/__init__", "What comes second.\n\nMore of it."),
        ("second/deep", "Deep in it."),
    ):
        file = tmp_path / "epollref" / f"{name}.py"
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text(f'"""{idea}"""\n')
    (tmp_path / "pyproject.toml").write_text("""
[[tool.importlinter.contracts]]
type = "layers"
containers = ["epollref"]
layers = ["second", "first"]
[[tool.importlinter.contracts]]
type = "layers"
containers = ["epollref.second"]
layers = ["deep"]
""")
    return tmp_path


def test_every_module_stands_on_one_page() -> None:
    assert not complaints(PAGES)


def test_a_module_on_no_page_or_on_two_is_named(project: Path) -> None:
    whole = "::: epollref\n\n::: epollref.first\n\n::: epollref.second.*\n"
    assert complaints([whole], project) == []
    (project / "epollref" / "third.py").write_text('"""Forgotten."""\n')
    assert complaints([whole, "::: epollref.first"], project) == [
        "epollref.first stands on 2 API pages",
        "epollref.third stands on 0 API pages",
    ]


def test_the_build_ends_where_a_module_has_no_page(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever adds a module is told at once, by the generator itself."""
    monkeypatch.setattr("tests.proof.site.api.ROOT", project)
    (project / "docs").mkdir()
    (project / "docs" / "api.md").write_text("::: epollref.first\n")
    page = Markdown(extensions=["tests.proof.site.api"])
    monkeypatch.setattr(
        "tests.proof.site.api.complaints",
        lambda pages: complaints(pages, project),
    )
    with pytest.raises(NotOnOnePageError, match=r"epollref\.second\.deep"):
        page.convert("::: epollref.first")


def test_a_part_is_written_out_in_the_order_of_reading(project: Path) -> None:
    assert modules_of("::: epollref.*", project) == [
        "epollref",
        "epollref.first",
        "epollref.second",
        "epollref.second.deep",
    ]
    assert expanded("a\n\n::: epollref.second.*\n\nb", project) == (
        "a\n\n::: epollref.second\n\n::: epollref.second.deep\n\nb"
    )
    assert expanded("::: reading-order", project).splitlines() == [
        "1. [`first`][epollref.first]: What comes first.",
        "1. [`second`][epollref.second]: What comes second.",
        "   [`deep`][epollref.second.deep]",
    ]


def test_a_package_without_an_order_is_refused(project: Path) -> None:
    inner = project / "epollref" / "second" / "deeper"
    inner.mkdir()
    (inner / "__init__.py").write_text('"""No contract is about it."""\n')
    with pytest.raises(UnorderedError, match=r"layers for epollref\.second\.d"):
        list(in_order("epollref.second.deeper", project))
