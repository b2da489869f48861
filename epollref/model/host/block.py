"""A block of descriptor numbers that belongs to one kernel.

The same script has to mean the same on both kernels, and scripts name
descriptors by number.  So each new file is moved to a block of numbers: the
model's 3 is always the same real number, the lowest free one is handed out
next (fcntl(2), ``F_DUPFD``), and what the rest of the process opens meanwhile
does no harm.  Files are moved by dup and close, which epoll cannot see: it
knows files by their open file description.
"""

import errno
import fcntl
import os
import resource
from collections.abc import Iterator
from typing import Final

from epollref.model.files import OutsideScopeError
from epollref.model.table import FIRST

USUAL_ROOM: Final = 200
"""Numbers of one kernel, unless a script says that it needs more."""
LOWEST: Final = 200
"""Numbers below are left to the rest of the process."""

_taken: Final[set[range]] = set()
"""The blocks of this process, whether their numbers are open or not."""


class NoRoomError(OutsideScopeError):
    """The block is full: our limit, and no answer of Linux."""


class Block:
    """Numbers that nobody else uses.

    Args:
        room: How many; where fewer are free in a row, these.

    Raises:
        OSError: EMFILE: not even ``USUAL_ROOM`` are free in a row.
    """

    def __init__(self, room: int = USUAL_ROOM) -> None:
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
        except OSError as error:
            if error.errno != errno.EMFILE:
                raise
            raise self._full() from None  # the block ends at the limit
        finally:
            os.close(opened)
        if real >= self._end:
            os.close(real)
            raise self._full()
        return self.shown(real)

    def _full(self) -> NoRoomError:
        return NoRoomError(
            f"more than {len(self._numbers):,} descriptors at once: "
            "epollref's limit, not Linux's; a higher ulimit -n than "
            f"{allowed():,} raises it"
        )

    def clear(self) -> None:
        """Close all that a script left open."""
        os.closerange(self._base, self._end)

    def give_back(self) -> None:
        """Close all, and let somebody else have the numbers."""
        self.clear()
        _taken.discard(self._numbers)


def allowed() -> int:
    """Return how many descriptors this process may have (getrlimit(2))."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft


def most_free() -> int:
    """Return how many descriptors in a row nobody uses."""
    return max(map(len, _free_runs()), default=0)


def _first_free(room: int) -> range:
    """Take numbers in a row that nobody uses; fewer, if there are fewer."""
    runs = [*_free_runs(), range(0)]
    numbers = max(runs, key=lambda run: min(len(run), room))[:room]
    if len(numbers) < min(room, USUAL_ROOM):
        raise OSError(
            errno.EMFILE,
            f"no {min(room, USUAL_ROOM):,} descriptors in a row are free below "
            f"{allowed():,}: ulimit -n",
        )
    _taken.add(numbers)
    return numbers


def _free_runs() -> Iterator[range]:
    """Return the numbers between those that are taken or open."""
    used = set(map(int, os.listdir("/proc/self/fd"))).union(*_taken)
    start, most = LOWEST, allowed()
    for fd in sorted(fd for fd in used if fd in range(LOWEST, most)):
        if fd > start:
            yield range(start, fd)
        start = fd + 1
    yield range(start, most)
