"""Interpreter sessions: run by pytest's own doctest, watched here.

`pytest --doctest-glob='*.md' docs/` runs them without any of this. What
this module adds: which example passed and how long it took, a page that
leaves descriptors open, and outputs recorded in place.
"""

import doctest
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

import pytest

from tests.proof.samples.edits import Edit, Edits

Out = Callable[[str], object]
Raised = tuple[type[BaseException], BaseException, TracebackType]
REPORTS = (
    "report_start",
    "report_success",
    "report_failure",
    "report_unexpected_exception",
)


@dataclass
class Ran:
    """One `>>>` example of a page or docstring, and what became of it.

    Attributes:
        example: its source and its expected output.
        line: its line in the file, counted from 1.
        passed: None until it was run.
        seconds: how long it took.
    """

    example: doctest.Example
    line: int
    passed: bool | None = None
    seconds: float = 0.0


class Watch:
    """Stands between a doctest and its report.

    Args:
        item: the page or docstring that is about to be run.
        edits: where to put outputs that differ; None to let them fail.
    """

    def __init__(self, item: pytest.DoctestItem, edits: Edits | None) -> None:
        self.item = item
        first = (item.dtest.lineno or 0) + 1
        self.examples = {
            id(example): Ran(example, first + example.lineno)
            for example in item.dtest.examples
        }
        self._edits = edits if item.path.suffix == ".md" else None
        self._begun = 0.0

    def attach(self) -> None:
        """Take the runner's reports; a module's docstrings share one."""
        for name in REPORTS:
            setattr(self.item.runner, name, getattr(self, name))

    def report_start(
        self, out: Out, test: doctest.DocTest, example: doctest.Example
    ) -> None:
        """An example begins."""
        self._begun = time.perf_counter()

    def report_success(
        self,
        out: Out,
        test: doctest.DocTest,
        example: doctest.Example,
        got: str,
    ) -> None:
        """An example printed what it should."""
        ran = self.examples[id(example)]
        ran.passed = True
        ran.seconds = time.perf_counter() - self._begun

    def report_failure(
        self,
        out: Out,
        test: doctest.DocTest,
        example: doctest.Example,
        got: str,
    ) -> None:
        """An example printed something else."""
        if self._recorded(example, _plain(example, got)):
            return
        runner = self.item.runner
        type(runner).report_failure(runner, out, test, example, got)

    def report_unexpected_exception(
        self,
        out: Out,
        test: doctest.DocTest,
        example: doctest.Example,
        exc_info: Raised,
    ) -> None:
        """An example raised where the page shows no traceback."""
        outcome = isinstance(exc_info[1], pytest.skip.Exception)
        if not outcome and self._recorded(example, _traceback(exc_info[1])):
            return
        runner = self.item.runner
        type(runner).report_unexpected_exception(
            runner, out, test, example, exc_info
        )

    def _recorded(self, example: doctest.Example, got: str) -> bool:
        ran = self.examples[id(example)]
        ran.seconds = time.perf_counter() - self._begun
        ran.passed = self._edits is not None
        if self._edits is not None:
            self._edits.add(self.item.path, self._edit(example, got))
        return ran.passed

    def _edit(self, example: doctest.Example, got: str) -> Edit:
        text = self.item.path.read_text("utf-8")
        lines = text.splitlines(keepends=True)
        first = example.lineno + example.source.count("\n")
        last = first + example.want.count("\n")
        start = sum(map(len, lines[:first]))
        end = start + sum(map(len, lines[first:last]))
        blanks = " " * example.indent
        new = "".join(
            f"{blanks}{line or '<BLANKLINE>'}\n" for line in got.splitlines()
        )
        return Edit(start, end, new)


def _traceback(error: BaseException) -> str:
    last = traceback.format_exception_only(error)[-1]
    return f"Traceback (most recent call last):\n    ...\n{last}"


def _plain(example: doctest.Example, got: str) -> str:
    """Output as a page shows it: a traceback keeps its last line only."""
    head = "Traceback (most recent call last):\n"
    if example.exc_msg is None or head not in got:
        return got
    before, _, trace = got.partition(head)
    last = [line for line in trace.splitlines() if line[:1].strip()][-1]
    return f"{before}{head}    ...\n{last}\n"
