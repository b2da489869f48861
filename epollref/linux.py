"""The kernel you have: the nine calls of the seam, through libc.

``os.read``, ``os.write``, ``os.close`` and ``os.eventfd`` are the system
calls already, so they are used as they are: ``LinuxKernel().read is os.read``.
The rest goes through ctypes.  Nothing else here needs it but ``model/host``,
for calls that Python 3.11 lacks (timerfd).

Why not ``select.epoll``?  It hides three things that a reference must show:
the data word (it stores the descriptor in 32 of the 64 bits and leaves the
others to chance), EINTR (it retries) and the NULL of DEL (it passes a
pointer).

``struct epoll_event`` is packed on x86-64 and nowhere else: 12 bytes there,
16 on every other 64-bit machine (``EPOLL_PACKED`` in
``include/uapi/linux/eventpoll.h``).  That is the one fact about the machine
that a binding has to know.
"""

import ctypes
import errno
import functools
import os
import platform
import struct
import sys
import threading
from collections.abc import Callable
from typing import Final

from epollref.kernel import Ready
from epollref.masks import DATA_MASK, EPOLL_CTL_DEL

PACKED: Final = platform.machine() in ("x86_64", "AMD64")
EVENT: Final = struct.Struct("=IQ" if PACKED else "=I4xQ")
"""``struct epoll_event``: the mask, then the data word."""

_ready: Final[Callable[[tuple[int, int]], Ready]] = functools.partial(
    tuple.__new__, Ready
)
"""``Ready._make`` without its Python frame: this runs for every record."""

MAX_EVENTS: Final = 0x7FFFFFFF // EVENT.size
"""``EP_MAX_EVENTS`` of ``fs/eventpoll.c``: more is EINVAL."""


INT_MIN: Final = -0x80000000
INT_MAX: Final = 0x7FFFFFFF


class _Buffer:
    """Room for the records of one epoll_wait.

    It grows to the largest ``maxevents`` seen and is then used again: a
    fresh one each time would cost more than the system call.
    """

    __slots__ = ("memory", "room")

    def __init__(self) -> None:
        self.room = 0
        self.memory = ctypes.create_string_buffer(EVENT.size)

    def grow(self, maxevents: int) -> None:
        # ctypes would keep the low 32 bits of the count, and the kernel
        # would write past the end.
        if not INT_MIN <= maxevents <= INT_MAX:
            raise OverflowError("maxevents must be a C int")
        # A count that the kernel refuses is passed on for it to refuse.
        if self.room < maxevents <= MAX_EVENTS:
            self.memory = ctypes.create_string_buffer(maxevents * EVENT.size)
            self.room = maxevents


class _Buffers(threading.local):
    """The buffers that a thread does not use just now.

    Mostly it is one.  It is taken away for the length of a call: a signal
    handler runs when the system call returns, before the records are read,
    and may wait on an instance of its own.  A handler may raise as well, at
    any place: then there is none here, and the next call makes one.
    """

    def __init__(self) -> None:
        self.free = [_Buffer()]


def _failure(before: int) -> OSError:
    """Return the exception of a call that failed just now.

    A handler runs between a call and the look at its errno, and may make
    calls that fail.  So each failure leaves errno as it was before the call,
    as a handler in C has to (signal-safety(7)).

    Args:
        before: The errno before the call.
    """
    number = ctypes.get_errno()
    ctypes.set_errno(before)
    return OSError(number, os.strerror(number))


class LinuxKernel:
    """The running Linux kernel, called through libc.

    One object serves any number of threads.  Every failed call raises
    ``OSError`` with its ``errno``; EINTR is raised too, not retried.

    Raises:
        OSError: ENOSYS on a system that is not Linux.

    Examples:
        >>> from epollref.linux import LinuxKernel
        >>> from epollref.masks import EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLLIN
        >>> kernel = LinuxKernel()
        >>> epfd = kernel.epoll_create1(EPOLL_CLOEXEC)
        >>> counter = kernel.eventfd(1, 0)
        >>> kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, counter, EPOLLIN, data=42)
        >>> kernel.epoll_wait(epfd, 8, 0)
        [Ready(events=1, data=42)]
        >>> kernel.close(counter)
        >>> kernel.close(epfd)
    """

    read: Callable[[int, int], bytes]
    """read(2): ``os.read`` itself, so that the seam costs nothing here."""
    write: Callable[[int, bytes | memoryview], int]
    """write(2): ``os.write`` itself."""
    close: Callable[[int], None]
    """close(2): ``os.close`` itself."""
    eventfd: Callable[[int, int], int]
    """eventfd(2): ``os.eventfd`` itself."""

    def __init__(self) -> None:
        if sys.platform != "linux":
            raise OSError(
                errno.ENOSYS, f"epoll is part of Linux, this is {sys.platform}"
            )
        self.read = os.read
        self.write = os.write
        self.close = os.close
        self.eventfd = os.eventfd
        libc = ctypes.CDLL(None, use_errno=True)
        self._create1 = libc.epoll_create1
        self._create1.argtypes = [ctypes.c_int]
        self._ctl = libc.epoll_ctl
        self._ctl.argtypes = [ctypes.c_int] * 3 + [ctypes.c_void_p]
        self._wait = libc.epoll_wait
        self._wait.argtypes = [
            ctypes.c_int,
            ctypes.c_void_p,
            ctypes.c_int,
            ctypes.c_int,
        ]
        self._accept4 = libc.accept4
        self._accept4.argtypes = [
            ctypes.c_int,
            ctypes.c_void_p,
            ctypes.c_void_p,
            ctypes.c_int,
        ]
        self._shutdown = libc.shutdown
        self._shutdown.argtypes = [ctypes.c_int] * 2
        self._buffers = _Buffers()

    def epoll_create1(self, flags: int) -> int:
        """Make an epoll instance (epoll_create1(2)).

        Args:
            flags: 0 or ``EPOLL_CLOEXEC``.

        Returns:
            The descriptor of the new instance.

        Raises:
            OSError: EINVAL (unknown flag), EMFILE, ENFILE, ENOMEM.
        """
        before = ctypes.get_errno()
        fd: int = self._create1(flags)
        if fd < 0:
            raise _failure(before)
        return fd

    def epoll_ctl(
        self, epfd: int, op: int, fd: int, events: int = 0, data: int = 0
    ) -> None:
        """Change the interest list (epoll_ctl(2)).

        Args:
            epfd: The epoll instance.
            op: ``EPOLL_CTL_ADD``, ``EPOLL_CTL_MOD`` or ``EPOLL_CTL_DEL``.
            fd: The descriptor to watch.
            events: The mask, 32 bits; ignored by DEL, which passes NULL.
            data: The data word, 64 bits; ignored by DEL.

        Raises:
            OSError: EBADF, EEXIST, EINVAL, ELOOP, ENOENT, ENOMEM, ENOSPC,
                EPERM.
        """
        event = None
        if op != EPOLL_CTL_DEL:
            event = EVENT.pack(events & 0xFFFFFFFF, data & DATA_MASK)
        before = ctypes.get_errno()
        if self._ctl(epfd, op, fd, event) < 0:
            raise _failure(before)

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
            OverflowError: A count or a time that is no C int.
        """
        if not INT_MIN <= timeout_ms <= INT_MAX:
            raise OverflowError("timeout_ms must be a C int")
        free = self._buffers.free
        before = ctypes.get_errno()
        buffer = free.pop() if free else _Buffer()
        try:
            if not 0 < maxevents <= buffer.room:
                buffer.grow(maxevents)
            n: int = self._wait(epfd, buffer.memory, maxevents, timeout_ms)
            if n < 0:
                raise _failure(before)
            records = memoryview(buffer.memory)[: n * EVENT.size]
            return list(map(_ready, EVENT.iter_unpack(records)))
        finally:
            # Here alone: a buffer that is free twice would be used by two.
            free.append(buffer)

    def buffer_address(self) -> int | None:
        """Return where this thread's last epoll_wait had its buffer.

        strace prints the address when the call fails, so a trace does too.

        Returns:
            The address, as the kernel was given it; ``None`` where a signal
            handler has raised before there was a call.
        """
        free = self._buffers.free
        return ctypes.addressof(free[-1].memory) if free else None

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
        before = ctypes.get_errno()
        connection: int = self._accept4(fd, None, None, flags)
        if connection < 0:
            raise _failure(before)
        return connection

    def shutdown(self, fd: int, how: int) -> None:
        """Close one direction of a connection, or both (shutdown(2)).

        Args:
            fd: The socket.
            how: ``SHUT_RD``, ``SHUT_WR`` or ``SHUT_RDWR``.

        Raises:
            OSError: ENOTCONN, EBADF, ENOTSOCK.
        """
        before = ctypes.get_errno()
        if self._shutdown(fd, how) < 0:
            raise _failure(before)
