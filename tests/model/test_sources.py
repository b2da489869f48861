"""The digest of what a comparison rests on: what changes it, what does not."""

import json
import shutil
from pathlib import Path

import pytest

from epollref.model.verify.sources import (
    PACKAGE,
    digest,
    digest_of,
    sources,
)
from tests.proof.beliefs.fresh import complaint


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package, to be changed."""
    folder = tmp_path / "epollref"
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("*.pyc"))
    return folder


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_model_and_drivers_count_and_what_prints_does_not() -> None:
    names = {str(file.relative_to(PACKAGE)) for file in sources()}
    assert {"linux.py", "masks.py", "model/epoll.py", "model/tcp.py"} <= names
    assert {
        f"model/{name}.py"
        for name in (
            "host/kernel",
            "scripts/player",
            "verify/compare",
            "verify/generator",
            "verify/towers",
        )
    } <= names
    assert not {name for name in names if name.startswith("commands/")}


def test_each_source_changes_the_digest(copy: Path) -> None:
    before = digest(copy)
    for file in sources(copy):
        own = digest_of(file)
        file.write_text(file.read_text() + "\ndef make():\n    return 1\n")
        assert digest_of(file) != own, file
    assert digest(copy) != before == digest()


def test_words_layout_and_imports_do_not_count(copy: Path) -> None:
    before = digest(copy)
    for file in sources(copy):
        change(file, '"""', '"""In other words: ')
    change(copy / "model" / "epoll.py", "\nclass ", "\n# a remark\n\n\nclass ")
    (copy / "trace" / "notation.py").write_text("")
    assert digest(copy) == before


def test_of_the_values_of_calls_counts_how_they_are_made(copy: Path) -> None:
    before, file = digest(copy), copy / "trace" / "calls" / "epoll.py"
    change(file, 'name: str = "epoll_ctl"', 'name: str = "other"')
    assert digest(copy) == before
    change(file, "kernel.epoll_create1(", "kernel.epoll_create(")
    assert digest(copy) != before


def test_a_stale_result_is_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "verify.json"
    file.write_text(json.dumps({"sources": digest()}))
    assert complaint(file) is None
    for old in ({"sources": "0" * 64}, {}):
        file.write_text(json.dumps(old))
        said = complaint(file)
        assert said is not None
        assert said.endswith("run `make long`")
        assert "\n" not in said
