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

from epollref.model.files import OutsideScopeError
from epollref.model.table import FIRST

ROOM: Final = 200
"""Numbers of one kernel, unless a script says that it needs more."""


_taken: Final[set[range]] = set()
"""The blocks of this process, whether their numbers are open or not."""


class NoRoomError(OutsideScopeError):
    """The block is full: our limit, and no answer of Linux."""


class Block:
    """Numbers that nobody else uses.

    Args:
        room: How many.

    Raises:
        OSError: EMFILE: no block of numbers is free.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._numbers = _first_free(room)
        self._base, self._end = self._numbers.start, self._numbers.stop

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
            NoRoomError: The block is full.
        """
        try:
            real = fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, self._base)
        finally:
            os.close(opened)
        if real >= self._end:
            os.close(real)
            raise NoRoomError(
                f"more than {self._end - self._base:,} descriptors at once: "
                "there is no room for them here"
            )
        return self.shown(real)

    def clear(self) -> None:
        """Close all that a script left open."""
        os.closerange(self._base, self._end)

    def give_back(self) -> None:
        """Close all, and let somebody else have the numbers."""
        self.clear()
        _taken.discard(self._numbers)


def _first_free(room: int) -> range:
    """Take numbers in a row that nobody uses."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    for start in range(ROOM, most - room, ROOM):
        numbers = range(start, start + room)
        if any(
            numbers[0] in others or others[0] in numbers
            for others in tuple(_taken)
        ):
            continue
        if not any(map(_is_open, numbers)):
            _taken.add(numbers)
            return numbers
    raise OSError(
        errno.EMFILE,
        f"no {room:,} descriptors in a row are free below {most}: ulimit -n",
    )


def _is_open(fd: int) -> bool:
    with contextlib.suppress(OSError):
        fcntl.fcntl(fd, fcntl.F_GETFD)
        return True
    return False
