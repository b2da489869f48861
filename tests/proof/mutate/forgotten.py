"""Mutants of what `make serve` runs: a sample's test that it forgets.

`make test` runs every test; `make serve` those that a sample needs, which
are found by their imports. This one hides its import, and would be run by
the one and not by the other.
"""

from collections.abc import Iterator

from tests.proof.mutate.gates import Mutant, PytestGate
from tests.proof.mutate.tree import Tree

PLANTED = "tests/test_planted.py"
TEST = '''\
"""A test that a sample needs."""

from importlib import import_module
from pathlib import Path


def test_planted() -> None:
    executed = import_module("tests.proof.programs.executed")
    executed.note(Path("{program}"), {{1}})
'''


def hidden(tree: Tree) -> Iterator[Mutant]:
    """A test notes the lines of a program, and no import says so."""
    for path in sorted((tree.root / "snippets").rglob("*.py")):
        program = path.relative_to(tree.root).as_posix()
        files: dict[str, str | None] = {PLANTED: TEST.format(program=program)}
        gates = (PytestGate((PLANTED,)),)
        yield Mutant("serve: a sample forgotten", program, files, gates)


KINDS = (hidden,)
