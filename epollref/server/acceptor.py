"""The listener, and what to do when it is too much.

The listener is level-triggered in every mode.  A connection that is left in
the queue is reported again, so one turn may take a limited number and leave
the rest: newcomers do not starve those who are here already.

Level-triggered also means that a listener nobody can serve is reported
without end, and the loop spins.  Three things may be short, and each time
the mask becomes 0 until it is better; the kernel's backlog keeps the queue.

- **Room**: as many connections as allowed.  Until one closes.
- **Descriptors** (EMFILE, ENFILE): until a moment has passed.  A **reserve
  descriptor**, kept for this, is closed to take one connection and close it
  at once, so that at least one peer knows.
- **Memory** (ENOMEM, ENOBUFS, or ADD says ENOSPC): until a moment has passed.
"""

import contextlib
import errno
import os
import socket
from collections.abc import Callable
from typing import Final

from epollref.kernel import Kernel
from epollref.masks import EPOLLHUP, EPOLLIN
from epollref.server.reactor import Reactor
from epollref.server.watch import NO_TOKEN, Watch

ACCEPT_BUDGET: Final = 64
"""The most connections taken in one turn."""

MOMENT: Final = 0.1
"""Seconds to step back for when something is short."""

FLAGS: Final = socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC

NO_DESCRIPTOR: Final = frozenset({errno.EMFILE, errno.ENFILE})
NO_MEMORY: Final = frozenset({errno.ENOMEM, errno.ENOBUFS})

NEXT_PLEASE: Final = frozenset(
    {
        errno.ECONNABORTED,
        errno.EINTR,
        errno.EPERM,
        errno.EPROTO,
        errno.ENETDOWN,
        errno.ENOPROTOOPT,
        errno.EHOSTDOWN,
        errno.ENONET,
        errno.EHOSTUNREACH,
        errno.EOPNOTSUPP,
        errno.ENETUNREACH,
        errno.ETIMEDOUT,
    }
)
"""Trouble of one waiting connection, not of the listener (accept(2))."""


class Acceptor(Watch):
    """The watch of the listening descriptor.

    Args:
        fd: The listening, non-blocking descriptor.
        kernel: Where the system calls go.
        reactor: The loop.
        admit: Takes a new descriptor; false says that it could not.
        limit: The most connections at once; ``None`` for no limit.

    Raises:
        OSError: EMFILE, ENFILE: no reserve descriptor to be had.
    """

    def __init__(
        self,
        fd: int,
        kernel: Kernel,
        reactor: Reactor,
        admit: Callable[[int], bool],
        limit: int | None,
    ) -> None:
        super().__init__(fd)
        self.open = 0
        """How many connections there are."""
        self._kernel = kernel
        self._reactor = reactor
        self._admit = admit
        self._limit = limit
        self._steps_back = False
        self._reserve = self._take_reserve()

    # --8<-- [start:accept]
    def ready(self, events: int) -> None:
        """Accept what waits, up to the budget.

        Args:
            events: ``EPOLLIN``; or HUP, if somebody shut the listener down,
                and then accept4(2) says EINVAL and the watch is retired.

        Raises:
            OSError: The listener is no listener any more.
        """
        for _ in range(ACCEPT_BUDGET):
            # A mask of 0 does not keep HUP away: accept4(2) has the reason.
            if self._full() and not events & EPOLLHUP:
                self._rearm()
                return
            try:
                fd = self._kernel.accept4(self.fd, FLAGS)
            except BlockingIOError:
                return
            except OSError as error:
                if self._is_short(error):
                    self._step_back()
                    return
                continue
            if not self._admit(fd):
                self._step_back()
                return
            self.open += 1

    def one_left(self) -> None:
        """A connection has closed; there may be room again."""
        self.open -= 1
        self._rearm()

    def _full(self) -> bool:
        return self._limit is not None and self.open >= self._limit

    def _rearm(self) -> None:
        mask = 0 if self._full() or self._steps_back else EPOLLIN
        if mask != self.mask and self.token != NO_TOKEN:
            self._reactor.modify(self, mask)

    # --8<-- [end:accept]

    # --8<-- [start:shed]
    def _is_short(self, error: OSError) -> bool:
        """Whether something is short; false if only this peer is."""
        if error.errno in NO_DESCRIPTOR:
            self._shed()
            return True
        if error.errno not in NO_MEMORY | NEXT_PLEASE:
            raise error
        return error.errno in NO_MEMORY

    def _shed(self) -> None:
        """Give the reserve for one peer, to send it away."""
        if self._reserve >= 0:
            self._kernel.close(self._reserve)
            with contextlib.suppress(OSError):
                # Another thread may have been quicker; then nobody is shed.
                self._kernel.close(self._kernel.accept4(self.fd, FLAGS))
        self._reserve = -1
        with contextlib.suppress(OSError):
            self._reserve = self._take_reserve()

    def _step_back(self) -> None:
        """Leave the listener alone for a moment."""
        self._steps_back = True
        self._rearm()
        self._reactor.call_later(MOMENT, self._step_forward)

    def _step_forward(self) -> None:
        if self.token == NO_TOKEN:
            return  # Retired meanwhile: nobody would give a reserve back.
        self._steps_back = False
        if self._reserve < 0:
            with contextlib.suppress(OSError):
                self._reserve = self._take_reserve()
        self._rearm()

    # --8<-- [end:shed]

    def _take_reserve(self) -> int:
        # Any descriptor will do; an eventfd costs the kernel least.
        return self._kernel.eventfd(0, os.EFD_CLOEXEC)

    def gone(self) -> None:
        """Give the reserve back."""
        reserve, self._reserve = self._reserve, -1
        if reserve >= 0:
            self._kernel.close(reserve)
