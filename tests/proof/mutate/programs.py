"""Mutants of the programs and docstrings that pages show."""

import ast
import re
from collections.abc import Iterator

from tests.proof.mutate.gates import REBUILT, Gate, Mutant, PytestGate
from tests.proof.mutate.pages import other, samples, test_of
from tests.proof.mutate.tree import Tree
from tests.proof.samples.includes import MARKER, Shown, shown
from tests.proof.samples.ledger import Outcome

STATEMENT = re.compile(r"( {4,})\w[\w.>\[\]-]*(?:\(.*\)| = [^{]*);$")
DOCSTRING_OUTPUT = re.compile(r"^ *\d+$")


def _included(tree: Tree) -> Iterator[tuple[Gate, Shown, str]]:
    """The page's test, the lines it shows, the program's text."""
    for page, _, fence in samples(tree, "include"):
        lines = shown(tree.root, fence.lines[0])
        yield test_of(page, fence), lines, tree.read(lines.path)


def _claims(tree: Tree, lines: Shown) -> tuple[Gate, ...]:
    """The tests that executed all of these lines."""
    tests = [
        run.test
        for run in tree.ledger.executions
        if run.program == lines.path
        and run.outcome is Outcome.PASSED
        and not set(run.missed) & set(lines.numbers)
    ]
    return (PytestGate(tuple(tests[:1])),) if tests else ()


def _inserted(text: str, number: int, new: list[str]) -> str:
    lines = text.splitlines()
    return "\n".join([*lines[: number - 1], *new, *lines[number - 1 :], ""])


def marker(tree: Tree) -> Iterator[Mutant]:
    """A section whose marker is gone."""
    for gate, lines, text in _included(tree):
        kept = [
            line
            for line in text.splitlines()
            if not (
                (found := MARKER.search(line))
                and found["name"] == lines.section
                and found["type"] == "start"
            )
        ]
        files: dict[str, str | None] = {lines.path: "\n".join([*kept, ""])}
        where = f"{lines.path}:{lines.numbers[0] - 1}"
        yield Mutant("snippet: marker removed", where, files, (gate,))


def edited(tree: Tree) -> Iterator[Mutant]:
    """A shown line that is edited after the run."""
    for _, lines, text in _included(tree):
        sign = "#" if lines.path.endswith(".py") else "//"
        number = lines.numbers[0]
        all_lines = text.splitlines()
        all_lines[number - 1] += f"  {sign} quite safe"
        files: dict[str, str | None] = {lines.path: "\n".join([*all_lines, ""])}
        where = f"{lines.path}:{number}"
        yield Mutant("snippet: edited after the run", where, files, REBUILT)


def _statements(lines: Shown, text: str) -> Iterator[tuple[int, str]]:
    """Line and indent of statements inside functions that are shown."""
    if lines.path.endswith(".py"):
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Assign | ast.Expr | ast.AugAssign)
                and node.col_offset >= 4
                and node.lineno in lines.numbers
                and not isinstance(node.value, ast.Constant)
            ):
                yield node.lineno, " " * node.col_offset
        return
    source = text.splitlines()
    for number in lines.numbers:
        before = source[number - 2].rstrip()
        if (found := STATEMENT.match(source[number - 1])) and before.endswith(
            ("{", ";", "}")
        ):
            yield number, found[1]


def _in_functions(
    tree: Tree, kind: str, python: list[str], c: list[str]
) -> Iterator[Mutant]:
    for _, lines, text in _included(tree):
        new = python if lines.path.endswith(".py") else c
        for number, indent in _statements(lines, text):
            changed = _inserted(text, number, [indent + x for x in new])
            files: dict[str, str | None] = {lines.path: changed}
            gates = _claims(tree, lines)
            if gates and "_broken_" not in lines.path:
                where = f"{lines.path}:{number}"
                yield Mutant(kind, where, files, gates)
            break


def unexecuted(tree: Tree) -> Iterator[Mutant]:
    """A shown line that no test executes."""
    python = ['if __name__ == "nobody":', "    raise SystemExit(3)"]
    c = ["static volatile int never;", "if (never)", "    never = 2;"]
    yield from _in_functions(tree, "snippet: a line unrun", python, c)


def broken(tree: Tree) -> Iterator[Mutant]:
    """A shown program that fails where the page shows it."""
    python, c = ["raise SystemExit(3)"], ["__builtin_abort();"]
    yield from _in_functions(tree, "snippet: a line broken", python, c)


def _docstring_outputs(tree: Tree) -> Iterator[tuple[str, str, str, int]]:
    for sample in tree.ledger.samples:
        if not sample.where.endswith(".py"):
            continue
        text = tree.read(sample.where)
        lines = text.splitlines()
        if sample.line >= len(lines):
            continue
        output = lines[sample.line]
        if DOCSTRING_OUTPUT.match(output):
            lines[sample.line] = output[:-1] + other(output[-1])
            changed = "\n".join([*lines, ""])
            yield sample.where, sample.test, changed, sample.line + 1


def docstring(tree: Tree) -> Iterator[Mutant]:
    """Another number in a docstring's output."""
    for name, test, changed, line in _docstring_outputs(tree):
        yield Mutant(
            "docstring: number",
            f"{name}:{line}",
            {name: changed},
            (PytestGate(("--doctest-modules", test)),),
        )


def docstring_edited(tree: Tree) -> Iterator[Mutant]:
    """A docstring that is edited after the run."""
    for name, _, changed, line in _docstring_outputs(tree):
        yield Mutant(
            "docstring: edited after the run",
            f"{name}:{line}",
            {name: changed},
            REBUILT,
        )


KINDS = (marker, edited, unexecuted, broken, docstring, docstring_edited)
