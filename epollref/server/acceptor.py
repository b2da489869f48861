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

**At the end** the listener is closed when its queue is empty: close(2) resets
whoever waits there (``inet_csk_listen_stop`` in
``net/ipv4/inet_connection_sock.c``), and to a peer that is connected already.
A listener that fails otherwise (EBADF, EINVAL, ENOTSOCK) will not get better,
and a server without one is none: it is closed, and ``error`` says why.
"""

import contextlib
import errno
import os
import socket
from collections.abc import Callable
from functools import partial
from typing import Final

from epollref.kernel import Kernel
from epollref.masks import EPOLLHUP, EPOLLIN
from epollref.server.limits import (
    ACCEPT_BUDGET,
    MOST_TURNED_AWAY,
    STEP_BACK,
)
from epollref.server.reactor import Reactor
from epollref.server.report import reason
from epollref.server.watch import NO_TOKEN, Watch

CONNECTION_FLAGS: Final = socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC

OUT_OF_DESCRIPTORS: Final = frozenset({errno.EMFILE, errno.ENFILE})
OUT_OF_MEMORY: Final = frozenset({errno.ENOMEM, errno.ENOBUFS})

PENDING_ERRORS: Final = frozenset(
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
"""Of the waiting connection, not of the listener (accept(2), notes)."""


class Acceptor(Watch):
    """The watch of the listening descriptor.

    Args:
        fd: The listening, non-blocking descriptor.
        kernel: Where the system calls go.
        reactor: The loop.
        admit: Takes a new descriptor; false says that it could not.
        closed: Called when the listener is closed.
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
        closed: Callable[[], None],
        limit: int | None,
    ) -> None:
        super().__init__(fd)
        self.open = 0
        """How many connections there are."""
        self.error: OSError | None = None
        """Why the listener was closed, if nobody has asked for that."""
        self._kernel = kernel
        self._reactor = reactor
        self._admit = admit
        self._closed = closed
        self._limit = limit
        self._steps_back = False
        self._tries_again = False
        self._closing = False
        self._reserve = self._take_reserve()

    @property
    def listens(self) -> bool:
        """Whether the listener is open."""
        return self.token != NO_TOKEN

    # --8<-- [start:accept]
    def ready(self, events: int) -> None:
        """Accept what waits, up to the budget.

        Args:
            events: ``EPOLLIN``; or HUP, if somebody shut the listener down,
                and then accept4(2) says EINVAL; 0 for a look without one.
        """
        taken = False
        for _ in range(ACCEPT_BUDGET):
            # A mask of 0 does not keep HUP away: accept4(2) has the reason.
            if self._full() and not events & EPOLLHUP:
                self._rearm()
                return
            try:
                fd = self._kernel.accept4(self.fd, CONNECTION_FLAGS)
            except OSError as error:
                if error.errno in PENDING_ERRORS:
                    continue
                self._cannot(error)
                return
            taken = True
            self.open += 1
            if not self._admit(fd):
                self.open -= 1
                self._step_back()
                return
        if not taken:
            self._step_back()  # Nothing but trouble: do not spin on it.

    def close_when_empty(self) -> None:
        """Take what waits, as room and descriptors allow, and then close."""
        self._closing = True
        self._look()

    def close(self) -> None:
        """Close the listener at once."""
        self._closing = True
        self._reactor.retire(self)

    def _look(self) -> None:
        self._reactor.run_for(self, partial(self.ready, 0))

    def turn_away_all(self) -> int:
        """Close whoever still waits, unanswered.

        Returns:
            How many there were.
        """
        count = 0
        with contextlib.suppress(OSError):
            while self.listens and count < MOST_TURNED_AWAY:
                self._kernel.close(
                    self._kernel.accept4(self.fd, CONNECTION_FLAGS)
                )
                count += 1
        return count

    def one_left(self) -> None:
        """A connection has closed; there may be room again."""
        self.open -= 1
        self._rearm()

    def _full(self) -> bool:
        return self._limit is not None and self.open >= self._limit

    def _rearm(self) -> None:
        """Set the mask; if that fails, try again in a moment."""
        mask = 0 if self._full() or self._steps_back else EPOLLIN
        if not self.listens:
            return
        if mask and self._closing:
            # An empty queue makes no event, and is what is waited for.
            self._reactor.call_soon(self._look)
        if mask == self.mask:
            return
        try:
            self._reactor.modify(self, mask)
        except OSError as error:
            self._reactor.report("the listener cannot be re-armed", error)
            if not self._tries_again:
                self._tries_again = True
                self._reactor.call_later(STEP_BACK, self._try_again)

    def _try_again(self) -> None:
        self._tries_again = False
        self._rearm()

    # --8<-- [end:accept]

    # --8<-- [start:turn_away]
    def _cannot(self, error: OSError) -> None:
        """accept4(2) has failed, and not because of one peer."""
        if error.errno == errno.EAGAIN:  # Nobody waits any more.
            if self._closing:
                self._reactor.retire(self)
        elif error.errno in OUT_OF_DESCRIPTORS | OUT_OF_MEMORY:
            # At the end descriptors come back, and nobody is sent away.
            if error.errno in OUT_OF_DESCRIPTORS and not self._closing:
                self._turn_away()
            self._step_back()
        else:
            what = f"accept4 on descriptor {self.fd}: {reason(error)}"
            self.error = OSError(error.errno, what)
            self._reactor.retire(self)

    def _turn_away(self) -> None:
        """Give the reserve for one peer, to send it away."""
        reserve, self._reserve = self._reserve, -1
        if reserve >= 0:
            self._reactor.close_fd(reserve)
            with contextlib.suppress(OSError):
                # Another thread may have been quicker; then nobody is shed.
                self._kernel.close(
                    self._kernel.accept4(self.fd, CONNECTION_FLAGS)
                )
        with contextlib.suppress(OSError):
            self._reserve = self._take_reserve()

    def _step_back(self) -> None:
        """Leave the listener alone for a moment."""
        self._steps_back = True
        self._reactor.call_later(STEP_BACK, self._step_forward)
        self._rearm()

    def _step_forward(self) -> None:
        if not self.listens:
            return  # Retired meanwhile: nobody would give a reserve back.
        self._steps_back = False
        if self._reserve < 0:
            with contextlib.suppress(OSError):
                self._reserve = self._take_reserve()
        self._rearm()

    # --8<-- [end:turn_away]

    def _take_reserve(self) -> int:
        # Any descriptor will do; an eventfd costs the kernel least.
        return self._kernel.eventfd(0, os.EFD_CLOEXEC)

    def give_back(self) -> None:
        """Close the reserve."""
        reserve, self._reserve = self._reserve, -1
        if reserve >= 0:
            self._reactor.close_fd(reserve)

    def gone(self) -> None:
        """Give the reserve back, and tell the server."""
        self.give_back()
        if not self._closing and self.error is None:
            self.error = OSError(errno.ECANCELED, "the listener was retired")
        self._closed()
