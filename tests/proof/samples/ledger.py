"""The record of what ran: one file, written by pytest.

A sample is entered once for each test that ran it: where it stands, the
digest of what the reader sees, the test, the outcome, the time. A pycon
fence has an entry for each `>>>`. An include has one too, which names
the lines it shows; whether those ran is settled by the entries of the
programs: one green test has to have executed all of them. So it is with
the diff of a broken twin: a green test has to have seen the twin fail in
a scenario which its sibling passes.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Self

from tests.proof.samples.entries import (
    Claim,
    Execution,
    Outcome,
    Page,
    Place,
    Sample,
    Trial,
)
from tests.proof.samples.tools import versions

__all__ = [
    "UNFINISHED",
    "Claim",
    "Execution",
    "Ledger",
    "Outcome",
    "Page",
    "Place",
    "Sample",
    "Trial",
]

UNFINISHED = -1


@dataclass
class Ledger:
    """A run of the samples.

    Attributes:
        exit_status: pytest's; `UNFINISHED` until it has ended.
        versions: see `tools.versions`.
        runs: how many runs it was put together from.
        planned: every block that was to run.
        pages: every page that was collected.
        samples: every sample, in no order.
        executions: every traced run of a program.
        trials: every scenario in which a broken twin had to fail.
    """

    exit_status: int
    versions: Mapping[str, str]
    runs: int = 1
    planned: list[Place] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    executions: list[Execution] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)

    @classmethod
    def here(cls) -> Self:
        """An empty ledger of this machine."""
        return cls(exit_status=UNFINISHED, versions=versions())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a ledger."""
        data = json.loads(path.read_text("utf-8"))
        return cls(
            exit_status=data["exit_status"],
            versions=data["versions"],
            runs=data["runs"],
            planned=[Place(**each) for each in data["planned"]],
            pages=[Page(**each) for each in data["pages"]],
            samples=[Sample(**_typed(each)) for each in data["samples"]],
            executions=[
                Execution(**_typed(each)) for each in data["executions"]
            ],
            trials=[Trial(**_typed(each)) for each in data["trials"]],
        )

    def save(self, path: Path) -> None:
        """Write the ledger, in an order that does not depend on the run."""
        self.pages.sort(key=lambda page: page.where)
        self.samples.sort(key=lambda each: (each.where, each.line))
        self.executions.sort(key=lambda each: (each.program, each.test))
        self.trials.sort(key=lambda each: (each.program, each.test))
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")  # never half a file: some look on
        new.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")
        new.replace(path)

    def blocks(self) -> dict[str, list[list[Sample]]]:
        """The samples by page, and there by the block that shows them.

        A pycon fence is one block of many samples; so is a docstring.
        """
        found: dict[str, list[list[Sample]]] = {}
        ordered = sorted(self.samples, key=lambda s: (_place(s), s.line))
        for place, group in groupby(ordered, key=_place):
            found.setdefault(place.where, []).append(list(group))
        return found

    def missing(self) -> list[Place]:
        """The blocks that were to run and of which nothing was heard."""
        return sorted(set(self.planned) - set(map(_place, self.samples)))

    def count(self) -> int:
        """How many blocks there are, those included that did not run."""
        return sum(map(len, self.blocks().values())) + len(self.missing())

    def outcome(self, block: Sequence[Sample]) -> Outcome:
        """What became of a block: the worst of its samples."""
        outcomes = {self.settled(sample)[0] for sample in block}
        for worst in (Outcome.FAILED, Outcome.DID_NOT_RUN):
            if worst in outcomes:
                return worst
        return Outcome.PASSED

    def trouble(self, block: Sequence[Sample]) -> str:
        """Why a block does not count as run, from the worst of its samples.

        Returns:
            "failed: a test" or "did not run: a reason"; else nothing.
        """
        worst = self.outcome(block)
        for sample in block:
            outcome, run = self.settled(sample)
            if outcome is worst is Outcome.FAILED:
                return f"{outcome}: {run.test if run else sample.test}"
            if outcome is worst is Outcome.DID_NOT_RUN:
                why = run.why if isinstance(run, Trial) else sample.why
                return f"{outcome}: {why or _unclaimed(sample)}"
        return ""

    def settled(self, sample: Sample) -> tuple[Outcome, Claim | None]:
        """What became of a sample, the program that it shows considered.

        Returns:
            The outcome, and where it shows a program the test that says so,
            if one does.
        """
        if not sample.program or sample.outcome is not Outcome.PASSED:
            return sample.outcome, None
        if sample.kind == "twin":
            return self.tried(sample.program)
        shows = set(sample.shows)
        found = {
            each.outcome: each
            for each in reversed(self.executions)
            if each.program == sample.program and not shows & set(each.missed)
        }
        for outcome in (Outcome.PASSED, Outcome.FAILED):
            if outcome in found:
                return outcome, found[outcome]
        return Outcome.DID_NOT_RUN, None

    def tried(self, program: str) -> tuple[Outcome, Trial | None]:
        """What became of a twin: the worst of its trials.

        Returns:
            The outcome, and the trial that says so, if one does.
        """
        found = {
            each.outcome: each
            for each in self.trials
            if each.program == program
            and (each.proved or each.outcome is not Outcome.PASSED)
        }
        for outcome in (Outcome.FAILED, Outcome.PASSED):
            if outcome in found:
                return outcome, found[outcome]
        return Outcome.DID_NOT_RUN, found.get(Outcome.DID_NOT_RUN)

    def without(
        self, pages: Collection[str], programs: Collection[str]
    ) -> Self:
        """The ledger without what is about to run again.

        Args:
            pages: pages and modules, relative to the project.
            programs: programs of which no run counts any more.
        """
        return replace(
            self,
            planned=[p for p in self.planned if p.where not in pages],
            pages=[p for p in self.pages if p.where not in pages],
            samples=[s for s in self.samples if s.where not in pages],
            executions=[
                e for e in self.executions if e.program not in programs
            ],
            trials=[t for t in self.trials if t.program not in programs],
        )

    def joined(self, later: Self) -> Self:
        """This ledger and a later run of some pages, as one."""
        again = {(e.test, e.program) for e in later.executions}
        kept = [e for e in self.executions if (e.test, e.program) not in again]
        tried = {trial.test for trial in later.trials}
        trials = [t for t in self.trials if t.test not in tried]
        return replace(
            later,
            runs=self.runs + later.runs,
            planned=[*self.planned, *later.planned],
            pages=[*self.pages, *later.pages],
            samples=[*self.samples, *later.samples],
            executions=[*kept, *later.executions],
            trials=[*trials, *later.trials],
        )


def _place(sample: Sample) -> Place:
    docstring = "" if sample.block else sample.test
    return Place(sample.where, sample.block, docstring)


def _unclaimed(sample: Sample) -> str:
    if not sample.program:
        return "no reason was given"
    if sample.kind == "twin":
        return f"no test saw {sample.program} fail where its sibling passes"
    if not sample.shows:
        return f"no test ran {sample.program}"
    lines = f"{sample.shows[0]}-{sample.shows[-1]}"
    return f"no test executed all of {sample.program}:{lines}"


def _typed(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "outcome": Outcome(data["outcome"])}
