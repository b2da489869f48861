"""What the options about traces mean, for every command that has them."""

import contextlib
from collections.abc import Iterator
from typing import Annotated, Final, Literal, TypeAlias

import typer

from epollref.commands.outcome import one_line
from epollref.commands.streams import note
from epollref.trace.notation import Notation
from epollref.trace.sinks import FileSink
from epollref.trace.strace import installed_dialect
from epollref.trace.style import Dialect

STDERR: Final = "-"
"""The name of stderr, where strace writes too: stdout is the program's."""

DialectName: TypeAlias = Literal["6.1", "6.13", "auto"]

DialectOption = Annotated[
    DialectName,
    typer.Option(help="Write like this strace; auto asks the one installed."),
]


def chosen_dialect(name: DialectName) -> Dialect:
    """Return the dialect that an option means.

    Args:
        name: ``auto`` is that of the installed strace.
    """
    return installed_dialect() if name == "auto" else name


@contextlib.contextmanager
def open_trace(
    file: str, dialect: DialectName, threads: bool, patience: float = 0.0
) -> Iterator[FileSink]:
    """Open what ``-o`` or ``--trace`` names; say at the end what was lost.

    Args:
        file: A path, or ``-`` for stderr.
        dialect: ``6.1``, ``6.13`` or ``auto``.
        threads: Whether lines begin with the number of the thread.
        patience: Seconds to wait for the reader of a pipe; then lines are
            lost.

    Yields:
        The sink.

    Raises:
        UnusableError: The file cannot be written.
    """
    notation = Notation(
        dialect=chosen_dialect(dialect),
        pid=("brackets" if file == STDERR else "column") if threads else "",
    )
    with one_line(f"cannot write the trace to {file}"):
        target = 2 if file == STDERR else file
        sink = FileSink(target, notation, patience=patience)
    with sink:
        yield sink
    if sink.error is not None:
        reason = sink.error.strerror
        note(f"{sink.lost} lines of the trace are lost: {reason}")
