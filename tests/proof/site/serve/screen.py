"""What the terminal says: lines, and below them how far the samples are.

In a pipe there is no bar, but a line now and then.
"""

import os
import sys
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

STEPS = 10


class _Console(Console):
    """Goes on when nobody reads: the site is served all the same."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Screen:
    """The terminal, or the pipe in its place."""

    def __init__(self) -> None:
        self._console = _Console(
            highlight=False, markup=False, emoji=False, soft_wrap=True
        )
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            auto_refresh=False,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task: TaskID | None = None
        self._told = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.rest()

    def say(self, *lines: str) -> None:
        """Print lines, above the bar."""
        for line in lines:
            self._console.print(line)
        if not self._console.quiet:
            sys.stdout.flush()

    def progress(self, ran: int, of: int) -> None:
        """Show how many of the samples ran."""
        if not self._console.is_terminal:
            tenth = STEPS * ran // of if of else 0
            if tenth > self._told:
                self._told = tenth
                self.say(f"running the samples: {ran} of {of}")
            return
        if self._task is None:
            self._bar.start()
            self._task = self._bar.add_task("running the samples", total=None)
        self._bar.update(self._task, completed=ran, total=of or None)
        self._bar.refresh()

    def rest(self) -> None:
        """Take the bar away."""
        self._told = 0
        if self._task is not None:
            self._bar.stop()
            self._bar.remove_task(self._task)
            self._task = None
