"""The kernel you have, with the methods of the model.

Each call goes to Linux as it is, but for the numbers of descriptors: they
start from 3 here as well (``block``).

As long as a script has blocked threads or TCP sockets, every call that names
a descriptor first lets the one before it settle: woken threads are back or
asleep again by then, and what was sent has arrived, as in the model.
"""

import errno
import fcntl
import itertools
import os
import select
import socket
import weakref
from collections.abc import Callable
from typing import Final, Self

from epollref.kernel import Ready
from epollref.linux import LinuxKernel
from epollref.masks import EPOLL_CLOEXEC
from epollref.model.files import failure
from epollref.model.host import sockets, timers
from epollref.model.host.block import USUAL_ROOM, Block
from epollref.model.host.loopback import Loopback
from epollref.model.host.threads import WaitingThreads
from epollref.model.profile import Profile
from epollref.model.table import BACKLOG, NONBLOCK

EVERY_BIT: Final = 0xFFFF
NONBLOCKING: Final = socket.SOCK_STREAM | socket.SOCK_NONBLOCK

_names = itertools.count()


class HostKernel:
    """The running kernel, with numbers from 3 and all files non-blocking.

    Finish it, or use it as a context manager: it closes what a script left.
    One that is forgotten gives its numbers back when it is collected.

    Args:
        profile: What was measured.  A smaller send buffer or fewer pipe
            slots than the machine's are set on each file.
        room: How many descriptors may be open at once.

    Raises:
        OSError: EMFILE: no block of numbers is free.
    """

    def __init__(self, profile: Profile, room: int = USUAL_ROOM) -> None:
        self._profile = profile
        self._room = room
        self._linux = LinuxKernel()
        self._numbers = Block(room)
        self._give_back = weakref.finalize(self, self._numbers.give_back)
        self._real: Callable[[int], int] = self._numbers.real
        self._waiters: WaitingThreads | None = None
        usual = profile.send_buffer == sockets.usual_send_buffer()
        self._send_buffer = None if usual else profile.send_buffer
        self._pollers: dict[int, select.poll] = {}
        """One for each number: what is open there may change."""
        self._loopback: Loopback | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.finish()

    def finish(self) -> None:
        """Close all that a script left open, and give the block back."""
        if self._give_back.alive:
            self.reset()
            self._give_back()

    def reset(self) -> None:
        """Close all that a script left open, and end its waits."""
        if self._loopback:
            self._loopback.cut()
            self._loopback = None
        self._numbers.clear()
        if self._waiters:
            self._end_waits()
            self._waiters = None
        self._real = self._numbers.real

    def _real_when_settled(self, fd: int) -> int:
        """Let the last call settle, then return the real number."""
        if self._loopback:
            self._loopback.settle()
        if self._waiters:
            self._waiters.disturb()
        return self._numbers.real(fd)

    def _moved(self, opened: int) -> int:
        """Give a new file the next number."""
        fd = self._numbers.move(opened)
        if self._loopback:
            self._loopback.note(self._numbers.real(fd))
        return fd

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

    def sleep_in_wait(self, epfd: int, maxevents: int) -> int:
        """Let a new thread wait without end: ``epoll_wait(…, -1)``."""
        real = self._real(epfd)
        if not self._waiters:
            self._waiters = WaitingThreads(self._room)
            self._end_waits = weakref.finalize(self, self._waiters.finish)
            self._real = self._real_when_settled
        return self._waiters.wait(real, maxevents)

    def returned(self) -> list[tuple[int, list[Ready]]]:
        """Return the threads whose wait has ended since the last time."""
        if self._loopback:
            self._loopback.settle()
        return self._waiters.returned() if self._waiters else []

    def fdinfo(self, epfd: int) -> list[tuple[int, int, int]]:
        """Return the watches as ``/proc/self/fdinfo`` lists them, sorted."""
        watches = []
        for line in _lines_about(self._real(epfd)):
            if line.startswith(b"tfd:"):
                _, tfd, _, events, _, data, *_ = line.split()
                fd = self._numbers.shown(int(tfd))
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
        self._prepare(real)
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

    def tcp_listener(self, backlog: int = BACKLOG) -> int:
        """Make a listening TCP socket on a free port of the loopback."""
        self._use_loopback()
        listening = socket.create_server(("127.0.0.1", 0), backlog=backlog)
        return self._made(listening)

    def _use_loopback(self) -> Loopback:
        if not self._loopback:
            self._loopback = Loopback()
            self._real = self._real_when_settled
        return self._loopback

    def stream_socket(self, domain: str) -> int:
        """Make a stream socket that is not connected (socket(2))."""
        if domain == "AF_INET":
            self._use_loopback()
            return self._made(socket.socket(socket.AF_INET, NONBLOCKING))
        return self._made(socket.socket(socket.AF_UNIX, NONBLOCKING))

    def connect_to(self, fd: int, listener: int) -> None:
        """Connect a socket of its own to a listener (connect(2))."""
        real, target = self._real(fd), self._real(listener)
        with sockets.shared(real) as client:
            name = sockets.bound_name(target)
            if self._loopback and isinstance(name, tuple):
                self._loopback.connect_to(client, name)
            else:
                sockets.connect_by_name(client, name)

    def connect(self, listener: int) -> int:
        """Make a client of a listener, unix or TCP (connect(2))."""
        name = sockets.bound_name(self._real(listener))
        if self._loopback and isinstance(name, tuple):
            return self._made(self._loopback.connect(name))
        client = socket.socket(socket.AF_UNIX, NONBLOCKING)
        try:
            client.connect(name)
        except OSError:
            client.close()
            raise
        return self._made(client)

    def _made(self, made: socket.socket) -> int:
        real = made.detach()
        self._prepare(real)
        return self._moved(real)

    def _prepare(self, real: int) -> None:
        if self._send_buffer is not None or self._loopback:
            sockets.prepare(real, self._send_buffer)

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
        return self._moved(timers.timerfd_create())

    def timerfd_settime(self, fd: int, expired: bool) -> None:
        """Set a timer anew, and let it expire once, or stop it."""
        timers.timerfd_settime(self._real(fd), expired)

    def regular_file(self) -> int:
        """Open an empty file without a name (memfd_create(2))."""
        return self._moved(os.memfd_create("epollref"))


def _lines_about(real: int) -> list[bytes]:
    """Return what /proc says of a descriptor (proc_pid_fdinfo(5))."""
    try:
        about = os.open(f"/proc/self/fdinfo/{real}", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise failure(errno.EBADF) from None
    try:
        parts = []
        while part := os.read(about, 1 << 14):
            parts.append(part)
    finally:
        os.close(about)
    return b"".join(parts).splitlines()
