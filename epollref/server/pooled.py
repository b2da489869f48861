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
end of the server.  It looks at ``held`` first.  That is the one thing that
both sides write, so there is a lock, and it is hardly ever waited for.
"""

import threading
from collections.abc import Callable
from functools import partial

from epollref.server.connection import Connection
from epollref.server.oneshot import WorkerPool
from epollref.server.session import Session
from epollref.server.shared import Shared
from epollref.server.states import State


class PooledConnection(Connection):
    """A connection whose events are served by workers.

    Args:
        fd: The connected, non-blocking socket.
        session: What is said on it; called on the workers' threads, by one
            at a time.
        shared: What it shares with the other connections.
        pool: The workers.
    """

    __slots__ = ("_held", "_lock", "_pool")

    def __init__(
        self, fd: int, session: Session, shared: Shared, pool: WorkerPool
    ) -> None:
        super().__init__(fd, session, shared)
        self._pool = pool
        self._held = False
        self._lock = threading.Lock()

    @property
    def held(self) -> bool:
        """From the hand-over until the worker has armed the watch again."""
        return self._held

    # --8<-- [start:hand_over]
    def ready(self, events: int) -> None:
        """Hand the event to a worker; on the loop's thread.

        Args:
            events: The conditions that hold.
        """
        self._hand_over(partial(super().ready, events))

    def stop(self) -> None:
        """Let a worker stop it, or leave that to the one who holds it."""
        self._hand_over(super().stop)

    def _hand_over(self, serve: Callable[[], None]) -> None:
        with self._lock:
            if self._held:
                # A stopping server hands over without an event, and here is
                # one, or the other way round.  The worker will look again.
                return
            self._held = True
        self._pool.submit(partial(self._work, serve))

    # --8<-- [end:hand_over]

    # --8<-- [start:work]
    def _work(self, serve: Callable[[], None]) -> None:
        """Serve; on a worker's thread."""
        reactor = self.shared.reactor
        try:
            serve()
        except OSError as error:
            self._lost(error)
            return
        except Exception:
            self._close()
            raise  # The pool reports it.
        if self.shared.stopping and self.state is State.OPEN:
            # The server stops; the loop found this one held and passed by.
            reactor.call_soon(partial(reactor.run_for, self, self.stop))

    def _arm(self, mask: int) -> None:
        # One step for the loop: else the next event, which comes as soon as
        # MOD is done, could find the connection still held, and be lost.
        with self._lock:
            super()._arm(mask)
            self._held = False

    def _close(self) -> None:
        if not self._held:
            super()._close()  # The loop's own wish; no worker is involved.
            return
        # It stays held: nobody else touches what is about to go.
        reactor = self.shared.reactor
        reactor.call_soon(partial(reactor.retire, self))

    # --8<-- [end:work]
