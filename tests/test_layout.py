"""Where things lie: machinery and tests apart, one idea in a file."""

from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PROOF = "tests.proof"
LONGEST_FILE = 300
"""Lines: what is longer holds more than one idea."""
CODE = ("conftest.py", "epollref", "tests", "snippets")


def too_long(root: Path) -> dict[str, int]:
    """Return the Python files that are too long, and their lines."""
    files = [
        file
        for part in CODE
        for file in [root / part, *(root / part).rglob("*.py")]
        if file.is_file()
    ]
    lengths = {
        str(file.relative_to(root)): file.read_bytes().count(b"\n")
        for file in files
    }
    assert lengths
    return {
        name: lines for name, lines in lengths.items() if lines > LONGEST_FILE
    }


def test_no_file_is_too_long() -> None:
    """Who reads one has one idea to hold."""
    assert too_long(ROOT) == {}


@pytest.mark.parametrize("name", ["epollref/a/b.py", "conftest.py"])
def test_a_file_that_is_too_long_is_found(name: str, tmp_path: Path) -> None:
    """In any folder; one line less is fine."""
    place = tmp_path / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("pass\n" * LONGEST_FILE)
    assert too_long(tmp_path) == {}
    place.write_text("pass\n" * (LONGEST_FILE + 1))
    assert too_long(tmp_path) == {name: LONGEST_FILE + 1}


def test_the_proof_imports_no_test() -> None:
    """What runs the samples is complete without the tests of it."""
    graph = grimp.build_graph("tests", cache_dir=None)
    proof = {PROOF, *graph.find_descendants(PROOF)}
    strays = {
        f"{module} imports {found}"
        for module in proof
        for found in graph.find_modules_directly_imported_by(module) - proof
    }
    assert not strays, sorted(strays)


def test_what_the_proof_consists_of_is_no_test() -> None:
    """pytest would run it there, and nobody would look for it there."""
    graph = grimp.build_graph("tests", cache_dir=None)
    names = {name.rpartition(".")[2] for name in graph.find_descendants(PROOF)}
    assert not {name for name in names if name.startswith("test_")}
