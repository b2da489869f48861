"""What all connections of a server share.

A connection is kept small, since there may be many: a descriptor, a mask, a
token, a session.  Whatever is the same for all of them stands here, once:
the system calls, bound to names that are found quickly; the four masks of
the mode; the budget; and whether the server is about to end.
"""

import socket
from collections.abc import Callable
from functools import partial
from typing import Final

from epollref.kernel import Kernel
from epollref.server.modes import Mode
from epollref.server.reactor import Reactor
from epollref.server.session import Session
from epollref.server.watch import Watch

CHUNK: Final = 64 * 1024
"""The most bytes that one read asks for."""

EDGE_BUDGET: Final = 4
"""Reads for one event where MOD is the price of stopping early."""

NO_MASK: Final = -1
"""Equal to no mask that a watch can have."""


class Shared:
    """What all connections of a server share: calls bound once, and rules.

    Args:
        kernel: Where the system calls go.
        reactor: The loop.
        mode: How connections are watched.
        linger: Seconds that a peer has to end after we have.
        left: Called with a connection that has gone.
    """

    def __init__(
        self,
        kernel: Kernel,
        reactor: Reactor,
        mode: Mode,
        linger: float,
        left: Callable[[Watch], None],
    ) -> None:
        self.read = kernel.read
        self.write = kernel.write
        self.shutdown = kernel.shutdown
        self.reactor = reactor
        self.left = left
        self.linger = linger
        self.edge = mode.edge
        self.oneshot = mode.oneshot
        self.budget = EDGE_BUDGET if mode.flags else 1
        self._masks = [
            mode.mask(wants_input, wants_output)
            for wants_output in (False, True)
            for wants_input in (False, True)
        ]
        # The mask under which nothing is left to do once the answer is
        # written.  One-shot has none (MOD is due), a server that ends
        # neither: that spares the common case two questions.
        self.resting = NO_MASK if mode.oneshot else mode.mask(True, False)
        # A read of this many bytes may have left an edge unserved; a
        # level-triggered watch is reported again by itself.
        self.full = CHUNK if mode.edge else CHUNK + 1
        self.draining = False

    def mask_for(self, session: Session) -> int:
        """Return the mask for what a session wants.

        Args:
            session: The session.
        """
        return self._masks[session.wants_input + 2 * session.wants_output]

    def drain(self) -> None:
        """From now on, what has arrived is the last input."""
        self.draining = True
        self.resting = NO_MASK

    def limit_farewell(self, token: int) -> None:
        """Give a peer ``linger`` seconds to end, now that we have.

        Args:
            token: The connection's.
        """
        # A worker may be speaking, and timers belong to the loop's thread.
        self.reactor.call_soon(
            partial(self._start, partial(self._give_up_on, token))
        )

    def _start(self, callback: Callable[[], None]) -> None:
        self.reactor.call_later(self.linger, callback)

    def _give_up_on(self, token: int) -> None:
        """End a farewell that takes too long.

        The shutdown makes an event, and that ends it the usual way, on
        whichever thread serves the connection.  A timer knows the token,
        not the connection: if that has gone in time, the token is stale.
        """
        watch = self.reactor.table.get(token)
        if watch is None:
            return
        try:
            self.shutdown(watch.fd, socket.SHUT_RDWR)
        except OSError:
            # ENOTCONN: reset meanwhile.  If not, it is tried again.
            self._start(partial(self._give_up_on, token))
