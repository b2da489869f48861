"""Output that is not waited for without a limit.

A pipe that nobody empties, a FIFO that nobody has opened, a terminal that is
stopped by Ctrl-S: write(2) waits there for as long as the reader likes, and
everybody whom the program serves waits with it.  Here a line that does not
fit in time is dropped and counted.

``O_NONBLOCK`` would do, but it belongs to the open file description, which
is shared with the shell and whoever else has inherited it (fcntl(2)).  So a
pipe or a terminal is opened once more, by its name in ``/proc/self/fd``: that
makes a description of our own.  Where it cannot be had (a socket, another
user's pipe), poll(2) is asked first, and no piece is larger than what a pipe
with room takes at once (``PIPE_BUF``, pipe(7)).
"""

import contextlib
import errno
import fcntl
import os
import resource
import select
import stat
import time
from pathlib import Path
from typing import Final, Self

HIGH: Final = 768
"""The descriptor of an output is at least this one, where the limit allows
it; it stays below the 1024 that select(2) can hold."""

FIFO_LOOK: Final = 0.01
"""Seconds between two looks whether a FIFO has a reader."""

OWN: Final = os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY
"""How a description of our own is opened."""


class Output:
    r"""A file, a pipe, a terminal or a FIFO that is written to in lines.

    Each line is one write(2), at once, and in append mode.  The descriptor
    is a high one, so the program gets the numbers that it would get without.

    After a wait in vain nobody is waited for any more, until a line fits: a
    reader that has gone to sleep costs ``patience`` once.

    Args:
        file: A path, which is created or emptied; or a descriptor, which
            stays the caller's.
        patience: Seconds to wait for room, and for the reader of a FIFO.

    Raises:
        OSError: The file cannot be opened, EBADF if the descriptor is not
            open for writing, or EMFILE.

    Examples:
        >>> import os
        >>> from epollref.output import Output
        >>> r, w = os.pipe()
        >>> with Output(w) as output:
        ...     while output.line(b"all work and no play\n"):
        ...         pass
        ...     output.lost, output.error.strerror
        ...
        (1, 'its reader is too slow')
        >>> os.close(r), os.close(w)
        (None, None)
    """

    def __init__(self, file: str | Path | int, patience: float = 0.0) -> None:
        self.lost = 0
        """How many lines could not be written."""
        self.error: OSError | None = None
        """Why, for the first of them."""
        self._patience = patience
        self._waits = True
        self._cut = False
        self._shared = False
        self._fifo: str | Path | None = None
        self._fd = -1
        if isinstance(file, int):
            self._take(file)
        else:
            self._open(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fileno(self) -> int:
        """Return the descriptor, for an interest list."""
        return self._fd

    def line(self, line: bytes) -> bool:
        """Write a line, or count it as lost.

        Args:
            line: The bytes, with their newline.

        Returns:
            Whether it was written.
        """
        try:
            self.write(line)
        except OSError as error:
            self.lost += 1
            self.error = self.error or error
            return False
        return True

    def write(self, line: bytes) -> None:
        """Write a line.

        Args:
            line: The bytes, with their newline.

        Raises:
            OSError: EAGAIN if there is no room in time, ENXIO if a FIFO has
                no reader, or as write(2) says.
        """
        if self._fd < 0 and self._fifo is not None:
            self._fd = _open_fifo(self._fifo)
        # What was cut off ends here, and does not run into this line.
        left = whole = b"\n" + line if self._cut else line
        end = 0.0
        while left:
            try:
                left = left[self._put(left) :]
            except BlockingIOError:
                now = time.monotonic()
                end = end or now + self._patience * self._waits
                if now < end and self._room(end - now):
                    continue
                self._waits = False
                self._cut |= len(left) < len(whole)
                raise OSError(errno.EAGAIN, "its reader is too slow") from None
        self._waits, self._cut = True, False

    def close(self) -> None:
        """Close the descriptor; a second call does nothing.

        What is written afterwards is lost.
        """
        fd, self._fd = self._fd, -1
        self._fifo, self._shared = None, False
        if fd >= 0:
            # The program may have closed everything it could.
            with contextlib.suppress(OSError):
                os.close(fd)

    def _put(self, data: bytes) -> int:
        if self._shared:
            if not self._room(0):
                raise BlockingIOError
            data = data[: select.PIPE_BUF]
        return os.write(self._fd, data)

    def _room(self, seconds: float) -> bool:
        writable = select.poll()
        writable.register(self._fd, select.POLLOUT)
        return bool(writable.poll(seconds * 1000))

    def _take(self, fd: int) -> None:
        # Opened once more for writing, it would take what this one refuses.
        if fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        mode = os.fstat(fd).st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode):
            with contextlib.suppress(OSError):
                self._fd = high(os.open(f"/proc/self/fd/{fd}", OWN))
                return
        self._shared = not stat.S_ISREG(mode)
        self._fd = _high_copy(fd)

    def _open(self, path: str | Path) -> None:
        end = time.monotonic() + self._patience
        while True:
            try:
                flags = OWN | os.O_CREAT | os.O_TRUNC
                self._fd = high(os.open(path, flags, 0o666))
                return
            except OSError as error:
                if error.errno != errno.ENXIO or not _is_fifo(path):
                    raise
            if time.monotonic() >= end:
                # Its reader may still come: each line looks again.
                self._fifo, self._waits = path, False
                return
            time.sleep(FIFO_LOOK)


def say(text: str, patience: float = 0.0) -> None:
    """Write to stderr, if somebody is there to read it.

    Args:
        text: Whole lines.
        patience: Seconds to wait for the reader.
    """
    with contextlib.suppress(OSError), Output(2, patience) as stderr:
        stderr.line(text.encode(errors="backslashreplace"))


def _is_fifo(path: str | Path) -> bool:
    return stat.S_ISFIFO(os.stat(path).st_mode)


def _open_fifo(path: str | Path) -> int:
    try:
        return high(os.open(path, OWN))
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        raise OSError(errno.ENXIO, "nobody reads the FIFO") from None


def high(fd: int) -> int:
    """Move a descriptor out of the way, and make it close-on-exec.

    Args:
        fd: It is closed.

    Returns:
        The new one.

    Raises:
        OSError: EMFILE.
    """
    try:
        return _high_copy(fd)
    finally:
        os.close(fd)


def _high_copy(fd: int) -> int:
    """Return a close-on-exec copy of a descriptor, out of the way."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = min(HIGH, soft * 3 // 4) if soft >= 0 else HIGH
    return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, lowest)
