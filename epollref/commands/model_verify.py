"""``epollref model verify``: does the model agree with this kernel?

Random calls go to both, and every answer is compared.  The first difference
ends the run; what is printed then is the shortest script that shows it, with
both answers to each call.
"""

import os
import random
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

from epollref.commands.outcome import FAILED, one_line
from epollref.model import measure
from epollref.model.conformance.run import Comparison, Disagreement


def verify(
    steps: Annotated[
        int, typer.Option(min=1, metavar="N", help="Calls to compare.")
    ] = 1_000_000,
    seed: Annotated[
        int | None,
        typer.Option(metavar="S", help="Repeat a run; else a fresh one."),
    ] = None,
) -> None:
    """Compare the model with the running kernel, at random.

    The exit status is 1 if they differ.
    """
    if seed is None:
        seed = random.randrange(1 << 32)  # noqa: S311, no secret
    typer.echo(f"epollref: seed {seed}", err=True)
    with one_line("cannot compare"):
        found = _compare(steps, seed)
    system = f"Linux {os.uname().release}"
    if found is None:
        typer.echo(f"{steps:,} calls agreed on {system}")
        return
    typer.echo(f"call {found.steps:,} of seed {seed} differs on {system}:\n")
    typer.echo(found.trace)
    raise typer.Exit(FAILED)


def _compare(steps: int, seed: int) -> Disagreement | None:
    """Run the comparison, with a bar where stderr is a terminal."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("comparing"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("", total=steps)
        for step in Comparison(measure(), seed).run(steps):
            if isinstance(step, Disagreement):
                return step
            progress.update(task, completed=step)
    return None
