"""Runs the samples, or those of some pages, apart from who looks on.

The run is pytest's, with `--samples`: no list of its own. It writes its
ledger while it goes on, and whoever started it reads that.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from tests.proof.samples.ledger import Ledger
from tests.proof.samples.twins import sibling

QUIET = ("-q", "--no-header", "--tb=short", "-p", "no:cacheprovider")
APART = (sys.executable, "-m", "tests.proof.samples.apart")
SNIPPETS = "snippets/"
PATIENCE = 10.0


class Child:
    """A command whose processes all end with it; see `apart`.

    Args:
        command: the command.
        log: the file that takes what it prints.
        environment: what its environment has besides ours.
    """

    def __init__(
        self, command: Sequence[str], log: Path, **environment: str
    ) -> None:
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [*APART, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
                # Out of reach of the terminal's Ctrl-C: we end it.
                start_new_session=True,
            )

    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """End it, and every process that it has started."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def command(ledger: Path, what: Sequence[str] = ()) -> list[str]:
    """The command that runs samples.

    Args:
        ledger: where the ledger goes.
        what: pages or tests; all if there are none.
    """
    jobs = str(min(os.cpu_count() or 1, 8)) if not what else "2"
    options = ["-n", jobs, "--dist", "loadgroup", "--timeout", "120"]
    return [
        *(sys.executable, "-m", "pytest", *QUIET, *options, "--samples"),
        # One word: a path of its own would move pytest's root directory.
        f"--ledger={ledger}",
        *what,
    ]


class Run:
    """One run of pytest in the background.

    Args:
        folder: an empty folder for what it writes.
        what: pages or tests; all if there are none.
    """

    def __init__(self, folder: Path, what: Sequence[str] = ()) -> None:
        self._path = folder / "ledger.json"
        scratch = folder / "tmp"
        scratch.mkdir()
        self._child = Child(
            command(self._path, what), folder / "log", TMPDIR=str(scratch)
        )
        self._read = 0
        self._ledger: Ledger | None = None

    def ended(self) -> bool:
        """Whether it is over."""
        return self._child.status() is not None

    def stop(self) -> None:
        """End it, with every process that it has started."""
        self._child.stop()

    def ledger(self) -> Ledger | None:
        """What it has written down so far; None at first."""
        try:
            changed = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if changed != self._read:
            self._read = changed
            self._ledger = Ledger.load(self._path)
        return self._ledger

    def said(self) -> str:
        """What pytest printed."""
        return self._child.log.read_text("utf-8", "replace")


def again(
    changed: Collection[str], ledger: Ledger, pages: Collection[Path]
) -> tuple[list[str], list[str]] | None:
    """What has to run again after some files changed.

    A page runs again when it changed, and when it names a snippet that
    did; so do the tests that executed the snippet, or tried it as a twin.

    Args:
        changed: the files, relative to the project.
        ledger: the run so far.
        pages: every page, relative to the working directory.

    Returns:
        The pages, and the tests by id; None where anything may depend
        on what changed: the package, or a snippet that no page names.
    """
    found: set[str] = set()
    tests: set[str] = set()
    for file in filter(matters, changed):
        if file.endswith(".md"):
            found.add(file)
            continue
        if not file.startswith(SNIPPETS):
            return None
        name = file.removeprefix(SNIPPETS).rpartition(".")[0]
        name = name.removeprefix("model/")  # a `rule` fence has no more
        naming = {
            page.as_posix()
            for page in pages
            if name in page.read_text("utf-8", "replace")
        }
        if not naming:
            return None
        found |= naming
        tests |= {e.test for e in ledger.executions if e.program == file}
        tests |= {
            trial.test
            for trial in ledger.trials
            if file in (trial.program, str(sibling(Path(trial.program))))
        }
    return sorted(found), sorted(tests)


def matters(file: str) -> bool:
    """Tell whether a sample may depend on a file; no figure is one."""
    return file.endswith(".md") or file.startswith((SNIPPETS, "epollref/"))


def summary(ledger: Ledger) -> list[str]:
    """How many samples ran here; which failed; which did not run, and why."""
    lost = [
        f"  {block[0].where}:{block[0].block or block[0].line} "
        f"{block[0].kind} {trouble}"
        for blocks in ledger.blocks().values()
        for block in blocks
        if (trouble := ledger.trouble(block))
    ]
    lost += [
        f"  {place.where}:{place.block or 1} did not run: the run ended first"
        for place in ledger.missing()
    ]
    count = ledger.count()
    return [f"{count - len(lost)} of {count} samples ran here.", *lost]
