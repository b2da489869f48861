"""Mutants of the scripts that pages show as rules of epoll."""

import re
from collections.abc import Iterator

from tests.proof.mutate.gates import REBUILT, Gate, Mutant, PytestGate
from tests.proof.mutate.pages import samples, test_of
from tests.proof.mutate.tree import Tree
from tests.proof.samples.rules import FOLDER, MODEL, named

CLAIM = re.compile(r"^(epoll_wait\(.*\) = )(\d)$", re.MULTILINE)
SHOWN_ONCE = PytestGate(
    ("tests/samples/test_rules.py::test_every_rule_stands_on_one_page",)
)


def _scripts(tree: Tree) -> Iterator[tuple[str, str, Gate]]:
    """File and text of each script that a page shows, and its test."""
    for page, _, fence in samples(tree, "rule"):
        path = named(tree.root, fence).path
        name = path.relative_to(tree.root).as_posix()
        yield name, tree.read(name), test_of(page, fence)


def claim(tree: Tree) -> Iterator[Mutant]:
    """A script that claims what is not so."""
    for name, text, gate in _scripts(tree):
        if found := CLAIM.search(text):
            wrong = f"{found[1]}{int(found[2]) + 1}"
            files: dict[str, str | None] = {name: text.replace(found[0], wrong)}
            yield Mutant("rule: a claim", name, files, (gate,))


def edited(tree: Tree) -> Iterator[Mutant]:
    """A script that is edited after the run."""
    for name, text, _ in _scripts(tree):
        files: dict[str, str | None] = {name: f"{text}eventfd2(0) = planted\n"}
        yield Mutant("rule: edited after the run", name, files, REBUILT)


def gone(tree: Tree) -> Iterator[Mutant]:
    """A script that is gone, though a page names it."""
    for name, _, gate in _scripts(tree):
        yield Mutant("rule: no such script", name, {name: None}, (gate,))


def unshown(tree: Tree) -> Iterator[Mutant]:
    """A script that no page shows, and nobody plays."""
    for name, text, _ in _scripts(tree):
        planted = f"{FOLDER}/{MODEL}/modes/planted.epoll"
        files: dict[str, str | None] = {planted: text}
        yield Mutant("rule: on no page", name, files, (SHOWN_ONCE,))


KINDS = (claim, edited, gone, unshown)
