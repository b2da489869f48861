"""``epollref model verify``: does the model agree with this kernel?

Random calls go to both, and every answer is compared.  The first difference
ends the run; what is printed then is the shortest script that shows it, with
both answers to each call.
"""

import contextlib
import os
import random
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from epollref.commands.descriptors import take_all
from epollref.commands.outcome import FAILED, one_line
from epollref.commands.outputs import check_writable
from epollref.commands.streams import note
from epollref.model import measure
from epollref.model.verify.compare import Comparison, Disagreement
from epollref.model.verify.result import save
from epollref.model.verify.workers import Workers


def verify(
    steps: Annotated[
        int,
        typer.Option(min=1, max=1 << 62, metavar="N", help="Calls to compare."),
    ] = 1_000_000,
    seed: Annotated[
        int | None,
        typer.Option(metavar="S", help="Repeat a run; else a fresh one."),
    ] = None,
    jobs: Annotated[
        int,
        typer.Option(
            min=1,
            metavar="N",
            help="Processes; each has its own seed, drawn from S.",
        ),
    ] = 1,
    save_to: Annotated[
        Path | None,
        typer.Option("--save", metavar="FILE", help="Keep the result as JSON."),
    ] = None,
) -> None:
    """Compare the model with the running kernel, at random.

    The exit status is 1 if they differ.
    """
    if seed is None:
        seed = random.randrange(1 << 32)  # noqa: S311, no secret
    if save_to is not None:
        # A run of hours must not be lost to a file that cannot be written.
        with one_line(f"cannot write {save_to}"):
            check_writable(save_to)
    take_all()
    note(f"seed {seed}")
    start = time.monotonic()
    with one_line("cannot compare"):
        comparison = _comparison(seed, jobs)
        found = _compare(comparison, steps)
    seconds = time.monotonic() - start
    if save_to is not None:
        with one_line(f"cannot write {save_to}"):
            save(save_to, seed, seconds, comparison.tally, found)
    _conclude(comparison.tally.steps, found)


def _conclude(steps: int, found: Disagreement | None) -> None:
    """Print the one line, or the two traces."""
    system = f"Linux {os.uname().release}"
    if found is None:
        typer.echo(f"{steps:,} calls agreed on {system}")
        return
    call = f"call {found.steps:,} of seed {found.seed}"
    typer.echo(f"{call} differs on {system}:\n")
    typer.echo(found.trace)
    raise typer.Exit(FAILED)


def _comparison(seed: int, jobs: int) -> Comparison | Workers:
    """Choose: this process, or several others."""
    if jobs == 1:
        return Comparison(measure(), seed)
    return Workers(measure(), seed, jobs)


def _compare(
    comparison: Comparison | Workers, steps: int
) -> Disagreement | None:
    """Run the comparison, with a bar where stderr is a terminal."""
    console = Console(stderr=True)
    with (
        contextlib.closing(comparison.run(steps)) as run,
        Progress(
            TextColumn("comparing"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        ) as progress,
    ):
        task = progress.add_task("", total=steps)
        for step in run:
            if isinstance(step, Disagreement):
                return step
            progress.update(task, completed=step)
    return None
