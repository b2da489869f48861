"""The deadlines of a connection: silence, and lingering.

A peer that has lost its power says nothing: no FIN, no RST, no event, for
as long as we send nothing ourselves (tcp(7)).  Only time can tell.  So a
connection has a deadline, which every byte in either direction puts off.

To move a timer at every byte would be dear.  A byte only notes the time;
when the timer rings, it looks at the note, and is set again for what is
left.  The note is taken by a session round the session, which exists only
if there is an idle timeout: without one, nothing is paid.

A connection that **lingers** waits for its peer's end, and has a deadline
that nothing puts off.  When it is over the read side is shut too.  That makes
an event, which ends the connection in the usual way, on whichever thread
serves it.
"""

import math
from collections.abc import Callable
from functools import partial

from epollref.server.connection import Connection
from epollref.server.limits import Limits
from epollref.server.reactor import Reactor
from epollref.server.session import Session
from epollref.server.states import State, Trigger
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


class Deadlines:
    """The timers of connections: one for silence, one for lingering.

    Args:
        reactor: The loop.
        limits: How long is too long.
        clock: Returns seconds that never run backwards.
    """

    def __init__(
        self, reactor: Reactor, limits: Limits, clock: Callable[[], float]
    ) -> None:
        self._reactor = reactor
        self._idle = limits.idle_timeout or math.inf
        self._lingering = limits.linger_limit
        self._clock = clock
        self._silent: dict[Watch, Timer] = {}

    def timed(self, session: Session) -> Session:
        """Return the session, with a note of its last byte if that counts.

        Args:
            session: One that is new.
        """
        if self._idle == math.inf:
            return session
        return TimedSession(session, self._clock)

    def guard(self, connection: Connection) -> None:
        """Watch over a connection that has just been added.

        Args:
            connection: Its session comes from ``timed``.
        """
        session = connection.session
        if isinstance(session, TimedSession):
            self._look_again(self._idle, connection, session)

    def forget(self, connection: Watch) -> None:
        """Let the timer of a connection go with it.

        Else a crowd that comes and goes would leave its timers behind.

        Args:
            connection: One that has gone.
        """
        timer = self._silent.pop(connection, None)
        if timer is not None:
            timer.cancel()

    # --8<-- [start:idle]
    def _look_again(
        self, seconds: float, connection: Connection, session: TimedSession
    ) -> None:
        self._silent[connection] = self._reactor.call_later(
            seconds, partial(self._check, connection, session)
        )

    def _check(self, connection: Connection, session: TimedSession) -> None:
        """The timer rang: close the connection, or look again later."""
        left = session.moved_at + self._idle - self._clock()
        if connection.held:
            left = self._idle  # Its worker is busy, whatever moves.
        elif connection.state is State.LINGERING:
            return  # That has a limit of its own.
        if left > 0:
            self._look_again(left, connection, session)
        else:
            connection.step(Trigger.IDLE)

    # --8<-- [end:idle]

    # --8<-- [start:linger]
    def limit_lingering(self, token: int) -> None:
        """Give a peer its time to end, now that we have; on any thread.

        Args:
            token: The connection's.
        """
        # A worker may be speaking, and timers belong to the loop's thread.
        self._reactor.call_soon(partial(self._linger, token))

    def _linger(self, token: int) -> None:
        self._reactor.call_later(
            self._lingering, partial(self._give_up_on, token)
        )

    def _give_up_on(self, token: int) -> None:
        """A timer knows the token, not the connection, which may be gone."""
        watch = self._reactor.table.get(token)
        if isinstance(watch, Connection):
            try:
                watch.step(Trigger.LINGER_LIMIT)
            except OSError:
                # ENOTCONN: reset meanwhile.  If not, it is tried again.
                self._linger(token)

    # --8<-- [end:linger]
