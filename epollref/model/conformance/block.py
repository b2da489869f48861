"""A block of descriptor numbers that belongs to one kernel.

The same script has to mean the same on both kernels, and scripts name
descriptors by number.  So each new file is moved to a block of numbers: the
model's 3 is always the same real number, the lowest free one is handed out
next (fcntl(2), ``F_DUPFD``), and what the rest of the process opens meanwhile
does no harm.  Files are moved by dup and close, which epoll cannot see: it
knows files by their open file description.
"""

import contextlib
import errno
import fcntl
import os
import resource
from typing import Final

from epollref.model.table import FIRST

ROOM: Final = 200
"""Numbers of one kernel; a script that needs more is too long."""


def failure(number: int) -> OSError:
    """Return the exception of a failed call.

    Args:
        number: Its errno.
    """
    return OSError(number, os.strerror(number))


class Block:
    """Numbers that nobody else uses.

    Raises:
        OSError: EMFILE: no block of numbers is free.
    """

    def __init__(self) -> None:
        self._guard = _first_free()
        self._base = self._guard + 1
        self._end = self._guard + ROOM

    def real(self, fd: int) -> int:
        """Return the real number; -1 for what no script was given.

        Args:
            fd: A number in the script.
        """
        real = fd - FIRST + self._base
        return real if self._base <= real < self._end else -1

    def shown(self, real: int) -> int:
        """Return the number that the script knows.

        Args:
            real: A number of this process.
        """
        return real - self._base + FIRST

    def move(self, opened: int) -> int:
        """Give a new file the next number of the block.

        Args:
            opened: Its number until now, which is closed.

        Returns:
            The number that the script knows.

        Raises:
            OSError: EMFILE: the block is full.
        """
        try:
            real = fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, self._base)
        finally:
            os.close(opened)
        if real >= self._end:
            os.close(real)
            raise failure(errno.EMFILE)
        return self.shown(real)

    def clear(self) -> None:
        """Close all that a script left open."""
        os.closerange(self._base, self._end)

    def give_back(self) -> None:
        """Close all, and let somebody else have the numbers."""
        self.clear()
        os.close(self._guard)


def _first_free() -> int:
    """Find ``ROOM`` numbers that nobody uses, and take the first.

    Who looks next finds it taken, so two kernels never share a block.
    """
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    for start in range(ROOM, most - ROOM, ROOM):
        if any(_is_open(fd) for fd in range(start, start + ROOM)):
            continue
        with open(os.devnull, "rb") as anything:
            return fcntl.fcntl(anything, fcntl.F_DUPFD_CLOEXEC, start)
    raise OSError(
        errno.EMFILE,
        f"no {ROOM} descriptors in a row are free below {most}: ulimit -n",
    )


def _is_open(fd: int) -> bool:
    with contextlib.suppress(OSError):
        fcntl.fcntl(fd, fcntl.F_GETFD)
        return True
    return False
