"""The record of what ran: one file, written by pytest.

A sample is entered once for each test that ran it: where it stands, the
digest of what the reader sees, the test, the outcome, the time. A pycon
fence has an entry for each `>>>`. An include has one too, which names
the lines it shows; whether those ran is settled by the entries of the
programs: one green test has to have executed all of them; for a whole file, a
green test has to have run it. So it is with
the diff of a broken twin: a green test has to have seen the twin fail in
a scenario which its sibling passes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any, Self

from tests.samples.tools import versions


class Outcome(StrEnum):
    """What became of a sample."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass
class Sample:
    """A sample that a test ran, or meant to.

    Attributes:
        where: the page or module, relative to the project.
        line: its line there; for `>>>`, the example's own.
        block: the line of its fence; 0 in a docstring.
        kind: pycon, python, c, console or twin.
        digest: see `identity`.
        test: the test's id.
        outcome: what became of it.
        seconds: how long it took.
        why: why it was skipped.
        program: for an include, a file or a twin, the program that it shows.
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
class Trial:
    """A test that ran a broken twin and its sibling in one scenario.

    Attributes:
        program: the twin, relative to the project.
        breaks: what its header says.
        proved: whether the sibling passed, and the twin failed that way.
        test: the test's id.
        outcome: what became of the test.
        seconds: how long it took.
        why: why it was skipped.
    """

    program: str
    breaks: str
    proved: bool = False
    test: str = ""
    outcome: Outcome = Outcome.FAILED
    seconds: float = 0.0
    why: str = ""


Claim = Execution | Trial
"""What settles whether a sample that shows a program ran."""


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
        exit_status: pytest's.
        versions: see `tools.versions`.
        pages: every page that was collected.
        samples: every sample, in no order.
        executions: every traced run of a program.
        trials: every scenario in which a broken twin had to fail.
    """

    exit_status: int
    versions: Mapping[str, str]
    pages: list[Page] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    executions: list[Execution] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)

    @classmethod
    def here(cls) -> Self:
        """An empty ledger of this machine."""
        return cls(exit_status=-1, versions=versions())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a ledger."""
        data = json.loads(path.read_text("utf-8"))
        return cls(
            exit_status=data["exit_status"],
            versions=data["versions"],
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
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")

    def blocks(self) -> dict[str, list[list[Sample]]]:
        """The samples by page, and there by the block that shows them.

        A pycon fence is one block of many samples; so is a docstring.
        """

        def place(sample: Sample) -> tuple[str, int, str]:
            docstring = "" if sample.block else sample.test
            return sample.where, sample.block, docstring

        found: dict[str, list[list[Sample]]] = {}
        ordered = sorted(self.samples, key=lambda s: (place(s), s.line))
        for (where, *_), group in groupby(ordered, key=place):
            found.setdefault(where, []).append(list(group))
        return found

    def outcome(self, block: Sequence[Sample]) -> Outcome:
        """What became of a block: the worst of its samples."""
        outcomes = {self.settled(sample)[0] for sample in block}
        for worst in (Outcome.FAILED, Outcome.SKIPPED):
            if worst in outcomes:
                return worst
        return Outcome.PASSED

    def settled(self, sample: Sample) -> tuple[Outcome, Claim | None]:
        """What became of a sample, the program that it shows considered.

        Returns:
            The outcome, and where it shows a program the test that says so.
        """
        if not sample.program or sample.outcome is not Outcome.PASSED:
            return sample.outcome, None
        if sample.kind == "twin":
            return self._tried(sample.program)
        shows = set(sample.shows)
        for each in self.executions:
            if (
                each.program == sample.program
                and each.outcome is Outcome.PASSED
                and not shows & set(each.missed)
            ):
                return Outcome.PASSED, each
        return Outcome.FAILED, None

    def _tried(self, program: str) -> tuple[Outcome, Trial | None]:
        """What became of a twin: the worst of its trials."""
        trials = [each for each in self.trials if each.program == program]
        for each in trials:
            if each.outcome is Outcome.FAILED:
                return Outcome.FAILED, each
        for each in trials:
            if each.outcome is Outcome.PASSED and each.proved:
                return Outcome.PASSED, each
        for each in trials:
            if each.outcome is Outcome.SKIPPED:
                return Outcome.SKIPPED, each
        return Outcome.FAILED, None


def _typed(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "outcome": Outcome(data["outcome"])}
