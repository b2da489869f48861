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
- what cannot be written (a full disk, a pipe that nobody empties) is counted,
  and never raised: it would look like a failure of the call that was traced.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TextIO

from epollref.output import Output
from epollref.trace.items import Call
from epollref.trace.notation import Notation

Sink = Callable[[Call], None]
"""Takes a finished call.  It must not raise."""

_PLAIN: Final = Notation()
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

    def __init__(self, stream: TextIO, notation: Notation = _PLAIN) -> None:
        self._stream = stream
        self._line = notation.line

    def __call__(self, call: Call) -> None:
        """Write one line."""
        self._stream.write(self._line(call) + "\n")
        self._stream.flush()


class FileSink(Output):
    """Writes each call as a line to a file, as ``strace -o`` does.

    Args:
        file: A path, which is created or emptied; or a descriptor, which
            stays the caller's.
        notation: How lines are written.
        patience: Seconds to wait for the reader of a pipe or a FIFO; then
            lines are lost.

    Raises:
        OSError: The file cannot be opened, or EMFILE.
    """

    def __init__(
        self,
        file: str | Path | int,
        notation: Notation = _PLAIN,
        *,
        patience: float = 0.0,
    ) -> None:
        super().__init__(file, patience)
        self._notation = notation

    def __call__(self, call: Call) -> None:
        """Write one line, in one piece and at once."""
        line = self._notation.line(call) + "\n"
        self.line(line.encode(errors="backslashreplace"))
