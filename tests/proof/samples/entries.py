"""What stands in the ledger: one value for each thing that ran."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self


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
        kind: pycon, python, c, console or twin.
        digest: see `identity`.
        test: the test's id.
        outcome: what became of it.
        seconds: how long it took.
        why: why it did not run.
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
