"""The wiring into pytest: which test runs which sample.

pytest's own doctest runs interpreter sessions. sybil collects every
other fence of a page, one test each, and one test for the page itself,
which refuses what nothing would run. `--update-examples` records outputs
in place.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from _pytest._code.code import Traceback
from pytest_examples import EvalExample
from sybil import Document, Example, Region, Sybil
from sybil.integration import pytest as sybil_pytest
from typer import TyperException

from tests.samples import console, cprogram, pyprogram
from tests.samples.edits import Edit, Edits, compared
from tests.samples.executed import taken
from tests.samples.fences import Fence, FenceError, fences
from tests.samples.files import named as named_file
from tests.samples.includes import IncludeError, shown
from tests.samples.isolation import isolated
from tests.samples.plan import Planner
from tests.samples.pycon import Watch
from tests.samples.recorder import (
    Recorder,
    enter_executions,
    enter_fence,
    enter_page,
    enter_session,
)
from tests.samples.rules import named, played, session
from tests.samples.selection import needed
from tests.samples.structure import owner, refusals
from tests.samples.tools import named_in, require
from tests.samples.twins import twin
from tests.samples.typed import StepsError, steps

EDITS = pytest.StashKey[Edits]()
SCRIPTS = pytest.StashKey["Pages"]()


@dataclass(frozen=True)
class Run:
    """What an evaluator needs to know of the test run.

    Attributes:
        root: the project.
        scratch: an empty folder of this test.
        record: whether outputs are recorded in place.
        edits: where they are put.
    """

    root: Path
    scratch: Path
    record: bool
    edits: Edits


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
    evaluators: dict[str, Callable[[Example], str | None]] = {
        "python": check_python,
        "c": check_c,
        "console": check_console,
        "include": check_include,
        "twin": check_twin,
        "file": check_file,
        "rule": check_rule,
        "": check_unowned,
    }
    try:
        found = list(fences(document.text))
    except FenceError:  # the page's own test says so
        return
    for fence in found:
        evaluator = evaluators.get(owner(fence))
        if evaluator is not None:
            yield Region(
                fence.start, fence.end, parsed=fence, evaluator=evaluator
            )


def check_structure(example: Example) -> str | None:
    """Refuse what nothing would run."""
    found = refusals(example.document.text)
    return "\n".join(f"line {each.line}: {each.why}" for each in found)


def check_unowned(example: Example) -> str | None:
    """Fail a fence whose language nobody runs."""
    return f"nothing runs a fence of {example.parsed.language!r}"


def check_include(example: Example) -> str | None:
    """Demand that the lines which a fence shows exist."""
    run: Run = example.namespace["sample_run"]
    for line in example.parsed.lines:
        try:
            shown(run.root, line)
        except IncludeError as error:
            return str(error)
    return None


def check_file(example: Example) -> str | None:
    """Demand that a file can be shown; the test of its program runs it."""
    run: Run = example.namespace["sample_run"]
    try:
        named_file(run.root, example.parsed)
    except ValueError as error:
        return str(error)
    return None


def check_twin(example: Example) -> str | None:
    """Demand that a twin can be shown; `test_twins` runs it."""
    run: Run = example.namespace["sample_run"]
    try:
        twin(run.root, example.parsed.source.strip())
    except (OSError, ValueError) as error:
        return str(error)
    return None


def check_rule(example: Example) -> str | None:
    """Play the script that a fence names, on the model and on Linux."""
    run: Run = example.namespace["sample_run"]
    try:
        rule = named(run.root, example.parsed)
        shown, printed = session(rule), played(rule)
    except (OSError, ValueError, TyperException) as error:
        return str(error)
    return compared(shown.splitlines(), printed.splitlines())


def check_python(example: Example) -> str | None:
    """Run a Python fence."""
    run: Run = example.namespace["sample_run"]
    evaluator: EvalExample = example.namespace["eval_example"]
    page = Path(example.path)
    try:
        new = pyprogram.check(evaluator, page, example.parsed, run.record)
    except pyprogram.PythonError as error:
        return str(error)
    return _settle(example, run, new)


def check_c(example: Example) -> str | None:
    """Build and run a C fence."""
    run: Run = example.namespace["sample_run"]
    require({"cc"})
    try:
        new = cprogram.rewritten(example.parsed.source, run.scratch)
    except cprogram.CError as error:
        return str(error)
    return _settle(example, run, new)


def check_console(example: Example) -> str | None:
    """Run a console fence."""
    run: Run = example.namespace["sample_run"]
    fence: Fence = example.parsed
    try:
        commands = "\n".join(step.command for step in steps(fence.lines))
        require({"bash"} | named_in(commands))
        new = console.play(fence, run.root, run.scratch, run.record)
    except (console.ConsoleError, StepsError) as error:
        return str(error)
    return _settle(example, run, new) if run.record else None


def _settle(example: Example, run: Run, new: str) -> str | None:
    """Record a new body, or say that the old one is wrong."""
    fence: Fence = example.parsed
    if new.rstrip("\n") == fence.source.rstrip("\n"):
        return None
    if not run.record:
        return compared(fence.lines, new.splitlines())
    edit = Edit(fence.body, fence.body_end, fence.indented(new))
    run.edits.add(Path(example.path), edit)
    return None


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
