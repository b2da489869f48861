"""The site is built in the background, each time into a new folder.

So what is served is whole at any moment, also while the next build runs
and after one that failed.
"""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.proof.samples.run import Child


@dataclass(frozen=True)
class Built:
    """A build that has ended.

    Attributes:
        site: its folder; None if it failed.
        said: what it printed: warnings, and why it failed.
    """

    site: Path | None
    said: str


class Building:
    """Builds when that is asked for, one build after the other.

    Args:
        folder: a folder for the builds.
        ledger: the file that the pages' badges are made from.
    """

    def __init__(self, folder: Path, ledger: Path) -> None:
        self.wanted = True
        self._folder = folder
        self._ledger = ledger
        self._number = 0
        self._good: list[Path] = []
        self._child: Child | None = None

    @property
    def _site(self) -> Path:
        return self._folder / f"site-{self._number}"

    def step(self) -> Built | None:
        """Begin a build, or take the one that has ended."""
        if self._child is None:
            if self.wanted:
                self._begin()
            return None
        status = self._child.status()
        if status is None:
            return None
        said = self._child.log.read_text("utf-8", "replace").strip()
        self._child = None
        if status:
            # One that is killed says nothing.
            return Built(None, said or f"the build ended with {status}")
        self._good.append(self._site)
        # The one before may still be read by an answer under way.
        for old in self._good[:-2]:
            shutil.rmtree(old, ignore_errors=True)
        del self._good[:-2]
        return Built(self._site, said)

    def stop(self) -> None:
        """End the build that runs."""
        if self._child is not None:
            self._child.stop()

    def _begin(self) -> None:
        self.wanted = False
        self._number += 1
        self._child = Child(
            [
                *(sys.executable, "-m", "tests.proof.site.build"),
                *(str(self._ledger), str(self._site)),
            ],
            self._folder / "build.log",
            NO_MKDOCS_2_WARNING="1",
        )
