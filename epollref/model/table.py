"""A table of descriptors, and the calls that make files for it.

Numbers are handed out from 3, the lowest that is free, as open(2) does.
Each call here returns a number, or two; what can be called on one then is
up to the file.
"""

import errno

from epollref.masks import EPOLL_CLOEXEC
from epollref.model.counters import EFD_SEMAPHORE, EventFile, TimerFile
from epollref.model.epoll import Epoll
from epollref.model.files import File, OutsideScopeError, RegularFile, failure
from epollref.model.listeners import Listener
from epollref.model.pipe import make_pipe
from epollref.model.profile import Profile
from epollref.model.sockets import SocketFile, StreamSocket, connected
from epollref.model.tcp import TcpSocket
from epollref.model.tcp_listeners import TcpListener
from epollref.model.waiters import Threads

FIRST = 3
"""0, 1 and 2 are taken in every program."""
BACKLOG = 3
NONBLOCK = 0o4000
"""``O_NONBLOCK``, and the flags of that name of accept4 and eventfd."""


class Table:
    """Descriptors and what they refer to.

    Args:
        profile: The numbers of the machine to be like.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._table: dict[int, File] = {}
        self._lowest = FIRST
        """All numbers below are taken."""
        self._threads = Threads()

    def _file(self, fd: int) -> File:
        """Find a file: most calls begin here, and other threads run first."""
        if self._threads.woken:
            self._threads.run()
        try:
            return self._table[fd]
        except KeyError:
            raise failure(errno.EBADF) from None

    def _socket(self, fd: int) -> SocketFile:
        file = self._file(fd)
        if not isinstance(file, SocketFile):
            raise failure(errno.ENOTSOCK)
        return file

    def _install(self, file: File) -> int:
        fd = self._lowest
        while fd in self._table:
            fd += 1
        self._lowest = fd + 1
        self._table[fd] = file
        file.descriptors += 1
        return fd

    def epoll_create1(self, flags: int) -> int:
        """Make an epoll instance (epoll_create1(2))."""
        if flags & ~EPOLL_CLOEXEC:
            raise failure(errno.EINVAL)
        return self._install(Epoll())

    def dup(self, fd: int) -> int:
        """Return another descriptor of the same file (dup(2))."""
        return self._install(self._file(fd))

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

    def tcp_listener(self, backlog: int = BACKLOG) -> int:
        """Make a listening TCP socket on a free port of the loopback.

        Args:
            backlog: One more connection than this can wait.
        """
        return self._install(TcpListener(backlog))

    def stream_socket(self, domain: str) -> int:
        """Make a stream socket that is not connected (socket(2)).

        Args:
            domain: ``AF_UNIX``, or ``AF_INET`` for TCP.
        """
        tcp = domain == "AF_INET"
        return self._install(
            TcpSocket() if tcp else StreamSocket(self._profile)
        )

    def connect(self, listener: int) -> int:
        """Make a client of a listener, unix or TCP (connect(2)).

        Args:
            listener: A listener, or a connection accepted from it, which
                has the same name.

        Returns:
            The client's descriptor; the other end waits in the backlog.

        Raises:
            OSError: EAGAIN (the backlog is full), ECONNREFUSED, EBADF,
                EINVAL (no name), ENOTSOCK.
            OutsideScopeError: A TCP backlog is full.
        """
        target = self._socket(listener)
        tcp = isinstance(target, TcpSocket | TcpListener)
        client = TcpSocket() if tcp else StreamSocket(self._profile)
        if target.take(client) is not None:
            raise OutsideScopeError("the backlog is full: connect would wait")
        return self._install(client)

    def connect_to(self, fd: int, listener: int) -> None:
        """Connect a socket of its own to a listener (connect(2)).

        Args:
            fd: The socket.
            listener: A listener, or a connection accepted from it.

        Raises:
            OSError: EAGAIN (a unix backlog is full), ECONNREFUSED,
                EALREADY, EINPROGRESS, EISCONN, ECONNABORTED, ECONNRESET, EBADF,
                EINVAL, ENOTSOCK.
        """
        client = self._socket(fd)
        client.connect_to(self._socket(listener))

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

    def regular_file(self) -> int:
        """Open an empty file, which no epoll takes."""
        return self._install(RegularFile())
