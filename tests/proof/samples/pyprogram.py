"""Python fences: run, linted and compared by pytest-examples.

What a fence prints stands under its print as ``#> `` comments. It runs
in this process, so a sample that forks, serves or exits belongs into
snippets/. pytest-examples collects nothing here: the scanner of fences
does, and hands it one fence at a time.
"""

import os
import sys
from contextlib import chdir
from pathlib import Path
from types import TracebackType
from unittest.mock import patch

from pytest_examples import CodeExample, EvalExample

from tests.proof.samples.fences import Fence
from tests.proof.samples.isolation import LeftOpenError, isolated

WIDTH = 72


class PythonError(Exception):
    """A Python sample that does not hold; the text says why."""


def check(
    evaluator: EvalExample, page: Path, fence: Fence, record: bool
) -> str:
    """Lint and run a fence.

    Args:
        evaluator: pytest-examples' fixture.
        page: the page that holds the fence.
        fence: the Python fence.
        record: write what it prints into its source, and format it.

    Returns:
        The body that the fence has to have.

    Raises:
        PythonError: the sample raised, or left descriptors open.
    """
    example = CodeExample.create(
        fence.source,
        path=page,
        start_line=fence.line,
        prefix=fence.language,
    )
    evaluator.set_config(line_length=WIDTH, target_version="py310", isort=True)
    # Elsewhere, so that ruff takes none of this project's own rules.
    concise = patch.dict(os.environ, RUFF_OUTPUT_FORMAT="concise")
    with concise, chdir(evaluator.tmp_path):
        if record:
            evaluator.format(example)
        else:
            evaluator.lint(example)
        failure = _run(evaluator, example, record)
    evaluator.to_update.clear()
    if failure:
        raise PythonError(failure)
    return str(example.source)


def _run(evaluator: EvalExample, example: CodeExample, record: bool) -> str:
    run = evaluator.run_print_update if record else evaluator.run_print_check
    failure = ""
    with patch.dict(sys.modules):
        try:
            with isolated():
                run(example)
        except LeftOpenError as error:
            failure = str(error)
        except Exception as error:  # whatever the sample raises
            # pytest-examples gives the traceback invented frames, which
            # Python 3.11 cannot print: only its line numbers are used.
            line = _line(error.__traceback__, example)
            name = type(error).__name__
            failure = f"line {line}: {name}: {error}"
    return failure


def _line(trace: TracebackType | None, example: CodeExample) -> int:
    line = example.start_line
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(example.path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
