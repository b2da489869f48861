"""``epollref model run``: a script on the model, on Linux, or on both.

The trace is printed with the two lists of every epoll after each step.  It
ends with status 1 if the two kernels differ, or if the script claims what is
not so.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, TypeAlias

import typer

from epollref.commands.descriptors import take_all
from epollref.commands.outcome import FAILED, one_line
from epollref.commands.program import STDIN
from epollref.commands.tracing import DialectOption, chosen_dialect
from epollref.model.scripts.format import agreement, differences, trace_lines
from epollref.model.scripts.parser import (
    MOST_BYTES,
    Script,
    ScriptLine,
    decoded,
    read_script,
)
from epollref.model.scripts.play import Play, play_on_linux, play_on_model
from epollref.trace.notation import Notation

Where: TypeAlias = Literal["model", "linux", "both"]
LONG = 50
"""Calls of a script from which on it is told how far it is."""


def run(
    script: Annotated[
        str,
        typer.Argument(
            metavar="SCRIPT",
            help="A file with one call a line, in strace's notation; "
            "- is stdin.",
        ),
    ],
    on: Annotated[
        Where, typer.Option(help="Whom to ask: one kernel, or both.")
    ] = "both",
    lists: Annotated[
        bool, typer.Option(help="Show the two lists after each step.")
    ] = True,
    dialect: DialectOption = "6.13",
) -> None:
    """Play a script of calls, and show the two lists after each step.

    A descriptor is a number or a name. What stands behind = is a claim:
        eventfd2(0) = e
        epoll_create1(0) = ep
        epoll_ctl(ep, EPOLL_CTL_ADD, e, EPOLLIN|EPOLLET)
        write(e, 8) = 8
        epoll_wait(ep, 8, 0) = 1

    The exit status is 1 if model and Linux differ, or a claim is wrong.
    """
    name = "stdin" if script == STDIN else script
    with one_line(f"cannot read {name}"):
        parsed = read_script(decoded(_bytes(script)))
    take_all()
    with one_line(f"cannot play {name}"):
        plays = _plays(parsed, on, lists)
    notation = Notation(dialect=chosen_dialect(dialect))
    for line in trace_lines(plays, notation, lists):
        typer.echo(line)
    wrong = differences(plays)
    count = len(parsed.lines)
    if wrong:
        typer.echo(f"steps that differ: {wrong} of {count}")
        raise typer.Exit(FAILED)
    if on == "both":
        typer.echo(agreement(plays[0]))


def _bytes(script: str) -> bytes:
    """Read a file: one byte more than a script has, if there are as many."""
    if script == STDIN:
        if sys.stdin is None:
            raise ValueError("it is closed")
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with open(script, "rb") as file:
        return file.read(MOST_BYTES + 1)


def _plays(script: Script, on: Where, lists: bool) -> list[Play]:
    plays = []
    # Linux first: it is the one that refuses a script for its length.
    if on != "model":
        plays.append(play_on_linux(script, lists, _progress))
    if on != "linux":
        plays.insert(0, play_on_model(script, lists=lists))
    return plays


def _progress(lines: Sequence[ScriptLine]) -> Iterator[ScriptLine]:
    """Go through lines, with a bar if that takes time and can be seen."""
    if len(lines) < LONG or not sys.stderr.isatty():
        yield from lines
        return
    with typer.progressbar(lines, label="playing", file=sys.stderr) as bar:
        yield from bar
