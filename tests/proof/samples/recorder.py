"""Fills the ledger during a run, whichever process a test runs in.

A test hangs what it knows on its own `user_properties`, which reach the
process that reports, also from a worker of pytest-xdist. There the
outcome is added, and at the end the file is written.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.proof.programs.executed import taken
from tests.proof.programs.sections import unexecuted
from tests.proof.samples import plan
from tests.proof.samples.fences import Fence, FenceError, fences
from tests.proof.samples.files import named as named_file
from tests.proof.samples.identity import digest, example_digest
from tests.proof.samples.includes import IncludeError, shown
from tests.proof.samples.ledger import (
    Execution,
    Ledger,
    Outcome,
    Page,
    Sample,
    Trial,
)
from tests.proof.samples.pycon import Watch
from tests.proof.samples.rules import named, session
from tests.proof.samples.selection import needed
from tests.proof.samples.structure import owner
from tests.proof.samples.twins import SNIPPETS, twin

SAMPLE, EXECUTION, TRIAL, PAGE = "sample", "execution", "trial", "page"
Entry = Sample | Execution | Trial
OUTCOMES = {
    None: Outcome.DID_NOT_RUN,
    True: Outcome.PASSED,
    False: Outcome.FAILED,
}


def relative(path: Path, root: Path) -> str:
    """A path as the ledger writes it."""
    return path.relative_to(root).as_posix()


def enter_page(item: pytest.Item, text: str) -> None:
    """Enter a page, with the number of blocks that the reader will see."""
    try:
        found = list(fences(text))
    except FenceError:  # the page's own test fails
        found = []
    seen = [fence for fence in found if owner(fence) != "built"]
    _hang(item, PAGE, Page(_where(item), len(seen)))


def enter_fence(item: pytest.Item, fence: Fence) -> None:
    """Enter a fence before it is run."""
    sample = Sample(
        where=_where(item),
        line=fence.line,
        block=fence.line,
        kind=fence.language,
        digest=digest(fence.language, fence.source),
    )
    if owner(fence) == "include":
        try:
            lines = shown(item.config.rootpath, fence.lines[0])
        except IncludeError:  # its test fails
            return
        sample.digest = digest(fence.language, lines.text)
        sample.program = lines.path
        sample.shows = list(lines.numbers)
    if owner(fence) == "file":
        try:
            file = named_file(item.config.rootpath, fence)
        except ValueError:  # its test fails
            return
        sample.kind = file.kind
        sample.digest = digest(file.kind, file.text)
        sample.program = file.path
    if owner(fence) == "rule":
        try:
            text = session(named(item.config.rootpath, fence))
        except (OSError, ValueError):  # its test fails
            return
        sample.digest = digest("console", text)
    if owner(fence) == "twin":
        name = fence.source.strip()
        try:
            text = twin(item.config.rootpath, name).text
        except (OSError, ValueError):  # its test fails
            return
        sample.digest = digest(fence.language, text)
        sample.program = f"{SNIPPETS}/{name}"
    _hang(item, SAMPLE, sample)


def enter_session(watch: Watch) -> None:
    """Enter the examples of a page or docstring after they ran."""
    item = watch.item
    blocks = _blocks(item.path) if item.path.suffix == ".md" else {}
    for ran in watch.examples.values():
        sample = Sample(
            where=_where(item),
            line=ran.line,
            block=blocks.get(ran.line, 0),
            kind="pycon",
            digest=example_digest(ran.example.source, ran.example.want),
            outcome=OUTCOMES[ran.passed],
            seconds=round(ran.seconds, 6),
            why="" if ran.passed is not None else "an example above failed",
        )
        _hang(item, SAMPLE, sample)


def enter_executions(item: pytest.Item) -> None:
    """Enter the programs whose lines this test noted."""
    for program, lines in taken().items():
        missed = unexecuted(program, lines)
        execution = Execution(
            relative(program, item.config.rootpath),
            sorted(line for each in missed.values() for line in each),
        )
        _hang(item, EXECUTION, execution)


def enter_trial(item: pytest.Item, trial: Trial) -> None:
    """Enter what a scenario has shown of a broken twin."""
    _hang(item, TRIAL, trial)


class NotFoundError(Exception):
    """A sample needs a test, and `pytest --samples` would not find it."""


def _hang(item: pytest.Item, name: str, entry: Page | Entry) -> None:
    if not needed(item.path, item.config.rootpath):
        raise NotFoundError(
            f"{item.nodeid} enters a {name} into the ledger, and"
            " `pytest --samples` leaves it out:"
            " see tests/proof/samples/selection.py"
        )
    # As text: pytest-xdist passes on no other type of ours.
    item.user_properties.append((name, json.dumps(asdict(entry))))


def _where(item: pytest.Item) -> str:
    return relative(item.path, item.config.rootpath)


def _blocks(page: Path) -> dict[int, int]:
    """The line of the pycon fence that each line of a page stands in."""
    return {
        line: fence.line
        for fence in fences(page.read_text("utf-8"))
        if fence.language == "pycon"
        for line in range(fence.line, fence.line + len(fence.lines) + 1)
    }


class Recorder:
    """Takes the reports of all tests, and writes the file.

    It is written while the run goes on too, for those who look on.

    Args:
        path: where the ledger goes.
    """

    PAUSE = 1.0

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ledger = Ledger.here()
        self._of: dict[str, list[Entry]] = {}
        self._due = 0.0

    def pytest_sessionstart(self) -> None:
        """Forget the last run: this one may not come to its end."""
        plan.beside(self._path).unlink(missing_ok=True)
        self._save()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Enter what a test knew, and what became of it."""
        if report.when == "teardown":
            if report.failed:
                for entry in self._of.get(report.nodeid, ()):
                    entry.outcome = Outcome.FAILED
            return
        if report.when == "setup" and report.passed:
            return
        entries: list[Entry] = []
        for found in _entries(report):
            if isinstance(found, Page):
                self._ledger.pages.append(found)
            else:
                entries.append(found)
        if entries:
            _settle(entries, report)
            self._of[report.nodeid] = entries
            for entry in entries:
                self._enter(entry)
            if time.monotonic() > self._due:
                self._save()

    def _enter(self, entry: Entry) -> None:
        match entry:
            case Sample():
                self._ledger.samples.append(entry)
            case Execution():
                self._ledger.executions.append(entry)
            case Trial():
                self._ledger.trials.append(entry)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write the ledger."""
        self._ledger.exit_status = int(exitstatus)
        self._save()

    def _save(self) -> None:
        self._ledger.planned = plan.load(self._path)
        self._ledger.save(self._path)
        self._due = time.monotonic() + self.PAUSE


def _entries(report: pytest.TestReport) -> Iterator[Page | Entry]:
    kinds = {PAGE: Page, SAMPLE: Sample, EXECUTION: Execution, TRIAL: Trial}
    for name, data in report.user_properties:
        if name in kinds and isinstance(data, str):
            yield kinds[name](**json.loads(data))


def _settle(entries: list[Entry], report: pytest.TestReport) -> None:
    """Give every entry of a test its outcome and its time.

    The examples of a session have their own, unless all of them passed
    and the session failed: then it left a descriptor open.
    """
    outcome = Outcome.of(report.outcome)
    told = [each for each in entries if getattr(each, "kind", "") == "pycon"]
    own = outcome is Outcome.FAILED and any(
        each.outcome == Outcome.FAILED for each in told
    )
    for each in entries:
        each.test = report.nodeid
        each.outcome = Outcome(each.outcome) if own else outcome
        if each not in told:
            each.seconds = round(report.duration, 6)
        if isinstance(each, Sample | Trial) and outcome is Outcome.DID_NOT_RUN:
            each.why = _reason(report)


def _reason(report: pytest.TestReport) -> str:
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return str(report.longrepr)
