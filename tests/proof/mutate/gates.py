"""The checks that may stop a mutant.

Each is one that `make check` runs, narrowed to what the mutant touches.
A gate stops a mutant only in its own words: a test that fails, a build
that is aborted, a red finding. An internal error stops nothing.
"""

import os
import re
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from tests.proof.mutate.tree import LEDGER, SITE, Tree

PATIENCE = 600
FAILED_TESTS = (1, 2)
REPORT = re.compile(r"^(?:FAILED|ERROR) .*", re.MULTILINE)
RED = re.compile(r"^RED +(.*)", re.MULTILINE)
ABORTED = re.compile(r"^(?:WARNING|ERROR)[ -]+(.*)", re.MULTILINE)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Gate(ABC):
    """A check."""

    name: str

    @abstractmethod
    def stops(self, tree: Tree) -> str | None:
        """Say why the tree may not pass, in one line; None if it may."""


def run(
    tree: Tree, module: str, arguments: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    """Run a Python module in the tree."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=tree.root,
        env={
            **os.environ,
            "NO_COLOR": "1",
            "NO_MKDOCS_2_WARNING": "1",
            "PYTHONPATH": str(tree.root),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@dataclass(frozen=True)
class PytestGate(Gate):
    """Tests, by id."""

    tests: tuple[str, ...]
    name: str = "tests"

    def stops(self, tree: Tree) -> str | None:
        """Run them until one fails."""
        options = ("-q", "-x", "--tb=no", "-p", "no:cacheprovider")
        ran = run(tree, "pytest", [*options, *self.tests])
        if ran.returncode == 0:
            return None
        found = REPORT.search(ran.stdout)
        if ran.returncode in FAILED_TESTS and found:
            return found[0]
        raise RuntimeError(ran.stdout + ran.stderr)


@dataclass(frozen=True)
class Build(Gate):
    """The strict build of the site.

    Never with `--quiet`: mkdocs then drops the warnings that `--strict`
    counts, and dead links pass.
    """

    site: str = SITE
    name: str = "build"

    def stops(self, tree: Tree) -> str | None:
        """Build it, with the ledger of the green run."""
        options = ("build", "--strict", "--site-dir", self.site)
        ran = run(tree, "mkdocs", options)
        if ran.returncode == 0:
            return None
        found = ABORTED.search(COLOUR.sub("", ran.stderr))
        last = (ran.stderr or ran.stdout).strip().splitlines()[-1:]
        return found[1] if found else "".join(last)


@dataclass(frozen=True)
class Check(Gate):
    """The checker of a built site."""

    site: str = SITE
    name: str = "check"

    def stops(self, tree: Tree) -> str | None:
        """Check the site as it was last built there."""
        ran = run(tree, "tests.proof.site.check", [self.site, LEDGER])
        if ran.returncode == 0:
            return None
        found = RED.search(ran.stdout)
        if ran.returncode == 1 and found:
            return found[1]
        raise RuntimeError(ran.stdout + ran.stderr)


BUILD, CHECK = Build(), Check()
BROKEN = "build/broken"
REBUILT = (Build(BROKEN), Check(BROKEN))
"""Build the site anew, beside the one that is green, and check it."""


@dataclass(frozen=True)
class Mutant:
    """One broken thing.

    Attributes:
        kind: what was done to it.
        where: the file, and the line where there is one.
        files: the new texts; None for a file that is taken away.
        gates: those that may stop it, in their order.
    """

    kind: str
    where: str
    files: dict[str, str | None]
    gates: tuple[Gate, ...]

    def stopped(self, tree: Tree) -> tuple[str, str] | None:
        """The gate that stops it and what it says; None if it survives."""
        with tree.changed(self.files):
            for gate in self.gates:
                said = gate.stops(tree)
                if said is not None:
                    return gate.name, said
        return None
