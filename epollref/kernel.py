"""The seam: the nine system calls that everything here stands on.

A kernel is an object with these methods.  They keep the names and the order
of arguments of the system calls, so that a call site reads like a trace.
``epollref.linux.LinuxKernel`` is the real one; another one may record the
calls and pass them on, or answer them from a model.

Three calls would do for epoll alone.  The seam is nine wide because an edge
is made by reads, writes and closes: who cannot see them cannot explain it.

A call that fails raises ``OSError`` with the kernel's ``errno``, from every
kernel, and nothing above wraps it.
"""

from typing import NamedTuple, Protocol


class Ready(NamedTuple):
    """One record that epoll_wait(2) returns: what is ready, and on whom."""

    events: int
    """The conditions that hold now, out of those that were asked for."""
    data: int
    """The 64-bit word that the last ADD or MOD stored with the watch."""


class EpollLike(Protocol):
    """The three calls of epoll(7)."""

    def epoll_create1(self, flags: int) -> int:
        """Make an epoll instance (epoll_create1(2)).

        Args:
            flags: 0 or ``EPOLL_CLOEXEC``.

        Returns:
            The descriptor of the new instance.

        Raises:
            OSError: EINVAL (unknown flag), EMFILE, ENFILE, ENOMEM.
        """
        ...

    def epoll_ctl(
        self, epfd: int, op: int, fd: int, events: int = 0, data: int = 0
    ) -> None:
        """Change the interest list (epoll_ctl(2)).

        Args:
            epfd: The epoll instance.
            op: ``EPOLL_CTL_ADD``, ``EPOLL_CTL_MOD`` or ``EPOLL_CTL_DEL``.
            fd: The descriptor to watch.
            events: The mask; ignored by DEL.
            data: The 64-bit data word; ignored by DEL.

        Raises:
            OSError: EBADF, EEXIST, EINVAL, ELOOP, ENOENT, ENOMEM, ENOSPC,
                EPERM.
        """
        ...

    def epoll_wait(
        self, epfd: int, maxevents: int, timeout_ms: int
    ) -> list[Ready]:
        """Wait until something is ready (epoll_wait(2)).

        Args:
            epfd: The epoll instance.
            maxevents: The most records to return, from 1.
            timeout_ms: Milliseconds; 0 returns at once, a negative number
                waits for ever.

        Returns:
            The records in the order of the ready list; empty on time-out.

        Raises:
            OSError: EBADF, EINTR, EINVAL.
        """
        ...


class Kernel(EpollLike, Protocol):
    """The calls of an epoll program: epoll's three, and what makes edges."""

    def accept4(self, fd: int, flags: int) -> int:
        """Take one connection from a listener (accept4(2)).

        Args:
            fd: The listening descriptor.
            flags: ``SOCK_NONBLOCK`` and ``SOCK_CLOEXEC``, or 0.

        Returns:
            The descriptor of the connection.

        Raises:
            OSError: EAGAIN (nobody waits), EMFILE, ENFILE, ECONNABORTED,
                EBADF, EINVAL, ENOTSOCK.
        """
        ...

    def read(self, fd: int, n: int, /) -> bytes:
        """Read at most ``n`` bytes (read(2)).

        Args:
            fd: The descriptor to read.
            n: The most bytes to return.

        Returns:
            What was there; ``b""`` at the end of the file or stream.

        Raises:
            OSError: EAGAIN (nothing yet), ECONNRESET, EBADF, EINVAL.
        """
        ...

    def write(self, fd: int, data: bytes | memoryview, /) -> int:
        """Write bytes, perhaps not all of them (write(2)).

        Args:
            fd: The descriptor to write.
            data: The bytes.

        Returns:
            How many were taken.

        Raises:
            OSError: EAGAIN (no room), EPIPE, ECONNRESET, EBADF.
        """
        ...

    def shutdown(self, fd: int, how: int) -> None:
        """Close one direction of a connection, or both (shutdown(2)).

        Args:
            fd: The socket.
            how: ``SHUT_RD``, ``SHUT_WR`` or ``SHUT_RDWR``.

        Raises:
            OSError: ENOTCONN, EBADF, ENOTSOCK.
        """
        ...

    def eventfd(self, initval: int, flags: int) -> int:
        """Make a counter that can be watched (eventfd(2)).

        Args:
            initval: The first value of the counter.
            flags: ``EFD_NONBLOCK``, ``EFD_CLOEXEC``, ``EFD_SEMAPHORE``.

        Returns:
            Its descriptor.

        Raises:
            OSError: EINVAL, EMFILE, ENFILE.
        """
        ...

    def close(self, fd: int) -> None:
        """Close a descriptor (close(2)).

        Args:
            fd: The descriptor.

        Raises:
            OSError: EBADF.
        """
        ...


class FileMaker(Kernel, Protocol):
    """A kernel that makes its own files: the model, and Linux beside it.

    A program makes them as it likes; who plays the same calls on two
    kernels needs them from both.  Arguments that do not matter are left out.
    """

    def stream_socket(self, domain: str) -> int:
        """Make a stream socket that is not connected.

        Args:
            domain: ``AF_UNIX``, or ``AF_INET`` for TCP.
        """
        ...

    def socketpair(self) -> tuple[int, int]:
        """Make two connected unix stream sockets."""
        ...

    def pipe(self) -> tuple[int, int]:
        """Make a pipe: reader, writer."""
        ...

    def timerfd_create(self) -> int:
        """Make a timer that is not set."""
        ...

    def dup(self, fd: int) -> int:
        """Return another descriptor of the same file."""
        ...

    def poll(self, fd: int) -> int:
        """Ask one file for all its conditions (poll(2))."""
        ...
