"""What all connections of a server share.

A connection is kept small, since there may be many: a descriptor, a mask, a
token, a session.  Whatever is the same for all of them stands here, once:
the system calls, bound to names that are found quickly; the four masks of
the mode; the budget; and whether the server is about to end.
"""

from collections.abc import Callable

from epollref.kernel import Kernel
from epollref.server.limits import CHUNK, EDGE_BUDGET
from epollref.server.modes import Mode
from epollref.server.reactor import Reactor
from epollref.server.session import Session
from epollref.server.watch import Watch


class Shared:
    """What all connections of a server share: calls bound once, and rules.

    Args:
        kernel: Where the system calls go.
        reactor: The loop.
        mode: How connections are watched.
        left: Called with a connection that has gone.
        limit_lingering: Called with the token of one that lingers, on
            whichever thread serves it.
    """

    def __init__(
        self,
        kernel: Kernel,
        reactor: Reactor,
        mode: Mode,
        left: Callable[[Watch], None],
        limit_lingering: Callable[[int], None],
    ) -> None:
        self.read = kernel.read
        self.write = kernel.write
        self.shutdown = kernel.shutdown
        self.reactor = reactor
        self.left = left
        self.limit_lingering = limit_lingering
        self.edge = mode.edge
        self.oneshot = mode.oneshot
        self.budget = EDGE_BUDGET if mode.flags else 1
        self._masks = [
            mode.mask(wants_input, wants_output)
            for wants_output in (False, True)
            for wants_input in (False, True)
        ]
        # The mask under which nothing is left to do once the answer is
        # written.  One-shot has none: MOD is always due.
        self.resting = None if mode.oneshot else mode.mask(True, False)
        # A read of this many bytes may have left an edge unserved; a
        # level-triggered watch is reported again by itself.
        self.full = CHUNK if mode.edge else CHUNK + 1
        self.stopping = False
        """Whether what has arrived is the last input."""

    def mask_for(self, session: Session) -> int:
        """Return the mask for what a session wants.

        Args:
            session: The session.
        """
        return self._masks[session.wants_input + 2 * session.wants_output]
