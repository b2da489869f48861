"""Breaks one thing at a time and says which gate stopped it.

The tree is copied; its samples are run there once (or a ledger of a run
that was green is given), and its site is built and checked. Only a tree
that passes every gate can show that a gate stops a mutant.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from tests.proof.mutate import (
    calls,
    disguise,
    forgotten,
    pages,
    programs,
    reader,
    rules,
    site,
    twins,
)
from tests.proof.mutate.gates import BUILD, CHECK, REBUILT, Mutant, run
from tests.proof.mutate.tree import LEDGER, Tree
from tests.proof.project import ROOT

KINDS: tuple[Callable[[Tree], Iterator[Mutant]], ...] = (
    *pages.KINDS,
    *disguise.KINDS,
    *programs.KINDS,
    *site.KINDS,
    *twins.KINDS,
    *rules.KINDS,
    *calls.KINDS,
    *forgotten.KINDS,
    *reader.KINDS,
)
AT_LEAST = 40
POOL = 400


class NotGreenError(Exception):
    """The tree does not pass its own gates before it is broken."""


def prepare(tree: Tree, ledger: Path | None) -> None:
    """Run the samples, unless that was done, and build the site.

    Args:
        tree: the copy.
        ledger: the ledger of a green run of the same tree.

    Raises:
        NotGreenError: a gate stops the tree as it is.
    """
    if ledger is None:
        options = ("-q", "--tb=short", "-n", "2", "--dist", "loadgroup")
        ran = run(tree, "pytest", [*options, "--samples", "--ledger", LEDGER])
        if ran.returncode:
            raise NotGreenError(ran.stdout[-4000:])
    else:
        shutil.copy(ledger, tree.root / LEDGER)
    for gate in (BUILD, CHECK):
        said = gate.stops(tree)
        if said is not None:
            raise NotGreenError(f"{gate.name}: {said}")


def chosen(tree: Tree, seed: int, count: int | None) -> list[Mutant]:
    """Mutants of every kind, or of some kinds.

    Args:
        tree: the green copy.
        seed: what the choice depends on.
        count: how many; None for two of every kind, or one where the
            site has to be built anew.
    """
    choice = random.Random(seed)
    kinds = list(KINDS)
    choice.shuffle(kinds)
    found: list[Mutant] = []
    for kind in kinds:
        pool = list(islice(kind(tree), POOL))
        slow = bool(pool) and pool[0].gates == REBUILT
        wanted = 1 if count or slow else 2
        found += choice.sample(pool, min(len(pool), wanted))
        if count and len(found) >= count:
            break
    found.sort(key=lambda mutant: (mutant.kind, mutant.where))
    return found


def report(tree: Tree, mutants: Sequence[Mutant]) -> list[Mutant]:
    """Break one thing after the other, and say what stopped it.

    Returns:
        The survivors.
    """
    survivors = []
    for number, mutant in enumerate(mutants, 1):
        begun = time.monotonic()
        stopped = mutant.stopped(tree)
        gate, said = stopped or ("SURVIVED", "no gate stopped it")
        if stopped is None:
            survivors.append(mutant)
        print(
            f"{number:3}/{len(mutants)} {gate:8} "
            f"{time.monotonic() - begun:5.1f} s  "
            f"{mutant.kind} ({mutant.where})\n{'':25}{said[:100]}",
            flush=True,
        )
    return survivors


def main(arguments: Sequence[str] | None = None) -> int:
    """Make mutants and see them stopped.

    Returns:
        0 if none survives, 1 if one does, 2 if the tree is not green.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.proof.mutate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, help="how many, of other kinds")
    parser.add_argument("--ledger", type=Path, help="of a green run")
    parser.add_argument("--only", default="", help="kinds that hold this word")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="epollref-mutate-") as folder:
        tree = Tree(ROOT, Path(folder))
        try:
            prepare(tree, options.ledger)
        except NotGreenError as error:
            print(f"the tree is not green before it is broken:\n{error}")
            return 2
        mutants = [
            mutant
            for mutant in chosen(tree, options.seed, options.count)
            if options.only in mutant.kind
        ]
        survivors = report(tree, mutants)
    print(
        f"seed {options.seed}: {len(mutants)} mutants, "
        f"{len(survivors)} survivors"
    )
    whole = not options.count and not options.only
    if whole and len(mutants) < AT_LEAST:
        print(f"fewer than {AT_LEAST} mutants: there is too little to break")
        return 1
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
