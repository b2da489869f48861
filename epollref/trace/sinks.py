"""Where finished calls go: a list, a file, a stream.

A **sink** is anything that can be called with one ``Call``, so the simplest
one is ``calls.append`` of a list.  The other two write lines in strace's
notation.

``FileSink`` keeps out of the way of the program that it looks at:

- its descriptor is a high one, so the program gets the numbers that it
  would get without it, and the lines match strace's;
- each line is one write(2) to a file in append mode, at once: what was
  written stays when the program dies, threads do not cut each other's
  lines, and no lock can hang a signal handler;
- what cannot be written (a full disk) is counted, and never raised: it would
  look like a failure of the call that was traced.
"""

import contextlib
import fcntl
import os
import resource
import select
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Self, TextIO

from epollref.trace.items import Call
from epollref.trace.notation import Notation

Sink = Callable[[Call], None]
"""Takes a finished call.  It must not raise."""

HIGH: Final = 768
"""The descriptor of a log is at least this one, where the limit allows it;
it stays below the 1024 that select(2) can hold."""

PLAIN: Final = Notation()
"""strace without options."""


def to_all(sinks: Sequence[Sink]) -> Sink:
    """Return a sink that hands each call to several, in their order."""

    def hand_on(call: Call) -> None:
        for sink in sinks:
            sink(call)

    return hand_on


class StreamSink:
    """Writes each call as a line to a text stream, and flushes it.

    Args:
        stream: An ``io.StringIO``, a file open for text.
        notation: How lines are written.

    Examples:
        >>> import sys
        >>> from epollref.trace.calls import Close
        >>> from epollref.trace.sinks import StreamSink
        >>> sink = StreamSink(sys.stdout)
        >>> sink(Close(4, result=0))
        close(4)                                = 0
    """

    def __init__(self, stream: TextIO, notation: Notation = PLAIN) -> None:
        self._stream = stream
        self._line = notation.line

    def __call__(self, call: Call) -> None:
        """Write one line."""
        self._stream.write(self._line(call) + "\n")
        self._stream.flush()


class FileSink:
    """Writes each call as a line to a file, as ``strace -o`` does.

    Args:
        file: A path, which is created or emptied; or a descriptor, which
            is copied and stays the caller's.
        notation: How lines are written.

    Raises:
        OSError: The file cannot be opened, or EMFILE.
    """

    def __init__(
        self, file: str | Path | int, notation: Notation = PLAIN
    ) -> None:
        self.lost = 0
        """How many lines could not be written."""
        self.error: OSError | None = None
        """Why, for the first of them."""
        self._line = notation.line
        if isinstance(file, int):
            self._fd = _high_copy(file)
            return
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        fd = os.open(file, flags, 0o666)
        try:
            self._fd = _high_copy(fd)
        finally:
            os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, call: Call) -> None:
        """Write one line, in one piece and at once."""
        line = (self._line(call) + "\n").encode(errors="backslashreplace")
        try:
            self._write(line)
        except OSError as error:
            self.lost += 1
            self.error = self.error or error

    def _write(self, line: bytes) -> None:
        while line:
            try:
                line = line[os.write(self._fd, line) :]
            except BlockingIOError:
                # The program has made our common stderr non-blocking.
                writable = select.poll()
                writable.register(self._fd, select.POLLOUT)
                writable.poll()

    def close(self) -> None:
        """Close the file; a second call does nothing.

        What is traced afterwards is lost.
        """
        fd, self._fd = self._fd, -1
        if fd >= 0:
            # The program may have closed everything it could.
            with contextlib.suppress(OSError):
                os.close(fd)


def _high_copy(fd: int) -> int:
    """Return a close-on-exec copy of a descriptor, out of the way."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = min(HIGH, soft * 3 // 4) if soft >= 0 else HIGH
    return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, lowest)
