"""What runs each kind of fence, and says what is wrong with it.

An evaluator gets a fence from sybil and returns None, or why the sample
does not hold. Where outputs are recorded, it notes the new one instead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pytest_examples import EvalExample
from sybil import Example
from typer import TyperException

from tests.proof.required import cannot_run
from tests.proof.samples import console, cprogram, pyprogram
from tests.proof.samples.edits import Edit, Edits, compared
from tests.proof.samples.fences import Fence
from tests.proof.samples.files import named as named_file
from tests.proof.samples.includes import IncludeError, shown
from tests.proof.samples.rules import named, played, session
from tests.proof.samples.structure import refusals
from tests.proof.samples.tools import named_in, require
from tests.proof.samples.twins import twin
from tests.proof.samples.typed import StepsError, steps


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


def check_structure(example: Example) -> str | None:
    """Refuse what nothing would run."""
    run: Run = example.namespace["sample_run"]
    path = Path(example.document.path).resolve()
    docs = run.root / "docs"
    name = path.relative_to(docs).as_posix() if docs in path.parents else ""
    found = refusals(example.document.text, name)
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
    refused = ""
    try:
        new = cprogram.rewritten(example.parsed.source, run.scratch)
    except cprogram.CError as error:
        return str(error)
    except cprogram.RefusedError as error:
        refused = str(error)
    if refused:
        cannot_run(refused)
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


EVALUATORS: dict[str, Callable[[Example], str | None]] = {
    "python": check_python,
    "c": check_c,
    "console": check_console,
    "include": check_include,
    "twin": check_twin,
    "file": check_file,
    "rule": check_rule,
    "": check_unowned,
}
"""By what owns a fence, see `structure.owner`."""
