"""Read a snippet: its sections, its header, and which lines are code.

A section is what a page includes. It lies between two markers,
`--8<-- [start:drain]` and `--8<-- [end:drain]`, each in a comment.
"""

import ast
import re
from pathlib import Path

from tests.proof.programs.covering import executable

_MARKER = re.compile(r"^\s*(?:#|//) --8<-- \[(start|end):([a-z_]+)\]\s*$")
_BREAKS = re.compile(r"^\W*breaks: (.+?)\W*$", re.MULTILINE)


def sections(path: Path) -> dict[str, range]:
    """The sections of a snippet, in order: name to line numbers.

    Raises:
        AssertionError: A marker has no partner, or a name comes twice.
    """
    found: dict[str, range] = {}
    opened: dict[str, int] = {}
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if marker := _MARKER.match(line):
            kind, name = marker.groups()
            if kind == "start":
                assert name not in opened | found, f"{path}: {name} twice"
                opened[name] = number
            else:
                assert name in opened, f"{path}: end of {name} before start"
                found[name] = range(opened.pop(name) + 1, number)
        else:
            assert "--8<--" not in line, f"{path}:{number}: bad marker"
    assert not opened, f"{path}: no end of {list(opened)}"
    return dict(sorted(found.items(), key=lambda item: item[1].start))


def unexecuted(path: Path, executed: set[int]) -> dict[str, list[int]]:
    """The code lines of each section that did not run; empty is perfect.

    A Python line without code of its own (the second line of a call, an
    `else:`) counts as run if a line of its statement ran.
    """
    if path.suffix == ".py":
        missed = python_missed(path, executed)
    else:
        missed = executable(path) - executed
    left = {
        name: [line for line in lines if line in missed]
        for name, lines in sections(path).items()
    }
    return {name: lines for name, lines in left.items() if lines}


def breaks(path: Path) -> str | None:
    """What a broken twin's header says it breaks: "EP001", or None."""
    found = _BREAKS.search(header(path))
    return found.group(1) if found else None


def header(path: Path) -> str:
    """The module docstring, or the comment that opens a C file."""
    text = path.read_text()
    if path.suffix == ".py":
        return ast.get_docstring(ast.parse(text)) or ""
    assert text.startswith("/*"), f"{path} does not open with a comment"
    return text[2 : text.index("*/")]


def python_missed(path: Path, executed: set[int]) -> set[int]:
    """The code lines of a Python file that did not run."""
    source = path.read_text()
    own_code = _lines_with_code(compile(source, str(path), "exec"))
    missed: set[int] = set()
    for statement in _statements(ast.parse(source)):
        span = _own_lines(statement)
        ran = executed & span
        missed |= (span & own_code) - executed
        missed |= set() if ran else span
    return missed - _not_code(source)


def _lines_with_code(code: object) -> set[int]:
    """Every line that the compiled module can report to a tracer."""
    lines: set[int] = set()
    waiting = [code]
    while waiting:
        unit = waiting.pop()
        if isinstance(unit, type(_lines_with_code.__code__)):
            lines |= {at for *_, at in unit.co_lines() if at}
            waiting += unit.co_consts
    return lines


def _statements(tree: ast.Module) -> list[ast.stmt]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]


def _own_lines(statement: ast.stmt) -> set[int]:
    """The lines of a statement without those of the statements in it."""
    inner = {
        line
        for node in ast.walk(statement)
        if isinstance(node, ast.stmt) and node is not statement
        for line in range(_first_line(node), (node.end_lineno or 0) + 1)
    }
    last = statement.end_lineno or statement.lineno
    return set(range(_first_line(statement), last + 1)) - inner


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(node.lineno for node in decorators)])


def _not_code(source: str) -> set[int]:
    """Blank lines, comments and docstrings."""
    lines = enumerate(source.splitlines(), start=1)
    nothing = {
        number
        for number, line in lines
        if not line.strip() or line.strip().startswith("#")
    }
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            nothing |= set(range(node.lineno, (node.end_lineno or 0) + 1))
    return nothing
