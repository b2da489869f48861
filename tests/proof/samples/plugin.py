"""The wiring into pytest: which test runs which sample.

pytest's own doctest runs interpreter sessions. sybil collects every
other fence of a page, one test each, and one test for the page itself,
which refuses what nothing would run. `--update-examples` records outputs
in place.
"""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import cast

import pytest
from _pytest._code.code import Traceback
from sybil import Document, Example, Region, Sybil
from sybil.integration import pytest as sybil_pytest

from tests.proof.programs.executed import taken
from tests.proof.samples.edits import Edits
from tests.proof.samples.evaluators import EVALUATORS, Run, check_structure
from tests.proof.samples.fences import Fence, FenceError, fences
from tests.proof.samples.isolation import isolated
from tests.proof.samples.plan import Planner
from tests.proof.samples.pycon import Watch
from tests.proof.samples.recorder import (
    Recorder,
    enter_executions,
    enter_fence,
    enter_page,
    enter_session,
)
from tests.proof.samples.selection import needed
from tests.proof.samples.structure import owner

EDITS = pytest.StashKey[Edits]()
SCRIPTS = pytest.StashKey["Pages"]()


class Pages(Sybil):
    """The pages of docs/, and the README."""

    def __init__(self, root: Path) -> None:
        super().__init__(
            parsers=[structure_of, fences_of],
            path=str(root),
            fixtures=("eval_example", "sample_run"),
        )
        self._root = root

    def should_parse(self, path: Path) -> bool:
        """Tell whether a file is a page."""
        if path.suffix != ".md":
            return False
        return (
            path == self._root / "README.md"
            or self._root / "docs" in path.parents
        )

    def identify(self, example: Example) -> str:
        """Name a test by what it runs and where that stands."""
        if not isinstance(example.parsed, Fence):
            return "structure"
        return f"{owner(example.parsed)} line {example.parsed.line}"


def structure_of(document: Document) -> Iterator[Region]:
    """One test for the page itself."""
    yield Region(0, 0, parsed=None, evaluator=check_structure)


def fences_of(document: Document) -> Iterator[Region]:
    """One test for each fence that is a sample and not a session."""
    try:
        found = list(fences(document.text))
    except FenceError:  # the page's own test says so
        return
    for fence in found:
        evaluator = EVALUATORS.get(owner(fence))
        if evaluator is not None:
            yield Region(
                fence.start, fence.end, parsed=fence, evaluator=evaluator
            )


def _short_trace(
    item: sybil_pytest.SybilItem, failure: pytest.ExceptionInfo[BaseException]
) -> Traceback:
    """sybil's own, which fails on an error outside an example (#118)."""
    try:
        return _TRACE(item, failure)
    except IndexError:
        return failure.traceback


_TRACE = sybil_pytest.SybilItem._traceback_filter
setattr(sybil_pytest.SybilItem, _TRACE.__name__, _short_trace)


def _recording(config: pytest.Config) -> bool:
    return bool(config.getoption("update_examples"))


@pytest.fixture
def sample_run(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """What an evaluator needs to know of the test run."""
    config = request.config
    return Run(
        config.rootpath, tmp_path, _recording(config), config.stash[EDITS]
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--ledger` and `--samples`."""
    group = parser.getgroup("samples")
    group.addoption(
        "--samples",
        action="store_true",
        help="collect what the samples need, and nothing else",
    )
    group.addoption(
        "--ledger",
        metavar="FILE",
        help="write down which sample ran, and what became of it",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin a run."""
    config.stash[EDITS] = Edits()
    config.stash[SCRIPTS] = Pages(config.rootpath)
    if _recording(config) and config.getoption("numprocesses", None):
        raise pytest.UsageError("outputs are recorded by one process: -n 0")
    ledger: str | None = config.getoption("ledger")
    if ledger is None:
        return
    place = Path(ledger).absolute()
    worker: dict[str, str] = getattr(config, "workerinput", {})
    if not worker:
        config.pluginmanager.register(Recorder(place), "ledger")
    if worker.get("workerid", "gw0") == "gw0":
        config.pluginmanager.register(Planner(place), "plan")


def pytest_ignore_collect(
    collection_path: Path, config: pytest.Config
) -> bool | None:
    """Leave out what no sample needs, if that was asked for."""
    if not config.getoption("samples") or collection_path.is_dir():
        return None
    return None if needed(collection_path, config.rootpath) else True


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Let sybil collect the pages."""
    collect = sybil_pytest.pytest_integration(parent.config.stash[SCRIPTS])
    return cast(pytest.Collector | None, collect(file_path, parent))


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Enter what the test is about to run into the ledger."""
    taken()
    if isinstance(item, sybil_pytest.SybilItem):
        if isinstance(item.example.parsed, Fence):
            enter_fence(item, item.example.parsed)
        else:
            enter_page(item, item.example.document.text)
    yield
    enter_executions(item)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Watch an interpreter session while doctest runs it."""
    if not isinstance(item, pytest.DoctestItem):
        try:
            return (yield)
        finally:
            enter_executions(item)
    edits = item.config.stash[EDITS] if _recording(item.config) else None
    watch = Watch(item, edits)
    watch.attach()
    try:
        with isolated():
            yield
    finally:
        enter_session(watch)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the outputs that were recorded."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    for line in session.config.stash[EDITS].apply():
        if reporter is not None:
            reporter.write_line(line)
