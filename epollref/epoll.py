"""One epoll instance, with the methods of ``select.epoll``.

A program that works with ``select.epoll`` works with ``Epoll``: the same
arguments, the same exceptions, the same rounding of time-outs, the same
retry after a signal (PEP 475).  Two things are added:

- ``register`` and ``modify`` take the **data word**, the 64 bits that the
  kernel keeps for us.  Left out, it is the descriptor, as in CPython, but
  whole: the upper half is zero and not chance.
- the **kernel** can be given, so that the same program runs on the real one,
  on one that records, or on a model.
"""

import contextlib
import functools
import math
import time
from typing import Final, NoReturn, Self, SupportsIndex

from epollref.arguments import (
    HasFileno,
    as_descriptor,
    c_int,
    checked_mask,
    milliseconds,
)
from epollref.kernel import Kernel
from epollref.linux import LinuxKernel
from epollref.masks import (
    DATA_MASK,
    EPOLL_CLOEXEC,
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLL_CTL_MOD,
    EPOLLIN,
    EPOLLOUT,
    EPOLLPRI,
)

DEFAULT_MASK: Final = EPOLLIN | EPOLLPRI | EPOLLOUT
"""What ``select.epoll.register`` asks for when no mask is given."""

DEFAULT_MAXEVENTS: Final = 1023
"""``FD_SETSIZE - 1``: what ``select.epoll.poll`` means by -1."""


@functools.cache
def _linux() -> LinuxKernel:
    return LinuxKernel()


class Epoll:
    """One epoll instance: a drop-in for ``select.epoll``.

    Args:
        sizehint: Ignored since Linux 2.6.8, but checked: positive or -1.
        flags: 0 or ``EPOLL_CLOEXEC``.  The descriptor is close-on-exec
            either way (PEP 446).
        kernel: Where the calls go; the running kernel if left out.

    Raises:
        ValueError: ``sizehint`` is zero or below -1.
        OSError: EINVAL (unknown flag), EMFILE, ENFILE, ENOMEM; ENOSYS where
            there is no Linux.

    Examples:
        >>> import os
        >>> from epollref.epoll import Epoll
        >>> from epollref.masks import EPOLLIN
        >>> r, w = os.pipe()
        >>> with Epoll() as ep:
        ...     ep.register(r, EPOLLIN, data=7)
        ...     before = ep.poll(0)
        ...     _ = os.write(w, b"x")
        ...     after = ep.poll(0)
        ...
        >>> before, after
        ([], [(7, 1)])
        >>> os.close(r), os.close(w)
        (None, None)
    """

    _epfd = -1

    def __init__(
        self,
        sizehint: SupportsIndex = -1,
        flags: SupportsIndex = 0,
        *,
        kernel: Kernel | None = None,
    ) -> None:
        sizehint, flags = c_int(sizehint), c_int(flags)
        if sizehint != -1 and sizehint <= 0:
            raise ValueError("sizehint must be positive or -1")
        self._kernel: Kernel = _linux() if kernel is None else kernel
        # PEP 446: what flags may add, the descriptor has already.
        self._epfd = self._kernel.epoll_create1(flags | EPOLL_CLOEXEC)

    @classmethod
    def fromfd(cls, fd: int, *, kernel: Kernel | None = None) -> Self:
        """Wrap an epoll descriptor that exists already.

        The new object shares the descriptor with its first owner: whoever
        closes first closes for both.

        Args:
            fd: The descriptor of an epoll instance.
            kernel: Where the calls go; the running kernel if left out.

        Returns:
            An object on the same instance.
        """
        wrapped = cls.__new__(cls)
        wrapped._kernel = _linux() if kernel is None else kernel
        wrapped._epfd = as_descriptor(fd)
        return wrapped

    @property
    def closed(self) -> bool:
        """Whether ``close`` was called."""
        return self._epfd < 0

    def fileno(self) -> int:
        """Return the descriptor of the instance.

        Raises:
            ValueError: The object is closed.
        """
        if self._epfd < 0:
            raise ValueError("I/O operation on closed epoll object")
        return self._epfd

    def close(self) -> None:
        """Close the descriptor; a second call does nothing.

        The interest list goes with the last descriptor of the instance.
        """
        epfd, self._epfd = self._epfd, -1
        if epfd >= 0:
            self._kernel.close(epfd)

    def __enter__(self) -> Self:
        self.fileno()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        # Nobody is there to be told that the descriptor was gone already.
        with contextlib.suppress(OSError):
            self.close()

    def __reduce__(self) -> NoReturn:
        # A copy would close the descriptor a second time, and by then it
        # may be another's.
        raise TypeError(f"cannot pickle {type(self).__name__!r} object")

    def register(
        self,
        fd: int | HasFileno,
        eventmask: SupportsIndex = DEFAULT_MASK,
        data: int | None = None,
    ) -> None:
        """Add a descriptor to the interest list (``EPOLL_CTL_ADD``).

        Args:
            fd: The descriptor, or a file with one.
            eventmask: The mask.  The default asks for EPOLLOUT too, which
                is nearly always ready: give a mask.
            data: The data word; the descriptor if left out.

        Raises:
            OSError: EBADF, EEXIST, EINVAL, ELOOP, ENOMEM, ENOSPC, EPERM.
            ValueError: The object is closed, or the descriptor negative.
        """
        self._control(EPOLL_CTL_ADD, fd, eventmask, data)

    def modify(
        self,
        fd: int | HasFileno,
        eventmask: SupportsIndex,
        data: int | None = None,
    ) -> None:
        """Replace mask and data word of a watch (``EPOLL_CTL_MOD``).

        This re-arms: readiness is looked at again, for a one-shot watch
        that has fired and for an edge that was taken (epoll(7)).

        Args:
            fd: The descriptor, or a file with one.
            eventmask: The new mask.
            data: The new data word; the descriptor if left out.

        Raises:
            OSError: EBADF, EINVAL, ENOENT, ENOMEM.
            ValueError: The object is closed, or the descriptor negative.
        """
        self._control(EPOLL_CTL_MOD, fd, eventmask, data)

    def unregister(self, fd: int | HasFileno) -> None:
        """Take a descriptor off the interest list (``EPOLL_CTL_DEL``).

        Call it before ``close``: afterwards the number names nothing, or a
        stranger.

        Args:
            fd: The descriptor, or a file with one.

        Raises:
            OSError: EBADF (closed already), ENOENT.
            ValueError: The object is closed, or the descriptor negative.
        """
        epfd = self.fileno()
        self._kernel.epoll_ctl(epfd, EPOLL_CTL_DEL, as_descriptor(fd))

    def _control(
        self,
        op: int,
        file: int | HasFileno,
        eventmask: SupportsIndex,
        data: int | None,
    ) -> None:
        epfd, fd = self.fileno(), as_descriptor(file)
        word = fd if data is None else data & DATA_MASK
        self._kernel.epoll_ctl(epfd, op, fd, checked_mask(eventmask), word)

    def poll(
        self,
        timeout: float | SupportsIndex | None = None,
        maxevents: SupportsIndex = -1,
    ) -> list[tuple[int, int]]:
        """Wait until something is ready (epoll_wait(2)).

        A signal does not end the wait: it goes on with the time that is
        left, unless the Python handler raises (PEP 475).

        Args:
            timeout: Seconds, rounded up to a millisecond; ``None`` or -1 ms
                and less waits for ever.
            maxevents: The most records to return; -1 means 1023.

        Returns:
            ``(data, events)`` of each record, in the order of the ready
            list.  Where no data word was given, it is the descriptor.

        Raises:
            OSError: EBADF, EINVAL.
            ValueError: The object is closed, or ``maxevents`` is zero or
                below -1.
            OverflowError: The timeout is no C int of milliseconds, or
                ``maxevents`` no C int.
        """
        epfd = self.fileno()
        maxevents = c_int(maxevents)
        if maxevents == -1:
            maxevents = DEFAULT_MAXEVENTS
        elif maxevents <= 0:
            raise ValueError(
                f"maxevents must be greater than 0, got {maxevents}"
            )
        left = milliseconds(timeout)
        deadline = time.monotonic() + left / 1000
        wait = self._kernel.epoll_wait
        while True:
            try:
                ready = wait(epfd, maxevents, left)
            except InterruptedError:
                if left > 0:
                    left = max(
                        0, math.ceil((deadline - time.monotonic()) * 1000)
                    )
            else:
                return [(data, events) for events, data in ready]
