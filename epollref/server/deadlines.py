"""Connections on which nothing moves.

A peer that has lost its power says nothing: no FIN, no RST, no event, for
as long as we send nothing ourselves (tcp(7)).  Only time can tell.  So each
connection has a deadline, which every byte in either direction puts off.

To move a timer at every byte would be dear.  A byte only notes the time;
when the timer rings, it looks at the note, and is set again for what is
left.  The note is taken by a session round the session, which exists only
if there is an idle timeout: without one, nothing is paid.
"""

from collections.abc import Callable
from functools import partial

from epollref.server.connection import Connection
from epollref.server.reactor import Reactor
from epollref.server.session import Session
from epollref.server.timers import Timer
from epollref.server.watch import Watch


class TimedSession:
    """A session that notes when bytes move.

    Args:
        session: What is said; this one only listens.
        clock: Returns seconds that never run backwards.
    """

    __slots__ = ("_clock", "_session", "moved_at")

    def __init__(self, session: Session, clock: Callable[[], float]) -> None:
        self._session = session
        self._clock = clock
        self.moved_at = clock()

    @property
    def wants_input(self) -> bool:
        """As the session says."""
        return self._session.wants_input

    @property
    def wants_output(self) -> bool:
        """As the session says."""
        return self._session.wants_output

    @property
    def owed(self) -> bytes | memoryview:
        """As the session says."""
        return self._session.owed

    @property
    def finished(self) -> bool:
        """As the session says."""
        return self._session.finished

    def receive(self, data: bytes) -> None:
        """Pass it on, and note the time.

        Args:
            data: What was read.
        """
        self.moved_at = self._clock()
        self._session.receive(data)

    def sent(self, n: int) -> None:
        """Pass it on, and note the time.

        Args:
            n: How many bytes were written.
        """
        self.moved_at = self._clock()
        self._session.sent(n)


class IdleLimit:
    """Closes connections on which nothing has moved for too long.

    Args:
        reactor: The loop.
        seconds: How long is too long.
        clock: The clock of the timed sessions.
    """

    def __init__(
        self, reactor: Reactor, seconds: float, clock: Callable[[], float]
    ) -> None:
        self._reactor = reactor
        self._seconds = seconds
        self._clock = clock
        self._timers: dict[Watch, Timer] = {}

    def guard(self, connection: Connection) -> None:
        """Watch over a connection that has just been added.

        Args:
            connection: One with a ``TimedSession``.
        """
        self._look_again(self._seconds, connection)

    def forget(self, connection: Watch) -> None:
        """Let the timer of a connection go with it.

        Else a crowd that comes and goes would leave its timers behind.

        Args:
            connection: One that has gone.
        """
        timer = self._timers.pop(connection, None)
        if timer is not None:
            timer.cancel()

    def _look_again(self, seconds: float, connection: Connection) -> None:
        self._timers[connection] = self._reactor.call_later(
            seconds, partial(self._check, connection)
        )

    # --8<-- [start:check]
    def _check(self, connection: Connection) -> None:
        """The timer rang: close the connection, or look again later."""
        if not isinstance(connection.session, TimedSession):
            return  # It says farewell, and that has a limit of its own.
        left = connection.session.moved_at + self._seconds - self._clock()
        if connection.held:
            left = self._seconds  # Its worker is busy, whatever moves.
        if left > 0:
            self._look_again(left, connection)
        else:
            self._reactor.retire(connection)

    # --8<-- [end:check]
