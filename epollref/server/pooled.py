"""The same connection, served by the pool.

The loop hands the event over and goes on; a worker reads, answers and, as
its last step, re-arms.  What a connection does with an event is the same in
every mode, so this file is short.  What is new is who may touch what:

- **The connection** belongs to the worker from the hand-over to the MOD.
  One-shot sees to it that no second event comes meanwhile.
- **The table** belongs to the loop.  A worker that is done with a connection
  does not retire it, it asks the loop to.
- **The descriptor** is closed by the loop, and never while a worker holds
  it; so a worker cannot read from a stranger that got the same number.

The loop has reasons of its own to touch a connection: an idle timeout, the
end of the server.  It looks at ``held`` first.
"""

from functools import partial

from epollref.masks import EPOLLIN
from epollref.server.connection import Connection
from epollref.server.oneshot import WorkerPool
from epollref.server.session import Session
from epollref.server.shared import Shared


class Hold:
    """One hand-over, and whether the worker has let go.

    Each hand-over has its own.  A worker that is slow to leave, after its
    MOD, lets go of its own hold and not of the next worker's.
    """

    __slots__ = ("released",)

    def __init__(self, released: bool = False) -> None:
        self.released = released


class PooledConnection(Connection):
    """A connection whose events are served by workers.

    Args:
        fd: The connected, non-blocking socket.
        session: What is said on it; called on the workers' threads, by one
            at a time.
        shared: What it shares with the other connections.
        pool: The workers.
    """

    __slots__ = ("_hold", "_pool")

    def __init__(
        self, fd: int, session: Session, shared: Shared, pool: WorkerPool
    ) -> None:
        super().__init__(fd, session, shared)
        self._pool = pool
        self._hold = Hold(released=True)

    @property
    def held(self) -> bool:
        """From the hand-over until the worker has armed the watch again."""
        return not self._hold.released

    # --8<-- [start:hand_over]
    def ready(self, events: int) -> None:
        """Hand the event to a worker; on the loop's thread.

        Args:
            events: The conditions that hold.
        """
        if self.held:
            return  # The server stops and got here first; MOD will follow.
        self._hold = Hold()
        self._pool.submit(partial(self._work, events))

    # --8<-- [end:hand_over]

    # --8<-- [start:work]
    def _work(self, events: int) -> None:
        """Serve the event; on a worker's thread."""
        try:
            super().ready(events)
        except Exception:
            self._retire()
            raise  # The pool reports it.

    def _arm(self, mask: int) -> None:
        # After the MOD this may be another worker's connection already:
        # only what is in local variables can be trusted.
        hold, reactor, shared = self._hold, self.shared.reactor, self.shared
        super()._arm(mask)
        hold.released = True
        if shared.draining:  # The loop found it held, and passed by.
            reactor.call_soon(partial(reactor.poke, self, EPOLLIN))

    def _retire(self) -> None:
        # The hold stays: nobody else touches what is about to go.
        reactor = self.shared.reactor
        reactor.call_soon(partial(reactor.retire, self))

    # --8<-- [end:work]
