"""All of it tied together, and the graceful end.

A server is a reactor, an acceptor and any number of connections, each with a
session.  It is given a kernel, a listening descriptor, the name of a mode
and a function that makes sessions; it chooses nothing else.

**The end.**  ``stop`` may come from any thread or signal handler, so all it
does is ``call_soon``.  Then, on the loop's thread: what has arrived on each
connection is read, and answered in full; the write side is shut; the peer
ends too, and the descriptor is closed.  Peers that wait to be accepted are
connected already as they see it, so they are taken in, as room allows, and
treated alike; then the listener is closed.  What is still open after
``stop_limit`` seconds, or at a second ``stop``, is closed as it is, and how
many that were is reported.

A server whose listener fails ends in the same way, and ``run`` says why.
"""

import contextlib
import time
from collections.abc import Callable
from typing import Self

from epollref.kernel import Kernel
from epollref.masks import EPOLLIN
from epollref.server.acceptor import Acceptor
from epollref.server.connection import Connection
from epollref.server.deadlines import Deadlines
from epollref.server.limits import DEFAULT_LIMITS, Limits
from epollref.server.modes import find_mode
from epollref.server.oneshot import WorkerPool
from epollref.server.pooled import PooledConnection
from epollref.server.reactor import Reactor
from epollref.server.report import Report, report_on_stderr
from epollref.server.session import EchoSession, SessionFactory
from epollref.server.shared import Shared
from epollref.server.watch import Watch, WatchTable


class Server:
    """A server for any protocol that is a ``Session``.

    Args:
        kernel: Where the system calls go.
        listener_fd: A listening, non-blocking descriptor.  It belongs to
            the server from here on: give ``listener.detach()``.
        mode: ``level``, ``edge``, ``oneshot`` or ``edge-oneshot``.  Not
            ``edge`` for a unix socket whose peers pass descriptors
            (unix(7)): a read stops short at each, with bytes behind it.
        session: Makes the session of a new connection.
        workers: Threads that serve connections; 0 lets the loop do it.
            More need a one-shot mode.
        limits: How many connections, and how long anything may take.
        clock: Returns seconds that never run backwards.
        report: Is told of exceptions in sessions and handlers, of calls that
            fail, and of peers whom the end has cut off.

    Raises:
        ValueError: An argument makes no sense.
        OSError: EMFILE, ENFILE, ENOMEM; EPERM or EBADF if the listener
            cannot be watched; EAGAIN for too many workers.  The listener
            is then still open.

    Examples:
        >>> import socket
        >>> from epollref.linux import LinuxKernel
        >>> from epollref.server.listener import listen_on
        >>> from epollref.server.server import Server
        >>> listener = listen_on("127.0.0.1", 0)
        >>> address = listener.getsockname()
        >>> with Server(LinuxKernel(), listener.detach(), "edge") as server:
        ...     with socket.create_connection(address) as client:
        ...         client.sendall(b"hello")
        ...         client.shutdown(socket.SHUT_WR)
        ...         while server.turn() and server.connections:
        ...             pass
        ...         client.recv(100)
        ...
        b'hello'
    """

    def __init__(
        self,
        kernel: Kernel,
        listener_fd: int,
        mode: str,
        *,
        session: SessionFactory = EchoSession,
        workers: int = 0,
        limits: Limits = DEFAULT_LIMITS,
        clock: Callable[[], float] = time.monotonic,
        report: Report = report_on_stderr,
    ) -> None:
        how = find_mode(mode)
        if workers < 0:
            raise ValueError(f"{workers} workers: 0 or more")
        if workers and not how.oneshot:
            raise ValueError(f"workers need a one-shot mode, not {mode}")
        self._session = session
        self._report = report
        self._limits = limits
        self._pool: WorkerPool | None = None
        self.done = False
        """Whether a stop is complete."""
        with contextlib.ExitStack() as undo:
            if workers:
                pool = WorkerPool(workers, report)
                self._pool = undo.enter_context(pool)
            reactor = Reactor(kernel, clock=clock, report=report)
            self._reactor = undo.enter_context(reactor)
            self._acceptor = Acceptor(
                listener_fd,
                kernel,
                reactor,
                self._admit,
                self._listener_gone,
                limits.max_connections,
            )
            undo.callback(self._acceptor.give_back)
            reactor.add(self._acceptor, EPOLLIN)
            undo.pop_all()
        self._deadlines = deadlines = Deadlines(reactor, limits, clock)
        self._shared = Shared(
            kernel, reactor, how, self._one_left, deadlines.limit_lingering
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return self._acceptor.open

    @property
    def table(self) -> WatchTable:
        """What is watched: listener, wakeup, connections."""
        return self._reactor.table

    def turn(self, timeout_ms: int = -1) -> int:
        """Wait once, and act on what is ready.

        Args:
            timeout_ms: The longest wait in milliseconds; 0 does not sleep,
                a negative number waits for ever.

        Returns:
            The number of records that the kernel returned.
        """
        return self._reactor.turn(timeout_ms)

    def run(self) -> None:
        """Serve until a stop is complete.

        Raises:
            OSError: The listener has failed (EBADF, EINVAL), and what was
                owed by then is finished; or epoll_wait(2) has.
        """
        while not self.done:
            self._reactor.turn()
        if self._acceptor.error is not None:
            raise self._acceptor.error

    def watch_fd(
        self, fd: int, handler: Callable[[int], None], mask: int = EPOLLIN
    ) -> Watch:
        """Watch a descriptor of yours, such as a signal pipe.

        Args:
            fd: The descriptor; it stays yours.
            handler: Called with the events, on the loop's thread.
            mask: What to watch for, and how.

        Returns:
            The watch.

        Raises:
            OSError: As epoll_ctl(2) ADD says.
        """
        return self._reactor.watch_fd(fd, handler, mask)

    # --8<-- [start:admit]
    def _admit(self, fd: int) -> bool:
        """Make a connection of a descriptor; false if that cannot be."""
        try:
            connection = self._connect(fd)
            self._reactor.add(
                connection, self._shared.mask_for(connection.session)
            )
        except Exception as error:
            self._reactor.close_fd(fd)
            self._report(f"descriptor {fd} cannot be a connection", error)
            return False
        self._deadlines.guard(connection)
        if self._shared.stopping:
            self._reactor.run_for(connection, connection.stop)
        return True

    def _connect(self, fd: int) -> Connection:
        session = self._deadlines.timed(self._session())
        if self._pool is not None:
            return PooledConnection(fd, session, self._shared, self._pool)
        return Connection(fd, session, self._shared)

    # --8<-- [end:admit]

    # --8<-- [start:stop]
    def stop(self) -> None:
        """Ask for the end; any thread and any signal handler may.

        The first time it is graceful; the second time, at once.
        """
        self._reactor.call_soon(self._stop)

    def _stop(self) -> None:
        if self._shared.stopping:
            self._cut_off("a second stop")
        else:
            self._begin_end()

    def _begin_end(self) -> None:
        self._shared.stopping = True
        limit = self._limits.stop_limit
        why = f"the limit of {limit:g} seconds is over"
        self._reactor.call_later(limit, lambda: self._cut_off(why))
        for watch in self._reactor.table:
            # One that a worker holds ignores this; the worker will see.
            if isinstance(watch, Connection):
                self._reactor.run_for(watch, watch.stop)
        self._acceptor.close_when_empty()
        self._end_if_alone()

    def _listener_gone(self) -> None:
        if not (self._shared.stopping or self.done):
            self._begin_end()  # It has failed, and the rest is to follow.
        self._end_if_alone()

    def _one_left(self, connection: Watch) -> None:
        self._deadlines.forget(connection)
        self._acceptor.one_left()
        self._end_if_alone()

    def _end_if_alone(self) -> None:
        alone = not (self._acceptor.open or self._acceptor.listens)
        if self._shared.stopping and alone:
            self._end()

    def _cut_off(self, why: str) -> None:
        """End now, and say at whose cost."""
        if self.done:
            return
        left = self._end()
        away = self._acceptor.turn_away_all()
        self._acceptor.close()
        if left or away:
            message = f"cut off: {left} connections, {away} not yet accepted"
            self._report(message, TimeoutError(why))

    def _end(self) -> int:
        """Close what is left, and return how many; ``run`` returns."""
        if self.done:
            return 0
        self.done = True
        if self._pool is not None:
            self._pool.close()  # From here on, nothing is held.
        left = [w for w in self._reactor.table if isinstance(w, Connection)]
        for connection in left:
            self._reactor.retire(connection)
        return len(left)

    # --8<-- [end:stop]

    def close(self) -> None:
        """Close everything, without grace; again does nothing."""
        self._end()
        self._acceptor.close()
        self._reactor.close()
