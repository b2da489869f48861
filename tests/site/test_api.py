"""The API pages hold every module, in the order in which they are read."""

from pathlib import Path

import pytest
from markdown import Markdown

from tests.proof.project import ROOT
from tests.proof.site.api import NotOnOnePageError, Pages
from tests.proof.site.reading_order import UnorderedError, disorder, in_order


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
    docs = (ROOT / "docs").rglob("*.md")
    assert not Pages(page.read_text("utf-8") for page in docs).complaints()


def test_a_module_on_no_page_or_on_two_is_named(project: Path) -> None:
    whole = "::: epollref\n\n::: epollref.first\n\n::: epollref.second.*\n"
    assert Pages([whole], project).complaints() == []
    (project / "epollref" / "third.py").write_text('"""Forgotten."""\n')
    assert Pages([whole, "::: epollref.first"], project).complaints() == [
        "epollref.first stands on 2 API pages",
        "epollref.third stands on 0 API pages",
    ]


def test_the_build_ends_where_a_module_has_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever adds a module is told at once, by the generator itself."""
    monkeypatch.setattr("tests.proof.site.api.ROOT", tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "api.md").write_text("::: epollref.masks\n")
    page = Markdown(extensions=["tests.proof.site.api"])
    with pytest.raises(NotOnOnePageError, match=r"epollref\.trace\.items"):
        page.convert("::: epollref.masks")


def test_a_part_is_written_out_in_the_order_of_reading(project: Path) -> None:
    pages = Pages(["::: epollref.*"], project)
    assert pages.modules("::: epollref.*") == [
        "epollref",
        "epollref.first",
        "epollref.second",
        "epollref.second.deep",
    ]
    assert pages.expanded("::: reading-order").splitlines() == [
        "1. [`first`][epollref.first]: What comes first.",
        "1. [`second`][epollref.second]: What comes second.",
        "   [`deep`][epollref.second.deep]",
    ]


def test_a_part_with_a_line_of_its_own_is_left_out(project: Path) -> None:
    """And options belong to each module of the line above them."""
    own = "::: epollref.second.*\n    options:\n      members: false\n\nb"
    pages = Pages(["::: epollref.*", own], project)
    assert pages.complaints() == []
    assert pages.modules("::: epollref.*") == ["epollref", "epollref.first"]
    options = "\n    options:\n      members: false"
    assert pages.expanded(own) == (
        f"::: epollref.second{options}\n\n"
        f"::: epollref.second.deep{options}\n\nb"
    )


def test_a_package_without_an_order_is_refused(project: Path) -> None:
    inner = project / "epollref" / "second" / "deeper"
    inner.mkdir()
    (inner / "__init__.py").write_text('"""No contract is about it."""\n')
    with pytest.raises(UnorderedError, match=r"layers for epollref\.second\.d"):
        list(in_order("epollref.second.deeper", project))


def test_each_docstring_tells_the_order_of_its_contract() -> None:
    """Who reads the package and who reads the site go the same way."""
    assert list(disorder()) == []


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ("``first``, then ``second``", []),
        ("``second``, then ``first``", ["epollref tells second before first"]),
        ("``first``", ["epollref does not say where second is read"]),
    ],
)
def test_an_order_told_otherwise_is_found(
    project: Path, told: str, complaint: list[str]
) -> None:
    (project / "epollref" / "__init__.py").write_text(
        f'"""All of it: {told}."""'
    )
    (project / "epollref" / "second" / "__init__.py").write_text(
        '"""What comes second: ``deep``."""\n'
    )
    assert list(disorder(project)) == complaint
