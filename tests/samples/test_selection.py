"""Does `make serve` run every sample that `make test` runs?"""

import ast
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proof.project import ROOT
from tests.proof.samples.run import command
from tests.proof.samples.selection import needed, noting


def collected(arguments: list[str]) -> set[str]:
    """The tests that pytest would run, by id."""
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, "--collect-only", "-q"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert listed.returncode == 0, listed.stdout + listed.stderr
    return {line for line in listed.stdout.splitlines() if "::" in line}


def after_pytest(words: list[str]) -> list[str]:
    """The arguments of a pytest command, those left out that write."""
    kept = iter(words[words.index("pytest") + 1 :])
    return [
        word
        for word in kept
        if word != "-q"
        and not word.startswith("--ledger=")
        and (word != "--ledger" or not next(kept))
    ]


def test_make_serve_runs_what_make_test_runs_of_the_samples() -> None:
    """Every page, every docstring, every test that can note a line.

    What can is worked out here from the source of the modules alone.
    """
    said = subprocess.run(
        ["make", "--no-print-directory", "-n", "-o", ".venv/ready", "test"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.replace("\\\n", " ")
    all_tests = collected(after_pytest(shlex.split(said)))
    samples = collected(after_pytest(command(Path("ledger.json"))))
    assert samples <= all_tests
    left = {each.partition("::")[0] for each in all_tests - samples}
    reached = {name for name in left if reaches_note(name, set())}
    assert not reached, reached
    assert all(name.startswith("tests/") for name in left), left
    assert len(samples) > 500
    assert len(left) > 20


def reaches_note(file: str, seen: set[str]) -> bool:
    """Whether a module imports `executed`, or a module that does."""
    seen.add(file)
    for module in imported(ROOT / file):
        if module == "tests.proof.programs.executed":
            return True
        name = module.replace(".", "/") + ".py"
        if (
            name not in seen
            and (ROOT / name).exists()
            and reaches_note(name, seen)
        ):
            return True
    return False


def imported(module: Path) -> Iterator[str]:
    """The modules of tests/ that a module names in its imports."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


def test_pages_and_docstrings_are_needed() -> None:
    """They are samples themselves."""
    assert needed(ROOT / "docs" / "index.md", ROOT)
    assert needed(ROOT / "epollref" / "epoll.py", ROOT)
    assert needed(ROOT / "README.md", ROOT)


def test_a_test_that_notes_lines_is_needed_and_no_other() -> None:
    """By its own import, or by one far away."""
    assert "tests.proof.programs.executed" not in noting()
    assert needed(ROOT / "tests" / "model" / "test_coverage.py", ROOT)
    assert needed(ROOT / "tests" / "snippets" / "test_edge.py", ROOT)
    assert not needed(ROOT / "tests" / "test_masks.py", ROOT)


@pytest.mark.parametrize("importing", ["conftest.py", "test_x.py"])
def test_an_import_in_a_conftest_counts_for_its_folder(
    monkeypatch: pytest.MonkeyPatch, importing: str
) -> None:
    """A fixture may be what notes."""
    module = f"tests.deep.{importing.removesuffix('.py')}"
    monkeypatch.setattr(
        "tests.proof.samples.selection.noting", lambda: frozenset({module})
    )
    deep = ROOT / "tests" / "deep"
    assert needed(deep / "test_x.py", ROOT)
    assert needed(deep / "er" / "test_x.py", ROOT) is (
        importing == "conftest.py"
    )
