"""``epollref trace``: run a Python program with its epolls traced.

The program sees what ``python`` shows it: its name and arguments, its
folder first on the path, ``__main__``.  Its exit status is ours, and its
traceback begins with its own frames.  Only an epoll call that fails adds
ours at the end, for our Epoll is written in Python.  strace is not needed.
"""

import atexit
import contextlib
from typing import Annotated, Final

import typer

from epollref.commands import program
from epollref.commands.bypassed import watched
from epollref.commands.drawing import open_timeline
from epollref.commands.outcome import one_line
from epollref.commands.outputs import check_apart
from epollref.commands.streams import release
from epollref.commands.tracing import STDERR, DialectOption, open_trace
from epollref.trace.foreign import trace_select_epoll
from epollref.trace.sinks import Sink, to_all

STANDSTILL: Final = 2.0
"""Seconds for which the program stands still when nobody takes the lines."""


def trace(
    script: Annotated[
        str,
        typer.Argument(
            metavar="SCRIPT",
            help="A Python program; - is stdin. With -m the name of a module.",
        ),
    ],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ARG]...", help="Its arguments."),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Where the lines go; - is stderr, where they go without "
            "-o and --timeline.",
        ),
    ] = None,
    timeline: Annotated[
        str | None,
        typer.Option(
            metavar="SVG",
            help="Draw what happened to each descriptor, however the program "
            "ends.",
        ),
    ] = None,
    threads: Annotated[
        bool, typer.Option("-f", help="Begin each line with its thread.")
    ] = False,
    dialect: DialectOption = "auto",
    module: Annotated[
        bool, typer.Option("-m", help="Run a module, as python -m does.")
    ] = False,
) -> int:
    """Run a Python program with its epolls traced, as strace shows them.

    A script, its arguments behind it, and the calls in a file; or a module:
        epollref trace -o app.strace app.py --port 7000
        epollref trace -m http.server

    What select.epoll is in the program, and what asyncio and selectors make
    of it, is traced. Where that was nothing, a line on stderr says what may
    have gone past us. The exit status is the program's.
    """
    if not module:
        with one_line(f"cannot run {script}"):
            program.check(script)
        for name in filter(None, (output, timeline)):
            with one_line(f"cannot write to {name}"):
                check_apart(name, script)
    tracing = contextlib.ExitStack()
    sinks: list[Sink] = []
    if timeline is not None:
        sinks.append(tracing.enter_context(open_timeline(timeline)))
    if output is not None or timeline is None:
        file = open_trace(output or STDERR, dialect, threads, STANDSTILL)
        sinks.append(tracing.enter_context(file))
    words = ["python", *["-m"] * module, script, *(arguments or [])]
    sinks.append(tracing.enter_context(watched(words)))
    tracing.enter_context(trace_select_epoll(to_all(sinks)))
    # Threads and exit handlers of the program outlive its last line; this
    # handler was registered first, so it runs last.
    atexit.register(tracing.close)
    release()
    execute = program.run_module if module else program.run_program
    return execute(script, arguments or [])
