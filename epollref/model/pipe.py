"""A pipe: a ring of pages with a reader and a writer.

Two habits make a pipe more than a byte queue.  A write is cut into pages,
and a small one is merged into the last page if it fits there, so a pipe can
be full with few bytes in it.  And every write wakes the reader, even if the
pipe was not empty, even if the write fails with EAGAIN.  The kernel spares
the wakeup as long as nobody has ever polled the pipe, but who watches it has
(``poll_usage`` in ``fs/pipe.c``).

Space is counted in pages.  A writer is woken when a page of a full pipe is
freed; reading 4,095 of 4,096 bytes frees none.
"""

import errno
from collections import deque

from epollref.masks import (
    EPOLLERR,
    EPOLLHUP,
    EPOLLIN,
    EPOLLOUT,
    EPOLLRDNORM,
    EPOLLWRNORM,
)
from epollref.model.files import File, failure
from epollref.model.profile import Profile


class Page:
    """One slot of the ring: what was written to it, and how much is read."""

    __slots__ = ("data", "start")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.start = 0


class Ring:
    """What both ends of a pipe share."""

    __slots__ = ("pages", "profile", "readable", "writable")

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.pages: deque[Page] = deque()
        self.readable: PipeReader | None = None
        self.writable: PipeWriter | None = None

    def full(self) -> bool:
        """Say whether every page is taken."""
        return len(self.pages) >= self.profile.pipe_slots

    def merge(self, data: bytes) -> int:
        """Put what exceeds whole pages into the last page, if it fits."""
        rest = len(data) % self.profile.page_size
        if not rest or not self.pages:
            return 0
        last = self.pages[-1]
        if len(last.data) + rest > self.profile.page_size:
            return 0
        last.data += data[:rest]
        return rest

    def put(self, data: bytes) -> int:
        """Store as much as there is room for; return how much that was."""
        done = self.merge(data)
        size = self.profile.page_size
        while done < len(data) and not self.full():
            page = data[done : done + size]
            self.pages.append(Page(page))
            done += len(page)
        return done

    def take(self, n: int) -> tuple[bytes, bool]:
        """Remove up to n bytes; say whether writers have to hear of it."""
        parts: list[bytes] = []
        freed = self.full() and self.profile.partial_read_wakes
        while n and self.pages:
            page = self.pages[0]
            part = page.data[page.start : page.start + n]
            page.start += len(part)
            n -= len(part)
            parts.append(part)
            if page.start == len(page.data):
                freed = freed or self.full()
                self.pages.popleft()
        return b"".join(parts), freed


class PipeReader(File):
    """The end to read from."""

    __slots__ = ("_ring",)

    def __init__(self, ring: Ring) -> None:
        super().__init__()
        self._ring = ring
        ring.readable = self

    def poll(self) -> int:
        """IN while a page is there, HUP without a writer; never RDHUP."""
        ring = self._ring
        mask = EPOLLIN | EPOLLRDNORM if ring.pages else 0
        return mask if ring.writable else mask | EPOLLHUP

    def read(self, n: int) -> bytes:
        """Read; EAGAIN while it is empty and has a writer."""
        ring = self._ring
        if not n:
            return b""
        if not ring.pages and ring.writable:
            raise failure(errno.EAGAIN)
        data, freed = ring.take(n)
        if freed and ring.writable:
            ring.writable.queue.wake(EPOLLOUT | EPOLLWRNORM)
        return data

    def write(self, data: bytes | memoryview) -> int:
        """Refuse: it is open for reading only."""
        raise failure(errno.EBADF)

    def release(self) -> None:
        """Tell the writer that nobody reads any more."""
        super().release()
        self._ring.readable = None
        if self._ring.writable:
            self._ring.writable.queue.wake(0)


class PipeWriter(File):
    """The end to write to."""

    __slots__ = ("_ring",)

    def __init__(self, ring: Ring) -> None:
        super().__init__()
        self._ring = ring
        ring.writable = self

    def poll(self) -> int:
        """OUT while a page is free, ERR without a reader; never HUP."""
        ring = self._ring
        mask = 0 if ring.full() else EPOLLOUT | EPOLLWRNORM
        return mask if ring.readable else mask | EPOLLERR

    def read(self, n: int) -> bytes:
        """Refuse: it is open for writing only."""
        raise failure(errno.EBADF)

    def write(self, data: bytes | memoryview) -> int:
        """Write; EPIPE without a reader, EAGAIN without room."""
        ring = self._ring
        if not data:
            return 0
        if not ring.readable:
            raise failure(errno.EPIPE)
        done = ring.put(bytes(data))
        ring.readable.queue.wake(EPOLLIN | EPOLLRDNORM)
        if not done:
            raise failure(errno.EAGAIN)
        return done

    def release(self) -> None:
        """Tell the reader that nothing will come any more."""
        super().release()
        self._ring.writable = None
        if self._ring.readable:
            self._ring.readable.queue.wake(0)


def make_pipe(profile: Profile) -> tuple[PipeReader, PipeWriter]:
    """Return the two ends of a new pipe.

    Args:
        profile: The numbers of the machine.
    """
    ring = Ring(profile)
    return PipeReader(ring), PipeWriter(ring)
