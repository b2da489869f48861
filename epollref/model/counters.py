"""eventfd and timerfd: eight bytes to read, and nothing else.

An **eventfd** is a counter.  Each write that succeeds is an edge for
readers, one of 0 too, and each read is one for writers, however small the
counter was (``fs/eventfd.c``).  So an edge-triggered eventfd need never be
read to wake a loop again.

A **timerfd** counts expirations.  Setting it puts the count to 0 without a
word: a watch that is on a ready list by then is stale (``fs/timerfd.c``).
The model has no clock: the script says when the timer expires.
"""

import errno
import sys

from epollref.masks import EPOLLIN, EPOLLOUT
from epollref.model.files import File, failure
from epollref.model.profile import Profile

WIDTH = 8
ULLONG_MAX = (1 << 64) - 1
EFD_SEMAPHORE = 1


class EventFile(File):
    """A counter that can be watched."""

    __slots__ = ("_count", "_profile", "_semaphore")

    def __init__(self, initval: int, semaphore: bool, profile: Profile) -> None:
        super().__init__()
        self._count = initval
        self._semaphore = semaphore
        self._profile = profile

    def poll(self) -> int:
        """IN above 0, OUT while 1 can be added.

        At 2^64-1 it would be ERR, but no write gets it there.
        """
        mask = EPOLLIN if self._count else 0
        return mask | EPOLLOUT if self._count < ULLONG_MAX - 1 else mask

    def read(self, n: int) -> bytes:
        """Take the counter, or 1 from a semaphore; EAGAIN at 0."""
        if n < WIDTH:
            raise failure(errno.EINVAL)
        if not self._count:
            raise failure(errno.EAGAIN)
        taken = 1 if self._semaphore else self._count
        self._count -= taken
        self.queue.wake(EPOLLOUT)
        return taken.to_bytes(WIDTH, sys.byteorder)

    # --8<-- [start:write]
    def write(self, data: bytes | memoryview) -> int:
        """Add; EAGAIN if the sum is too large."""
        size = len(data)
        if size < WIDTH:
            raise failure(errno.EINVAL)
        if size > WIDTH and not self._profile.long_eventfd_write:
            raise failure(errno.EINVAL)
        added = int.from_bytes(data[:WIDTH], sys.byteorder)
        if added == ULLONG_MAX:
            raise failure(errno.EINVAL)
        if self._count + added >= ULLONG_MAX:
            raise failure(errno.EAGAIN)
        self._count += added
        self.queue.wake(EPOLLIN)
        return WIDTH

    # --8<-- [end:write]


class TimerFile(File):
    """A timer whose clock the script moves."""

    __slots__ = ("_expirations",)

    def __init__(self) -> None:
        super().__init__()
        self._expirations = 0

    def poll(self) -> int:
        """IN from the expiration to the read."""
        return EPOLLIN if self._expirations else 0

    def settime(self, expired: bool) -> None:
        """Start over; let the timer expire once, or not."""
        self._expirations = int(expired)
        if expired:
            self.queue.wake(EPOLLIN)

    def read(self, n: int) -> bytes:
        """Take the number of expirations; EAGAIN if there is none."""
        if n < WIDTH:
            raise failure(errno.EINVAL)
        if not self._expirations:
            raise failure(errno.EAGAIN)
        taken, self._expirations = self._expirations, 0
        return taken.to_bytes(WIDTH, sys.byteorder)
