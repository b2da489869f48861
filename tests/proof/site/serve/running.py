"""The samples run in the background; those of what changed, once more."""

import shutil
from collections.abc import Collection
from pathlib import Path

import pytest

from tests.proof.samples import run
from tests.proof.samples.ledger import UNFINISHED, Ledger

ENDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


def pages() -> list[Path]:
    """Every page that holds samples, relative to the project."""
    return [Path("README.md"), *sorted(Path("docs").rglob("*.md"))]


class Samples:
    """What is known of the samples, and what is to run.

    Args:
        folder: a folder for the runs.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self._run: run.Run | None = None
        self._known: Ledger | None = None
        self._heard: Ledger | None = None
        self._all = True
        self._changed: set[str] = set()
        self.ledger: Ledger | None = None

    @property
    def running(self) -> bool:
        """Whether a run is under way, or is going to be."""
        return self._run is not None or self._all or bool(self._changed)

    @property
    def counted(self) -> bool:
        """Whether it is known how many samples there are."""
        if self._run is None:
            return not self.running
        begun = self._run.ledger()
        return begun is not None and bool(begun.planned)

    def changed(self, files: Collection[str]) -> None:
        """Some files changed: what depends on them runs again."""
        relevant = set(filter(run.matters, files))
        if run.again(relevant, Ledger(UNFINISHED, {}), pages()) is None:
            self._all = True
            self._changed.clear()
            self.stop()
        elif not self._all:
            self._changed |= relevant

    def step(self) -> list[str] | None:
        """Begin a run, look at the one that runs, or take its end.

        Returns:
            The summary, when all that was to run has run.
        """
        if self._run is None:
            if self.running:
                self._begin()
            return None
        ended = self._run.ended()  # first: then the ledger is the last one
        later = self._run.ledger()
        if later is not None and later is not self._heard:
            self._heard = later
            known = self._known
            self.ledger = later if known is None else known.joined(later)
        if not ended:
            return None
        return self._finish(later)

    def stop(self) -> None:
        """End the run."""
        if self._run is not None:
            self._run.stop()
            self._run = None

    def _finish(self, later: Ledger | None) -> list[str] | None:
        said = "" if self._run is None else self._run.said()
        self._run, self._known = None, self.ledger
        lines = [] if self.ledger is None else run.summary(self.ledger)
        if later is None or later.exit_status not in ENDED:
            lines += [
                "The run did not come to its end:",
                *said.splitlines()[-9:],
            ]
        return None if self.running else lines

    def _begin(self) -> None:
        shutil.rmtree(self._at(), ignore_errors=True)
        self._number += 1
        self._at().mkdir()
        what: list[str] = []
        if self._all or self._known is None:
            self._known = self.ledger = None
        else:
            what = self._again(self._known)
        self._all = False
        self._changed.clear()
        self._run = run.Run(self._at(), what)

    def _again(self, known: Ledger) -> list[str]:
        found, tests = run.again(self._changed, known, pages()) or ([], [])
        self.ledger = self._known = known.without(found, self._changed)
        return [*(page for page in found if Path(page).exists()), *tests]

    def _at(self) -> Path:
        return self._folder / f"run-{self._number}"
