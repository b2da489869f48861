"""What shows that a broken twin is broken: one scenario, and two answers.

A scenario knows nothing of what is broken. It does the same to any program
and returns what could be seen. A case says what it sees of a sound program
and what of the twin; the two differ, or it would show nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from tests.proof.programs.sections import breaks
from tests.proof.samples.faults import known
from tests.proof.samples.twins import sibling

T = TypeVar("T")
SANITIZED = "san"


@dataclass(frozen=True)
class Case(Generic[T]):
    """A scenario, and how it tells a twin from its sibling.

    Attributes:
        breaks: the fault that it shows, as headers name it.
        scenario: what is done to a program, which runs in this way.
        sound: what it returns for the sibling.
        broken: what it returns for the twin.
        hows: the ways in which both are run; "san" is for C alone.
    """

    breaks: str
    scenario: Callable[[Path, str], T]
    sound: T
    broken: T
    hows: tuple[str, ...] = ("plain",)

    def __post_init__(self) -> None:
        known(self.breaks)
        if self.sound == self.broken:
            raise ValueError(f"this tells nothing apart: {self.sound!r}")

    def runs(self, suffix: str) -> list[str]:
        """The ways to run a program of this language."""
        return [how for how in self.hows if how != SANITIZED or suffix == ".c"]

    def judge(self, broken: Path, how: str) -> None:
        """Run the scenario on a twin and on its sibling.

        Raises:
            AssertionError: the twin's header names another fault, the
                sibling does not pass, or the twin does not fail like that.
        """
        said = breaks(broken)
        assert said == self.breaks, f"says {said}, its case is {self.breaks}"
        seen = self.scenario(sibling(broken), how)
        assert seen == self.sound, f"{sibling(broken)}: {seen}"
        seen = self.scenario(broken, how)
        assert seen == self.broken, f"{broken}: {seen}"
