"""The record of what ran: one file, written by pytest.

A sample is entered once for each test that ran it: where it stands, the
digest of what the reader sees, the test, the outcome, the time. A pycon
fence has an entry for each `>>>`. An include has one too, which names
the lines it shows; whether those ran is settled by the entries of the
programs: one green test has to have executed all of them.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any, Self

from tests.samples.tools import versions

UNFINISHED = -1


class Outcome(StrEnum):
    """What became of a sample."""

    PASSED = "passed"
    FAILED = "failed"
    DID_NOT_RUN = "did not run"

    @classmethod
    def of(cls, word: str) -> Self:
        """The outcome that pytest calls `word`."""
        return cls("did not run" if word == "skipped" else word)


@dataclass(frozen=True, order=True)
class Place:
    """Where a block of samples stands.

    Attributes:
        where: the page or module, relative to the project.
        block: the line of its fence; 0 in a docstring.
        docstring: the test of the docstring; empty for a fence.
    """

    where: str
    block: int
    docstring: str


@dataclass
class Sample:
    """A sample that a test ran, or meant to.

    Attributes:
        where: the page or module, relative to the project.
        line: its line there; for `>>>`, the example's own.
        block: the line of its fence; 0 in a docstring.
        kind: pycon, python, c or console.
        digest: see `identity`.
        test: the test's id.
        outcome: what became of it.
        seconds: how long it took.
        why: why it did not run.
        program: for an include, the program that it shows.
        shows: for an include, the numbers of the lines.
    """

    where: str
    line: int
    block: int
    kind: str
    digest: str
    test: str = ""
    outcome: Outcome = Outcome.FAILED
    seconds: float = 0.0
    why: str = ""
    program: str = ""
    shows: list[int] = field(default_factory=list)


@dataclass
class Execution:
    """A test that ran a program of snippets/ and noted its lines.

    Attributes:
        program: the file, relative to the project.
        missed: lines of its sections that were not executed.
        test: the test's id.
        outcome: what became of the test.
        seconds: how long it took.
    """

    program: str
    missed: list[int]
    test: str = ""
    outcome: Outcome = Outcome.FAILED
    seconds: float = 0.0


@dataclass
class Page:
    """A page that was collected.

    Attributes:
        where: its path, relative to the project.
        blocks: how many blocks of code its fences make.
    """

    where: str
    blocks: int


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
    """

    exit_status: int
    versions: Mapping[str, str]
    runs: int = 1
    planned: list[Place] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    executions: list[Execution] = field(default_factory=list)

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
            samples=[_sample(each) for each in data["samples"]],
            executions=[_execution(each) for each in data["executions"]],
        )

    def save(self, path: Path) -> None:
        """Write the ledger, in an order that does not depend on the run."""
        self.pages.sort(key=lambda page: page.where)
        self.samples.sort(key=lambda each: (each.where, each.line))
        self.executions.sort(key=lambda each: (each.program, each.test))
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
                return f"{outcome}: {sample.why or _unclaimed(sample)}"
        return ""

    def settled(self, sample: Sample) -> tuple[Outcome, Execution | None]:
        """What became of a sample, an include's program considered.

        Returns:
            The outcome, and for an include the test that executed its
            lines, if one did.
        """
        if not sample.program or sample.outcome is not Outcome.PASSED:
            return sample.outcome, None
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
        )

    def joined(self, later: Self) -> Self:
        """This ledger and a later run of some pages, as one."""
        again = {(e.test, e.program) for e in later.executions}
        kept = [e for e in self.executions if (e.test, e.program) not in again]
        return replace(
            later,
            runs=self.runs + later.runs,
            planned=[*self.planned, *later.planned],
            pages=[*self.pages, *later.pages],
            samples=[*self.samples, *later.samples],
            executions=[*kept, *later.executions],
        )


def _place(sample: Sample) -> Place:
    docstring = "" if sample.block else sample.test
    return Place(sample.where, sample.block, docstring)


def _unclaimed(sample: Sample) -> str:
    if not sample.program:
        return "no reason was given"
    lines = f"{sample.shows[0]}-{sample.shows[-1]}"
    return f"no test executed all of {sample.program}:{lines}"


def _sample(data: dict[str, Any]) -> Sample:
    return Sample(**{**data, "outcome": Outcome(data["outcome"])})


def _execution(data: dict[str, Any]) -> Execution:
    return Execution(**{**data, "outcome": Outcome(data["outcome"])})
