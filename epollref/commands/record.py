"""``epollref record``: run the strace line that a log worth keeping needs.

This process becomes strace (execve), so signals, the terminal and the exit
status are strace's, and strace passes on those of the program.
"""

import os
import shlex
import shutil
import signal
import sys
from typing import Annotated

import typer

from epollref.commands.outcome import UnusableError, one_line
from epollref.commands.outputs import check_writable
from epollref.commands.streams import note
from epollref.trace.strace import recording_line

NO_STRACE = (
    "strace is not installed: apt install strace (Debian, Ubuntu), "
    "dnf install strace (Fedora), apk add strace (Alpine)"
)


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
            help="The log; left out, it is named after CMD or PID.",
        ),
    ] = None,
    only_print: Annotated[
        bool, typer.Option("--print", help="Print the line; run nothing.")
    ] = False,
    pid: Annotated[
        int | None,
        typer.Option(
            "-p", "--pid", min=1, metavar="PID", help="A running process."
        ),
    ] = None,
) -> None:
    """Record a program with strace, as an audit wants it.

    The exit status is that of strace, which passes on the program's.
    """
    if bool(command) == (pid is not None):
        raise UnusableError("give either a command after -- or -p PID")
    name = str(pid) if not command else os.path.basename(command[0])
    log = output if output is not None else f"{name}.strace"
    if log.startswith(("|", "!")):
        log = f"./{log}"  # strace(1) would run it as a command.
    line = recording_line(log, command=command or (), pid=pid)
    if only_print:
        typer.echo(shlex.join(line))
        return
    if shutil.which("strace") is None:
        raise UnusableError(NO_STRACE)
    with one_line(f"cannot write the log to {log}"):
        check_writable(log)
    if output is None:
        note(f"the log is {log}")
    _become(line)


def _become(line: list[str]) -> None:
    """Run a program in the place of this one."""
    # Python ignores SIGPIPE, and execve(2) would pass that on.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    sys.stdout.flush()
    with one_line("cannot run strace"):
        os.execvp(line[0], line)  # noqa: S606, no shell is wanted
