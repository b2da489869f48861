"""A timeline of a program that may end in any way.

Who is killed, or leaves by ``os._exit``, draws nothing any more.  So the lines
of the trace go through a pipe to a process that draws when the program tells
it to, or is gone: a pidfd says that even where a child of the program still
holds the pipe (pidfd_open(2)).

That process is no child of the program, which would meet it in wait(2), and
it is in a session of its own: Ctrl-C is for the program.
"""

import contextlib
import os
import select
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from epollref.commands.outcome import one_line
from epollref.commands.outputs import check_writable
from epollref.commands.streams import note
from epollref.output import high
from epollref.trace.log import Log
from epollref.trace.notation import Notation
from epollref.trace.sinks import FileSink
from epollref.trace.timeline.draw import draw

_PIECE: Final = 1 << 16

END: Final = b"\0\n"
"""The last line of a program that ends as usual."""

PATIENCE: Final = 5.0
"""Seconds to wait for room in the pipe."""


@contextlib.contextmanager
def open_timeline(file: str) -> Iterator[FileSink]:
    """Take finished calls, and draw them when the program is over.

    Args:
        file: Where the SVG goes.

    Yields:
        The sink.

    Raises:
        UnusableError: The file cannot be written.
    """
    complaint = f"cannot write the timeline to {file}"
    with one_line(complaint):
        check_writable(file)  # Sooner said than at the end.
    # The program may go to another folder, and may fork.
    path, owner = Path(os.path.abspath(file)), os.getpid()
    lines, done = _start(path, complaint)
    sink = FileSink(
        lines, Notation(pid="column", time="ttt"), patience=PATIENCE
    )
    os.close(lines)
    yield sink
    if os.getpid() != owner:
        return
    if sink.line(END):
        with contextlib.suppress(OSError):
            os.read(done, 1)  # It is drawn when nobody can write there.
    sink.close()
    with contextlib.suppress(OSError):
        os.close(done)


def _start(path: Path, complaint: str) -> tuple[int, int]:
    """Start who draws.

    Returns:
        Where the lines go, and where the end of the drawing can be read.
    """
    lines, write = os.pipe()
    done, drawing = os.pipe()
    gone = os.pidfd_open(os.getpid())
    child = os.fork()
    if child == 0:
        # The child ends at once, so nobody waits for who draws.
        try:
            if os.fork() == 0:
                _detach(write, done)
                _finish(path, complaint, _received(lines, gone))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    for fd in (lines, drawing, gone):
        os.close(fd)
    return write, high(done)


def _detach(*others: int) -> None:
    """Leave what belongs to the program."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1):
        os.dup2(nowhere, fd)
    for fd in others:
        os.close(fd)


def _received(lines: int, gone: int) -> bytes:
    """Return the lines, when the program has ended."""
    os.set_blocking(lines, False)
    waiting = select.poll()
    waiting.register(lines, select.POLLIN)
    waiting.register(gone, select.POLLIN)
    log = bytearray()
    while not log.endswith(END):
        # Where both are ready, the lines come first.
        ready = dict(waiting.poll())
        piece = os.read(lines, _PIECE) if lines in ready else b""
        if not piece:
            break
        log += piece
    return bytes(log)


def _finish(path: Path, complaint: str, log: bytes) -> None:
    """Draw."""
    try:
        text = log.removesuffix(END).decode("latin-1")
        picture = draw(Log(text.splitlines()))
        path.write_text(picture, encoding="utf-8")
    except OSError as error:
        note(f"{complaint}: {error.strerror}")
    except Exception as error:  # Nobody else would say it.
        note(f"{complaint}: {error}")
    finally:
        sys.stderr.flush()
