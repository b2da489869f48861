"""``epollref record``: run the strace line that a log worth keeping needs.

This process becomes strace (execve), so signals, the terminal and the exit
status are strace's, and strace passes on those of the program.  What can go
wrong with strace itself is found out before.
"""

import contextlib
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from epollref.commands.outcome import UnusableError, one_line
from epollref.commands.outputs import make_private
from epollref.commands.recording import (
    check_program,
    check_strace,
    lost_rights,
    snapshot_of,
)
from epollref.commands.streams import note
from epollref.commands.tracing import STDERR
from epollref.trace.strace import recording_line

BESIDE: Final = ".proc.json"
"""What is added to the name of a log for the snapshot that lies beside it."""


def record(
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- CMD...]", help="A program, its arguments."),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="LOG",
            help="The log; left out, it is CMD.strace or PID.strace here. "
            "- is stderr.",
        ),
    ] = None,
    only_print: Annotated[
        bool, typer.Option("--print", help="Print the line; run nothing.")
    ] = False,
    pid: Annotated[
        int | None,
        typer.Option(
            "-p",
            "--pid",
            min=1,
            metavar="PID",
            help="A running process. What /proc says of it is saved as "
            "LOG.proc.json.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite a log that is there.")
    ] = False,
) -> None:
    """Record a program with strace, as an audit wants it.

    Start a program, and keep its calls in server.strace:
        epollref record -o server.strace -- ./server 7000
    Attach to one that runs; Ctrl-C ends the recording, not the program:
        epollref record -p 4711

    The log holds the first 32 bytes of each message, so nobody but you may
    read it. The exit status is the program's; 2 means that strace could not
    be started, and a line on stderr says what helps.
    """
    if bool(command) == (pid is not None):
        raise UnusableError("give either a command after -- or -p PID")
    name = str(pid) if not command else os.path.basename(command[0])
    log = output if output is not None else f"{name}.strace"
    line = recording_line(_file(log), command=command or (), pid=pid)
    if only_print:
        typer.echo(shlex.join(line))
        return
    beside = _looked_at(command or (), pid)
    with contextlib.ExitStack() as undo:
        if log != STDERR:
            _prepare(log, beside, force, undo)
            if output is None:
                note(f"the log is {log}")
        elif pid is not None:
            note("what /proc says is saved beside a log; stderr has none")
        _become(line)


def _file(log: str) -> str | None:
    """Return the name of the log as strace shall get it."""
    if log == STDERR:
        return None
    # strace(1) would run these as commands.
    return f"./{log}" if log.startswith(("|", "!")) else log


def _looked_at(command: Sequence[str], pid: int | None) -> str | None:
    """Find out whether it will work; return what /proc says of a process."""
    with one_line("cannot record"):
        check_strace()
    if pid is not None:
        with one_line("cannot attach"):
            return snapshot_of(pid)
    with one_line(f"cannot run {command[0]}"):
        path = check_program(command[0])
    if rights := lost_rights(path):
        note(
            f"{path} is {rights}: under strace it runs without those rights; "
            "as root it has them"
        )
    return None


def _prepare(
    log: str, beside: str | None, force: bool, undo: contextlib.ExitStack
) -> None:
    """Make the files, and see to it that they go if strace does not come."""
    other = f"{log}{BESIDE}"
    # A snapshot that an earlier log has left would be taken for ours.
    stale = beside is None and os.path.lexists(other)
    for file in (log, other) if beside is not None or stale else (log,):
        with one_line(f"cannot write to {file}"):
            if make_private(file, force=force):
                undo.callback(os.unlink, file)
    with one_line(f"cannot write to {other}"):
        if beside is not None:
            Path(other).write_text(beside, encoding="utf-8")
        elif stale:
            os.unlink(other)


def _become(line: list[str]) -> None:
    """Run a program in the place of this one."""
    # Python ignores SIGPIPE, and execve(2) would pass that on.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    sys.stdout.flush()
    with one_line("cannot run strace"):
        os.execvp(line[0], line)  # noqa: S606, no shell is wanted
