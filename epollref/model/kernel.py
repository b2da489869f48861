"""The model as a kernel: a table of descriptors, and the calls on it.

``ModelKernel`` has the nine calls of the seam, so whatever runs on Linux
runs on it: the same arguments, the same values, the same errno.  Beside them
stand the calls that make files, and two that look without touching: poll(2)
and the ``fdinfo`` file of an epoll (proc_pid_fdinfo(5)).

All files are non-blocking, and time stands still: a wait with a time-out
ends at once, because nothing can happen meanwhile.  Numbers are handed out
from 3, the lowest that is free, as open(2) does.
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
from epollref.model.counters import EFD_SEMAPHORE, EventFile, TimerFile
from epollref.model.epoll import Epoll
from epollref.model.files import File, RegularFile, failure
from epollref.model.nesting import check_links, check_ways
from epollref.model.pipe import make_pipe
from epollref.model.profile import Profile
from epollref.model.sockets import Listener, connected

FIRST = 3
"""0, 1 and 2 are taken in every program."""
BACKLOG = 3
NONBLOCK = 0o4000
"""``O_NONBLOCK``, and the flags of that name of accept4 and eventfd."""
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


class ModelKernel:
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

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._table: dict[int, File] = {}

    def _file(self, fd: int) -> File:
        try:
            return self._table[fd]
        except KeyError:
            raise failure(errno.EBADF) from None

    def _install(self, file: File) -> int:
        fd = FIRST
        while fd in self._table:
            fd += 1
        self._table[fd] = file
        file.descriptors += 1
        return fd

    # epoll

    def epoll_create1(self, flags: int) -> int:
        """Make an epoll instance (epoll_create1(2))."""
        if flags & ~EPOLL_CLOEXEC:
            raise failure(errno.EINVAL)
        return self._install(Epoll())

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
        number_first = self._profile.wait_checks_number_first
        bad_number = not 0 < maxevents <= self._profile.max_events
        epoll = None if bad_number and number_first else self._file(epfd)
        if bad_number or not isinstance(epoll, Epoll):
            raise failure(errno.EINVAL)
        records = epoll.take(maxevents)
        if not records and timeout_ms < 0:
            raise DeadlockError(f"epoll_wait({epfd}, …, -1) would never end")
        return records

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

    def poll(self, fd: int) -> int:
        """Ask one file for all its conditions (poll(2), every bit asked).

        Args:
            fd: The descriptor; one that is not open is ``EPOLLNVAL``.
        """
        file = self._table.get(fd)
        return EPOLLNVAL if file is None else file.poll()

    # any file

    def read(self, fd: int, n: int, /) -> bytes:
        """Read at most ``n`` bytes (read(2))."""
        return self._file(fd).read(n)

    def write(self, fd: int, data: bytes | memoryview, /) -> int:
        """Write bytes, perhaps not all of them (write(2))."""
        return self._file(fd).write(data)

    def close(self, fd: int) -> None:
        """Close a descriptor; the last one of a file ends its watches."""
        file = self._file(fd)
        del self._table[fd]
        file.descriptors -= 1
        if not file.descriptors:
            file.release()

    def dup(self, fd: int) -> int:
        """Return another descriptor of the same file (dup(2))."""
        return self._install(self._file(fd))

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

    def socketpair(self) -> tuple[int, int]:
        """Make two connected unix stream sockets (socketpair(2))."""
        one, other = connected(self._profile)
        return self._install(one), self._install(other)

    def listener(self, backlog: int = BACKLOG) -> int:
        """Make a listening unix stream socket (listen(2)).

        Args:
            backlog: One more connection than this can wait.
        """
        return self._install(Listener(backlog, self._profile))

    def connect(self, listener: int) -> int:
        """Make a client of a listener (connect(2)).

        Args:
            listener: A listener, or a connection accepted from it, which
                has the same name.

        Returns:
            The client's descriptor; the other end waits in the backlog.

        Raises:
            OSError: EAGAIN (the backlog is full), ECONNREFUSED, EBADF,
                EINVAL (no name), ENOTSOCK.
        """
        return self._install(self._file(listener).connect())

    # other files

    def pipe(self) -> tuple[int, int]:
        """Make a pipe: the end to read from, the end to write to."""
        reader, writer = make_pipe(self._profile)
        return self._install(reader), self._install(writer)

    def eventfd(self, initval: int, flags: int) -> int:
        """Make a counter that can be watched (eventfd(2))."""
        if flags & ~(EFD_SEMAPHORE | NONBLOCK | EPOLL_CLOEXEC):
            raise failure(errno.EINVAL)
        semaphore = bool(flags & EFD_SEMAPHORE)
        return self._install(EventFile(initval, semaphore, self._profile))

    def timerfd_create(self) -> int:
        """Make a timer that is not set (timerfd_create(2))."""
        return self._install(TimerFile())

    def timerfd_settime(self, fd: int, expired: bool) -> None:
        """Set a timer anew, and let it expire once, or stop it.

        Args:
            fd: The timer; what is none is EINVAL.
            expired: Whether it expires at once.
        """
        self._file(fd).settime(expired)

    def regular_file(self) -> int:
        """Open an empty file, which no epoll takes."""
        return self._install(RegularFile())
