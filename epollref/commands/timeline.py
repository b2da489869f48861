"""``epollref timeline``: what each watch of a strace log was told.

And what was done about it: read until EAGAIN, half read, re-armed or not.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from epollref.commands.outcome import UnusableError, one_line
from epollref.commands.outputs import check_apart, check_writable
from epollref.commands.streams import note
from epollref.trace.log import Log, LogError, opened
from epollref.trace.timeline.columns import MOST_MARKS
from epollref.trace.timeline.draw import document
from epollref.trace.timeline.picture import limits
from epollref.trace.timeline.rows import Story
from epollref.trace.timeline.spoken import told

OFTEN: Final = 1 << 14
"""Lines of a log that is too short for progress, and between two steps."""

HINTS: Final = 5
"""Of the hints about a log; a bad one may have a hundred."""

COLOURS: Final = {
    "reported": "bold green",
    "stale": "bold red",
    "phantom": "bold red",
    "refused": "bold red",
    "failed": "bold red",
    "armed": "cyan",
    "re-armed": "cyan",
    "removed": "cyan",
}
"""Of marks, on a terminal; the others have none."""


def timeline(
    log: Annotated[
        str,
        typer.Argument(
            metavar="LOG",
            help="A log of strace, compressed with gzip or not; - is stdin.",
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="SVG", help="Draw it, in place of words."
        ),
    ] = None,
    fds: Annotated[
        list[int] | None,
        typer.Option(
            "--fd",
            min=0,
            metavar="N",
            help="Only this descriptor; again for more.",
        ),
    ] = None,
    pids: Annotated[
        list[int] | None,
        typer.Option(
            "--pid",
            min=0,
            metavar="N",
            help="Only this process or thread; again for more.",
        ),
    ] = None,
    first: Annotated[
        int,
        typer.Option(
            "--from",
            min=1,
            metavar="LINE",
            help="Show what happens from here on.",
        ),
    ] = 1,
    last: Annotated[
        int | None,
        typer.Option("--to", min=1, metavar="LINE", help="And no further."),
    ] = None,
    together: Annotated[
        bool,
        typer.Option(
            "--threads",
            help="All numbers of the log are threads of one process, and the "
            "log does not say so.",
        ),
    ] = False,
    paste: Annotated[
        bool,
        typer.Option(
            "--paste",
            help="The log was pasted somewhere: take off what stands before "
            "its lines, and put wrapped lines together.",
        ),
    ] = False,
) -> None:
    """Show what each watch in a strace log was told and what came of it.

    A watch of each process is a row. A log that begins in the middle
    (strace -p) has rows too, from MOD, events, reads and writes.

    Example:
        strace -f -yy -o app.strace ./app
        epollref timeline app.strace
        epollref timeline app.strace --fd 7 -o fd7.svg
    """
    if last is not None and last < first:
        raise UnusableError(f"--to {last} is before --from {first}")
    if output is not None:
        with one_line(f"cannot write the timeline to {output}"):
            check_writable(output)
            check_apart(output, log)
    story, read = _read(
        log,
        paste,
        fds=fds or (),
        pids=pids or (),
        first=first,
        last=last or 0,
        together=together,
    )
    _check(story, read, log)
    if output is None:
        _print(story, whole=bool(fds))
    else:
        with one_line(f"cannot write the timeline to {output}"):
            Path(output).write_text(document(story), encoding="utf-8")
        if limits(story):
            note(f"{limits(story)} (--fd, --pid, --from, --to show others)")


def _read(name: str, paste: bool, **choice: Any) -> tuple[Story, Log]:
    """Read a log.

    Raises:
        UnusableError: It is none, or cannot be read.
    """
    try:
        with opened(name) as lines:
            log = Log(_watched(lines), name, paste=paste)
            story = Story(log, **choice)
    except LogError as error:
        raise UnusableError(str(error)) from error
    return story, log


def _watched(lines: Iterator[str | None]) -> Iterator[str | None]:
    """Go through lines, and count them where stderr is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield from lines
        return
    progress = Progress(
        TextColumn("reading, line {task.completed:,}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    task = progress.add_task("", total=None)
    with contextlib.ExitStack() as shown:
        for number, line in enumerate(lines):
            if number and not number % OFTEN:
                if number == OFTEN:
                    shown.enter_context(progress)
                progress.update(task, completed=number)
            yield line


def _check(story: Story, log: Log, name: str) -> None:
    """Say how much of the log was understood.

    Raises:
        UnusableError: Nothing was, or little, and nothing of a watch.
    """
    coverage = log.coverage
    if not coverage.lines:
        raise UnusableError(f"{name}: the log is empty")
    hints = [hint.replace("paste=True, ", "") for hint in coverage.hints]
    if coverage.unread:
        sample = coverage.samples[0]
        words = f"line {sample.line}: {sample.reason}"
        lines = f"{coverage.unread:,} of {coverage.lines:,} lines could not"
        if coverage.unread == coverage.lines:
            lines = "no line could"
        if 2 * coverage.unread > coverage.lines and not story.rows:
            # A hint repeats the reason, and says what helps.
            words = "; ".join(hints or [words])
            raise UnusableError(f"{name}: {lines} be read; {words}")
        note(f"{name}: {lines} be read; {words}")
    for hint in hints[:HINTS]:
        note(f"{name}: {hint}")
    if story.full_at:
        words = f"only {MOST_MARKS:,} marks are kept, those before line"
        line = story.full_at
        note(f"{name}: {words} {line}; --from {line} shows what follows")
    if not story.rows:
        note(f"{name}: no watch in this part of the log")


def _print(story: Story, whole: bool) -> None:
    """Print rows, in colours on a terminal."""
    console = Console(highlight=False)
    coloured = console.is_terminal and not os.environ.get("NO_COLOR")
    for line in told(story, whole):
        if not coloured:
            typer.echo(line.text)
        elif not line.kind:
            style = "bold" if line.text[:1].strip() else ""
            console.print(Text(line.text, style=style), soft_wrap=True)
        else:
            style = COLOURS.get(line.kind, "")
            console.print(Text(line.text, style=style), soft_wrap=True)
