"""The model as a kernel: a table of descriptors, and the calls on it.

``ModelKernel`` has the nine calls of the seam, so whatever runs on Linux
runs on it: the same arguments, the same values, the same errno.  Beside them
stand the calls that make files, and two that look without touching: poll(2)
and the ``fdinfo`` file of an epoll (proc_pid_fdinfo(5)).

All files are non-blocking, and time stands still: a wait with a time-out
ends at once, because nothing can happen meanwhile.  A script that wants a
thread to be blocked says so: ``sleep_in_wait``, ``returned``.
"""

import errno

from epollref.kernel import Ready
from epollref.masks import (
    DATA_MASK,
    EPOLL_CLOEXEC,
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLL_CTL_MOD,
    EPOLLERR,
    EPOLLET,
    EPOLLEXCLUSIVE,
    EPOLLHUP,
    EPOLLIN,
    EPOLLNVAL,
    EPOLLOUT,
    EPOLLWAKEUP,
)
from epollref.model.epoll import Epoll
from epollref.model.files import File, failure
from epollref.model.nesting import check_links, check_ways
from epollref.model.table import NONBLOCK, Table

EXCLUSIVE_COMPANY = (
    EPOLLIN
    | EPOLLOUT
    | EPOLLERR
    | EPOLLHUP
    | EPOLLWAKEUP
    | EPOLLET
    | EPOLLEXCLUSIVE
)
"""What may stand beside ``EPOLLEXCLUSIVE`` (epoll_ctl(2))."""


class DeadlockError(RuntimeError):
    """A wait without end, where nobody is left to end it."""


class ModelKernel(Table):
    """A kernel in memory, the same on every machine with that profile.

    Args:
        profile: The numbers of the machine to be like.

    Examples:
        >>> from epollref.masks import EPOLL_CTL_ADD, EPOLLET, EPOLLIN
        >>> from epollref.model import ModelKernel, measure
        >>> kernel = ModelKernel(measure())
        >>> epfd = kernel.epoll_create1(0)
        >>> ours, theirs = kernel.socketpair()
        >>> kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, ours, EPOLLIN | EPOLLET, 7)
        >>> kernel.write(theirs, b"hello")
        5
        >>> kernel.epoll_wait(epfd, 8, 0), kernel.epoll_wait(epfd, 8, 0)
        ([Ready(events=1, data=7)], [])
    """

    # epoll

    def epoll_ctl(
        self, epfd: int, op: int, fd: int, events: int = 0, data: int = 0
    ) -> None:
        """Change an interest list (epoll_ctl(2)); errors in its order."""
        epoll, file = self._file(epfd), self._file(fd)
        if not file.pollable:
            raise failure(errno.EPERM)
        if epoll is file or not isinstance(epoll, Epoll):
            raise failure(errno.EINVAL)
        events &= 0xFFFFFFFF
        if not self._profile.keeps_wakeup:
            events &= ~EPOLLWAKEUP
        if op == EPOLL_CTL_ADD:
            self._add(epoll, file, fd, events, data & DATA_MASK)
            return
        if op == EPOLL_CTL_MOD and events & EPOLLEXCLUSIVE:
            raise failure(errno.EINVAL)
        watch = epoll.interest.get((file, fd))
        if op not in (EPOLL_CTL_MOD, EPOLL_CTL_DEL):
            raise failure(errno.EINVAL)
        if watch is None:
            raise failure(errno.ENOENT)
        if op == EPOLL_CTL_DEL:
            watch.leave()
        else:
            epoll.modify(watch, events, data & DATA_MASK)

    @staticmethod
    def _add(epoll: Epoll, file: File, fd: int, events: int, data: int) -> None:
        nested = isinstance(file, Epoll)
        if events & EPOLLEXCLUSIVE and (nested or events & ~EXCLUSIVE_COMPANY):
            raise failure(errno.EINVAL)
        if isinstance(file, Epoll):
            check_links(epoll, file)
        if (file, fd) in epoll.interest:
            raise failure(errno.EEXIST)
        watch = epoll.add(file, fd, events, data)
        if nested or epoll.watches:
            try:
                check_ways(file)
            except OSError:
                epoll.forget(watch)
                raise
        epoll.hook(watch)

    def epoll_wait(
        self, epfd: int, maxevents: int, timeout_ms: int
    ) -> list[Ready]:
        """Take what is ready (epoll_wait(2)); time-outs end at once.

        Raises:
            OSError: EBADF, EINVAL.
            DeadlockError: Nothing is ready and the wait is for ever.
        """
        records = self._waitable(epfd, maxevents).take(maxevents)
        if not records and timeout_ms < 0:
            raise DeadlockError(f"epoll_wait({epfd}, …, -1) would never end")
        return records

    def _waitable(self, epfd: int, maxevents: int) -> Epoll:
        number_first = self._profile.wait_checks_number_first
        bad_number = not 0 < maxevents <= self._profile.max_events
        epoll = None if bad_number and number_first else self._file(epfd)
        if bad_number or not isinstance(epoll, Epoll):
            raise failure(errno.EINVAL)
        return epoll

    def sleep_in_wait(self, epfd: int, maxevents: int) -> int:
        """Let a new thread wait without end: ``epoll_wait(…, -1)``.

        Args:
            epfd: The epoll instance.
            maxevents: The most records it takes.

        Returns:
            The thread's number: 1, 2, 3.

        Raises:
            OSError: EBADF, EINVAL: the thread's call failed.

        Examples:
            >>> import sys
            >>> from epollref.masks import EPOLL_CTL_ADD, EPOLLET, EPOLLIN
            >>> from epollref.model import ModelKernel, measure
            >>> kernel = ModelKernel(measure())
            >>> epfd, counter = kernel.epoll_create1(0), kernel.eventfd(0, 0)
            >>> mask = EPOLLIN | EPOLLET
            >>> kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, counter, mask, 7)
            >>> kernel.sleep_in_wait(epfd, 8), kernel.sleep_in_wait(epfd, 8)
            (1, 2)
            >>> kernel.write(counter, (1).to_bytes(8, sys.byteorder))
            8
            >>> kernel.returned()  # an edge is for one, and the newest
            [(2, [Ready(events=1, data=7)])]
        """
        return self._threads.wait(self._waitable(epfd, maxevents), maxevents)

    def returned(self) -> list[tuple[int, list[Ready]]]:
        """Return the threads whose wait has ended since the last time.

        Returns:
            Number and records of each, by number.
        """
        return self._threads.returned()

    @property
    def raced(self) -> bool:
        """Whether what threads found so far could have been something else.

        It depends on when a woken thread runs; see
        ``epollref.model.waiters``.
        """
        return self._threads.raced

    def fdinfo(self, epfd: int) -> list[tuple[int, int, int]]:
        """Return the watches of an epoll as ``/proc`` lists them, sorted.

        Args:
            epfd: Any descriptor; what is no epoll has no watches.

        Returns:
            Descriptor number, mask and data word of each.

        Raises:
            OSError: EBADF.
        """
        file = self._file(epfd)
        return file.fdinfo() if isinstance(file, Epoll) else []

    def candidates(self, epfd: int) -> list[tuple[int, int, int]]:
        """Return the ready list of an epoll, which Linux shows nobody.

        Args:
            epfd: Any descriptor; what is no epoll has no candidates.

        Returns:
            Of each candidate, from the head: descriptor number, the events
            that a wait would report now (0 for a stale one), data word.

        Raises:
            OSError: EBADF.
        """
        file = self._file(epfd)
        return file.candidates() if isinstance(file, Epoll) else []

    def poll(self, fd: int) -> int:
        """Ask one file for all its conditions (poll(2), every bit asked).

        Args:
            fd: The descriptor; one that is not open is ``EPOLLNVAL``.
        """
        try:
            file = self._file(fd)
        except OSError:
            return EPOLLNVAL
        return file.poll()

    # any file

    def read(self, fd: int, n: int, /) -> bytes:
        """Read at most ``n`` bytes (read(2))."""
        if n < 0:  # Python's os.read refuses it, before all else.
            raise failure(errno.EINVAL)
        return self._file(fd).read(n)

    def write(self, fd: int, data: bytes | memoryview, /) -> int:
        """Write bytes, perhaps not all of them (write(2)).

        Raises:
            OSError: EAGAIN, EPIPE, ECONNRESET, EBADF, EINVAL, ENOTCONN.
            OutsideScopeError: A TCP peer has too much unread.
        """
        return self._file(fd).write(memoryview(data).cast("B"))

    def close(self, fd: int) -> None:
        """Close a descriptor; the last one of a file ends its watches."""
        file = self._file(fd)
        if file.descriptors == 1:
            file.check_answered()
        del self._table[fd]
        self._lowest = min(self._lowest, fd)
        file.descriptors -= 1
        if not file.descriptors:
            file.release()

    # sockets

    def accept4(self, fd: int, flags: int) -> int:
        """Take one connection from a listener (accept4(2))."""
        file = self._file(fd)
        if flags & ~(NONBLOCK | EPOLL_CLOEXEC):
            raise failure(errno.EINVAL)
        return self._install(file.accept())

    def shutdown(self, fd: int, how: int) -> None:
        """Close one direction of a connection, or both (shutdown(2))."""
        self._file(fd).shutdown(how)

    def timerfd_settime(self, fd: int, expired: bool) -> None:
        """Set a timer anew, and let it expire once, or stop it.

        Args:
            fd: The timer; what is none is EINVAL.
            expired: Whether it expires at once.
        """
        self._file(fd).settime(expired)
