"""Where the lines come from: a file, a ``.gz``, a pipe, all in pieces.

A log is read in pieces of one size and never as a whole.  A line that is
longer than any strace prints is not put together; it is reported.  Bytes
become characters one for one (Latin-1), so nothing is undecodable.
"""

import contextlib
import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from typing import Final, Protocol

_PIECE: Final = 1 << 18
LONGEST: Final = 1 << 21
"""2 MiB: an epoll_wait of thirty thousand events is shorter."""


class Readable(Protocol):
    """What a log is read from; every buffered binary file is one."""

    def read1(self, size: int, /) -> bytes:
        """Return some bytes, none at the end."""
        ...


class LogError(Exception):
    """A log that cannot be used: its message says which, where and why."""


def lines(source: Readable, name: str = "log") -> Iterator[str | None]:
    """Yield the lines of a log.

    Args:
        source: The file.
        name: Its name, for messages.

    Yields:
        Lines without their newline; ``None`` for one that is too long.

    Raises:
        LogError: It cannot be read, or its compression is damaged.
    """
    left = ""
    skipping = False
    while piece := _piece(source, name):
        first, *others = piece.decode("latin-1").split("\n")
        if not others:
            if not skipping:
                left += first
                skipping = len(left) > LONGEST
            continue
        yield None if skipping else left + first
        skipping = False
        left = others.pop()
        yield from others
    if skipping:
        yield None
    elif left:
        yield left


def _piece(source: Readable, name: str) -> bytes:
    """Return the next piece."""
    try:
        return source.read1(_PIECE)
    except (OSError, EOFError, zlib.error) as error:
        raise LogError(f"{name}: cannot be read: {error}") from error


@contextlib.contextmanager
def opened(path: str) -> Iterator[Iterator[str | None]]:
    """Open a log and yield its lines, unpacked if it is compressed.

    The first bytes decide, not the name, so a pipe may be compressed too.

    Args:
        path: The name of the file; ``-`` is standard input.

    Yields:
        Its lines, as ``lines`` yields them.

    Raises:
        LogError: It cannot be opened or read; the message says why.
    """
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(_open(path))
            packed = file.peek(2)[:2] == b"\x1f\x8b"
        except OSError as error:
            raise LogError(f"{path}: {error.strerror or error}") from error
        yield lines(gzip.GzipFile(fileobj=file) if packed else file, path)


def _open(path: str) -> io.BufferedReader:
    if path == "-":
        return open(sys.stdin.fileno(), "rb", closefd=False)
    return open(path, "rb")
