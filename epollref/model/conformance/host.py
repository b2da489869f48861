"""The kernel you have, with the methods of the model.

The same script has to mean the same on both, and scripts name descriptors by
number.  So this kernel moves each new file to a block of numbers of its own:
the model's 3 is always the same real number, the lowest free one is handed
out next (fcntl(2), ``F_DUPFD``), and what the rest of the process opens
meanwhile does no harm.  Files are moved by dup and close, which epoll cannot
see: it knows files by their open file description.
"""

import contextlib
import errno
import fcntl
import functools
import itertools
import os
import resource
import select
import socket
from typing import Final, Self

from epollref.kernel import Ready
from epollref.linux import LinuxKernel
from epollref.masks import EPOLL_CLOEXEC
from epollref.model.conformance import timers
from epollref.model.kernel import BACKLOG, FIRST, NONBLOCK
from epollref.model.profile import Profile

ROOM: Final = 200
"""Numbers of one kernel; a script that needs more is too long."""
EVERY_BIT: Final = 0xFFFF
NONBLOCKING: Final = socket.SOCK_STREAM | socket.SOCK_NONBLOCK

_names = itertools.count()


def _failure(number: int) -> OSError:
    return OSError(number, os.strerror(number))


class HostKernel:
    """The running kernel, with numbers from 3 and all files non-blocking.

    Close it, or use it as a context manager: it closes what a script left.

    Args:
        profile: What was measured.  A smaller send buffer or fewer pipe
            slots than the machine's are set on each file.

    Raises:
        OSError: EMFILE: no block of numbers is free.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._linux = LinuxKernel()
        self._guard = _free_block()
        self._base = self._guard + 1
        self._sizes_buffers = profile.send_buffer != _usual_send_buffer()
        self._pollers: dict[int, select.poll] = {}
        """One for each number: what is open there may change."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.finish()

    def finish(self) -> None:
        """Close all that a script left open, and give the block back."""
        self.reset()
        os.close(self._guard)

    def reset(self) -> None:
        """Close all that a script left open."""
        os.closerange(self._base, self._base + ROOM - 1)

    # numbers

    def _real(self, fd: int) -> int:
        """Return the real number; -1 for what no script was given."""
        real = fd - FIRST + self._base
        return real if self._base <= real < self._base + ROOM - 1 else -1

    def _moved(self, opened: int) -> int:
        """Give a new file the next number of the block."""
        try:
            real = fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, self._base)
        finally:
            os.close(opened)
        if real >= self._base + ROOM - 1:
            os.close(real)
            raise _failure(errno.EMFILE)
        return real - self._base + FIRST

    # epoll

    def epoll_create1(self, flags: int) -> int:
        """Make an epoll instance (epoll_create1(2))."""
        return self._moved(self._linux.epoll_create1(flags | EPOLL_CLOEXEC))

    def epoll_ctl(
        self, epfd: int, op: int, fd: int, events: int = 0, data: int = 0
    ) -> None:
        """Change an interest list (epoll_ctl(2))."""
        self._linux.epoll_ctl(
            self._real(epfd), op, self._real(fd), events, data
        )

    def epoll_wait(
        self, epfd: int, maxevents: int, timeout_ms: int
    ) -> list[Ready]:
        """Take what is ready (epoll_wait(2))."""
        return self._linux.epoll_wait(self._real(epfd), maxevents, timeout_ms)

    def fdinfo(self, epfd: int) -> list[tuple[int, int, int]]:
        """Return the watches as ``/proc/self/fdinfo`` lists them, sorted."""
        watches = []
        for line in _lines_about(self._real(epfd)):
            if line.startswith(b"tfd:"):
                _, tfd, _, events, _, data, *_ = line.split()
                fd = int(tfd) - self._base + FIRST
                watches.append((fd, int(events, 16), int(data, 16)))
        return sorted(watches)

    def poll(self, fd: int) -> int:
        """Ask one file for all its conditions (poll(2))."""
        real = self._real(fd)
        if real < 0:
            return select.POLLNVAL
        poller = self._pollers.get(real)
        if poller is None:
            poller = self._pollers[real] = select.poll()
            poller.register(real, EVERY_BIT)
        answer = poller.poll(0)
        return answer[0][1] if answer else 0

    # any file

    def read(self, fd: int, n: int, /) -> bytes:
        """Read at most ``n`` bytes (read(2))."""
        return os.read(self._real(fd), n)

    def write(self, fd: int, data: bytes | memoryview, /) -> int:
        """Write bytes, perhaps not all of them (write(2))."""
        return os.write(self._real(fd), data)

    def close(self, fd: int) -> None:
        """Close a descriptor (close(2))."""
        os.close(self._real(fd))

    def dup(self, fd: int) -> int:
        """Return another descriptor of the same file (dup(2))."""
        return self._moved(os.dup(self._real(fd)))

    # sockets

    def accept4(self, fd: int, flags: int) -> int:
        """Take one connection from a listener (accept4(2))."""
        real = self._linux.accept4(self._real(fd), flags | NONBLOCK)
        self._size_buffer(real)
        return self._moved(real)

    def shutdown(self, fd: int, how: int) -> None:
        """Close one direction of a connection, or both (shutdown(2))."""
        self._linux.shutdown(self._real(fd), how)

    def socketpair(self) -> tuple[int, int]:
        """Make two connected unix stream sockets (socketpair(2))."""
        one, other = socket.socketpair(socket.AF_UNIX, NONBLOCKING)
        return self._made(one), self._made(other)

    def listener(self, backlog: int = BACKLOG) -> int:
        """Make a listening unix stream socket (listen(2))."""
        listening = socket.socket(socket.AF_UNIX, NONBLOCKING)
        listening.bind(f"\0epollref-{os.getpid()}-{next(_names)}")
        listening.listen(backlog)
        return self._made(listening)

    def connect(self, listener: int) -> int:
        """Make a client of a listener (connect(2))."""
        name = self._name(self._real(listener))
        client = socket.socket(socket.AF_UNIX, NONBLOCKING)
        try:
            client.connect(name)
        except OSError:
            client.close()
            raise
        return self._made(client)

    @staticmethod
    def _name(real: int) -> bytes | str:
        """Return what a socket is bound to; "" for nothing."""
        copy = os.dup(real)
        try:
            bound = socket.socket(fileno=copy)
        except OSError:
            os.close(copy)
            raise
        with bound:
            name: bytes | str = bound.getsockname()
            return name

    def _made(self, made: socket.socket) -> int:
        real = made.detach()
        self._size_buffer(real)
        return self._moved(real)

    def _size_buffer(self, real: int) -> None:
        """Set the send buffer, if the profile's is not the usual one."""
        if not self._sizes_buffers:
            return
        with socket.socket(fileno=os.dup(real)) as copy:
            # The kernel doubles what it is told (socket(7)).
            half = self._profile.send_buffer // 2
            copy.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, half)

    # other files

    def pipe(self) -> tuple[int, int]:
        """Make a pipe: the end to read from, the end to write to."""
        r, w = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        size = self._profile.pipe_slots * self._profile.page_size
        if fcntl.fcntl(w, fcntl.F_GETPIPE_SZ) != size:
            fcntl.fcntl(w, fcntl.F_SETPIPE_SZ, size)
        return self._moved(r), self._moved(w)

    def eventfd(self, initval: int, flags: int) -> int:
        """Make a counter that can be watched (eventfd(2))."""
        return self._moved(os.eventfd(initval, flags | os.EFD_NONBLOCK))

    def timerfd_create(self) -> int:
        """Make a timer that is not set (timerfd_create(2))."""
        return self._moved(timers.create())

    def timerfd_settime(self, fd: int, expired: bool) -> None:
        """Set a timer anew, and let it expire once, or stop it."""
        timers.settime(self._real(fd), expired)

    def regular_file(self) -> int:
        """Open an empty file without a name (memfd_create(2))."""
        return self._moved(os.memfd_create("epollref"))


def _free_block() -> int:
    """Find ``ROOM`` numbers that nobody uses, and take the first.

    Who looks next finds it taken, so two kernels never share a block.
    """
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    for start in range(ROOM, most - ROOM, ROOM):
        if any(_is_open(fd) for fd in range(start, start + ROOM)):
            continue
        with open(os.devnull, "rb") as anything:
            return fcntl.fcntl(anything, fcntl.F_DUPFD_CLOEXEC, start)
    raise _failure(errno.EMFILE)


def _lines_about(real: int) -> list[bytes]:
    """Return what /proc says of a descriptor (proc_pid_fdinfo(5))."""
    try:
        about = os.open(f"/proc/self/fdinfo/{real}", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise _failure(errno.EBADF) from None
    try:
        parts = []
        while part := os.read(about, 1 << 14):
            parts.append(part)
    finally:
        os.close(about)
    return b"".join(parts).splitlines()


@functools.cache
def _usual_send_buffer() -> int:
    """Return what a new unix socket has, unless it is told otherwise."""
    with socket.socket(socket.AF_UNIX) as usual:
        return usual.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)


def _is_open(fd: int) -> bool:
    with contextlib.suppress(OSError):
        fcntl.fcntl(fd, fcntl.F_GETFD)
        return True
    return False
