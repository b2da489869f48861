"""What holds for every file below snippets/, whoever wrote it."""

import ast
import difflib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof.programs.building import STRICT
from tests.proof.programs.harness import (
    SNIPPETS,
    breaks,
    build,
    header,
    sections,
)
from tests.proof.programs.scenarios import needs
from tests.proof.project import ROOT
from tests.proof.samples.faults import FAULTS
from tests.proof.samples.twins import sibling
from tests.snippets.vocabulary import NAMES, retired_words

RETIRED = retired_words(ROOT / "docs" / "contributing.md")
MAX_COLUMNS, MAX_SECTIONS, MAX_CHANGES = 72, 6, 15
INCLUDE = re.compile(r"^\s*#\s*include\s+(\S+)", re.MULTILINE)

PROGRAMS = sorted(
    path for path in SNIPPETS.rglob("*") if path.suffix in {".py", ".c"}
)
PYTHON = [path for path in PROGRAMS if path.suffix == ".py"]
C = [path for path in PROGRAMS if path.suffix == ".c"]
BROKEN = [path for path in PROGRAMS if "_broken_" in path.name]
SOUND = [path for path in PROGRAMS if path not in BROKEN]


def name(path: Path) -> str:
    """The name of a program in a test id: `edge/echo.c`."""
    return str(path.relative_to(SNIPPETS))


def body(path: Path) -> list[str]:
    """The lines of a program below its header."""
    text = path.read_text()
    end = text.index('"""', 3) if path.suffix == ".py" else text.index("*/")
    return text[end:].splitlines()


each = pytest.mark.parametrize("program", PROGRAMS, ids=name)
each_in_c = pytest.mark.parametrize("program", C, ids=name)
each_in_python = pytest.mark.parametrize("program", PYTHON, ids=name)
each_sound = pytest.mark.parametrize("program", SOUND, ids=name)
each_broken = pytest.mark.parametrize("program", BROKEN, ids=name)


def test_there_are_snippets() -> None:
    """The rules below hold for something."""
    assert len(PYTHON) >= 10
    assert len(C) >= 10
    assert len(BROKEN) >= 10


@each
def test_a_program_fits_its_page(program: Path) -> None:
    """No long line, no tab, no trailing blank, and a last newline."""
    text = program.read_text(encoding="ascii")
    assert text.endswith("\n")
    for number, line in enumerate(text.splitlines(), start=1):
        assert len(line) <= MAX_COLUMNS, f"{number}: {line}"
        assert "\t" not in line, f"{number}: tab"
        assert line == line.rstrip(), f"{number}: trailing blank"


@each
def test_a_program_says_what_it_is(program: Path) -> None:
    """It opens with a sentence, in the docstring or the top comment."""
    first = header(program).strip().splitlines()[0]
    assert first.endswith((".", "?")), first


@each
def test_a_program_has_a_few_sections(program: Path) -> None:
    """From one to six, none empty."""
    found = sections(program)
    assert 1 <= len(found) <= MAX_SECTIONS
    assert all(found.values())


@each_sound
def test_python_and_c_have_the_same_sections(program: Path) -> None:
    """A page shows them in two tabs, so each name is in both."""
    other = {".py": ".c", ".c": ".py"}[program.suffix]
    twin = program.with_suffix(other)
    assert set(sections(program)) == set(sections(twin))


@each_sound
def test_a_sound_program_breaks_nothing(program: Path) -> None:
    """Only a broken twin names what it breaks."""
    assert breaks(program) is None


@each_broken
def test_a_broken_twin_says_what_it_breaks(program: Path) -> None:
    """Its header has a `breaks:` line, and a sentence on the effect."""
    assert breaks(program) in FAULTS
    said = header(program).partition("breaks:")[2].partition("\n")[2]
    assert "." in said


@each_broken
def test_a_broken_twin_is_nearly_its_sibling(program: Path) -> None:
    """At most fifteen lines differ below the header, and no section."""
    assert list(sections(program)) == list(sections(sibling(program)))
    rows = difflib.ndiff(body(sibling(program)), body(program))
    changes = [row for row in rows if row[0] in "+-"]
    assert 1 <= len(changes) <= MAX_CHANGES, "\n".join(changes)


@each_in_python
def test_python_needs_only_the_standard_library(program: Path) -> None:
    """A copied file runs wherever Python does."""
    for node in ast.walk(ast.parse(program.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module or ""]
        for imported in names:
            assert imported.partition(".")[0] in sys.stdlib_module_names


@each_in_c
def test_c_needs_only_the_system_headers(program: Path) -> None:
    """A copied file compiles wherever glibc or musl is."""
    headers = INCLUDE.findall(program.read_text())
    assert headers
    assert all(each.startswith("<") for each in headers), headers


@each_in_c
@pytest.mark.parametrize("how", ["plain", "san"])
def test_c_compiles_without_a_warning(program: Path, how: str) -> None:
    """With -std=c17 -Wall -Wextra -Werror, and with the sanitizers."""
    assert build(program, how).exists()


@each_in_c
@pytest.mark.parametrize("compiler", ["gcc", "clang", "musl-gcc"])
def test_c_is_the_same_to_every_compiler(
    program: Path, compiler: str, tmp_path: Path
) -> None:
    """C17 without extensions, on glibc and on musl, to a linked program."""
    needs(compiler)
    done = subprocess.run(
        [compiler, *STRICT, str(program), "-o", str(tmp_path / "program")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("task", [["check"], ["format", "--check"]], ids=str)
def test_python_is_clean_and_formatted(task: list[str]) -> None:
    """By ruff, with the rules of the project and 72 columns."""
    found = run_tool("ruff", *task, str(SNIPPETS))
    assert found.returncode == 0, found.stdout


def test_python_is_typed(tmp_path: Path) -> None:
    """By mypy in strict mode; the copies have names of their own."""
    for program in PYTHON:
        unique = name(program).replace("/", "_").replace("-", "_")
        (tmp_path / unique).write_text(program.read_text())
    cache = ROOT / ".mypy_cache" / "snippets"
    found = run_tool("mypy", "--strict", f"--cache-dir={cache}", str(tmp_path))
    assert found.returncode == 0, found.stdout


@each
def test_a_step_has_its_own_word(program: Path) -> None:
    """The table of docs/contributing.md says which words are retired."""
    used = NAMES[program.suffix](program.read_text()) & RETIRED.keys()
    assert {name: RETIRED[name] for name in used} == {}


def run_tool(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a module of this Python in the project's root."""
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
