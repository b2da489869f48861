"""The states of a connection: one table.

What a connection does next depends on the state that it is in and on what
has just happened to it.  Both have names here, and ``TRANSITIONS`` has a row
for every pair that can occur: what is done, and the state after it.  A pair
without a row raises ``NoTransitionError``: it is a mistake of the server.

The life of most connections is four rows.  The peer half-closes (*open* to
*answering*); all that is owed has been written (to *lingering*); the peer's
end is read (to *closed*).

**Lingering close**: to close with bytes unread would reset the connection,
and a reset may destroy our answer on its way (tcp(7); RFC 2525, 2.17).  So
the write side is shut first, and what still comes is read and dropped until
the peer ends too, or until a limit.
"""

import enum
from typing import Final


class State(enum.StrEnum):
    """Where a connection stands."""

    OPEN = "open"
    """The conversation goes on; its session says what it wants."""
    STOPPING = "stopping"
    """The server stops: what has arrived is read, and nothing after it."""
    ANSWERING = "answering"
    """Input has ended; what is owed goes out."""
    LINGERING = "lingering"
    """Our write side is shut; input is dropped until the peer ends too."""
    CLOSED = "closed"
    """Retired, or about to be."""


class Trigger(enum.StrEnum):
    """What happens to a connection."""

    SERVED = "served"
    """What the kernel reported is done with, and more is to come."""
    REARM_DUE = "re-arm due"
    """So it is, but an edge is owed, or a one-shot watch has fired."""
    PEER_END = "peer's end"
    """read(2) has returned 0 bytes."""
    ALL_SAID = "all said"
    """The session is finished: nothing is owed, nothing is to come."""
    STOP = "stop"
    """The server stops."""
    ALL_READ = "all read"
    """Nothing that had arrived before the stop is unread."""
    QUIET = "quiet"
    """At the stop nothing was unread, and nothing owed."""
    LOST = "lost"
    """read(2) or write(2) has failed; or ERR or HUP, with nothing to do."""
    IDLE = "idle"
    """No byte has moved for the idle timeout."""
    LINGER_LIMIT = "linger limit"
    """The peer has had its time to end."""
    RETIRED = "retired"
    """The reactor took it away: its handler raised, or all is cut off."""


class Action(enum.StrEnum):
    """What is done about it; ``Connection`` has a method for each."""

    UPDATE_INTEREST = "update interest"
    """MOD, if the session wants what the mask does not say."""
    REARM = "re-arm"
    """MOD, in any case."""
    LOOK = "look"
    """Serve, without an event: read what has arrived."""
    END_INPUT = "end input"
    """Tell the session that no more will come."""
    LINGER = "linger"
    """Shut the write side, start the timer, drop what has arrived."""
    SHUT_BOTH = "shut both"
    """Shut the read side too: the next read returns 0 bytes."""
    SHUT_AND_CLOSE = "shut and close"
    """Shut the write side and close."""
    CLOSE = "close"
    """Forget the token, DEL, close."""
    NOTHING = "nothing"
    """It is done already."""


class NoTransitionError(LookupError):
    """What has happened cannot happen in this state."""


class Transitions(dict[tuple[State, Trigger], tuple[Action, State]]):
    """Rows by state and event; what is not there is a mistake."""

    def __missing__(self, pair: tuple[State, Trigger]) -> tuple[Action, State]:
        state, trigger = pair
        raise NoTransitionError(f"a connection that is {state} met {trigger}")


_OPEN, _STOPPING, _ANSWERING, _LINGERING, _CLOSED = State

TRANSITIONS: Final = Transitions(
    {
        (_OPEN, Trigger.SERVED): (Action.UPDATE_INTEREST, _OPEN),
        (_OPEN, Trigger.REARM_DUE): (Action.REARM, _OPEN),
        (_OPEN, Trigger.PEER_END): (Action.END_INPUT, _ANSWERING),
        (_OPEN, Trigger.ALL_SAID): (Action.LINGER, _LINGERING),
        (_OPEN, Trigger.STOP): (Action.LOOK, _STOPPING),
        (_OPEN, Trigger.LOST): (Action.CLOSE, _CLOSED),
        (_OPEN, Trigger.IDLE): (Action.CLOSE, _CLOSED),
        (_OPEN, Trigger.RETIRED): (Action.NOTHING, _CLOSED),
        (_STOPPING, Trigger.SERVED): (Action.UPDATE_INTEREST, _STOPPING),
        (_STOPPING, Trigger.REARM_DUE): (Action.REARM, _STOPPING),
        (_STOPPING, Trigger.PEER_END): (Action.END_INPUT, _ANSWERING),
        (_STOPPING, Trigger.ALL_READ): (Action.END_INPUT, _ANSWERING),
        (_STOPPING, Trigger.ALL_SAID): (Action.LINGER, _LINGERING),
        (_STOPPING, Trigger.LOST): (Action.CLOSE, _CLOSED),
        (_STOPPING, Trigger.IDLE): (Action.CLOSE, _CLOSED),
        (_STOPPING, Trigger.RETIRED): (Action.NOTHING, _CLOSED),
        (_ANSWERING, Trigger.SERVED): (Action.UPDATE_INTEREST, _ANSWERING),
        (_ANSWERING, Trigger.REARM_DUE): (Action.REARM, _ANSWERING),
        (_ANSWERING, Trigger.ALL_SAID): (Action.LINGER, _LINGERING),
        (_ANSWERING, Trigger.QUIET): (Action.SHUT_AND_CLOSE, _CLOSED),
        (_ANSWERING, Trigger.LOST): (Action.CLOSE, _CLOSED),
        (_ANSWERING, Trigger.IDLE): (Action.CLOSE, _CLOSED),
        (_ANSWERING, Trigger.RETIRED): (Action.NOTHING, _CLOSED),
        (_LINGERING, Trigger.SERVED): (Action.UPDATE_INTEREST, _LINGERING),
        (_LINGERING, Trigger.REARM_DUE): (Action.REARM, _LINGERING),
        (_LINGERING, Trigger.PEER_END): (Action.CLOSE, _CLOSED),
        (_LINGERING, Trigger.LINGER_LIMIT): (Action.SHUT_BOTH, _LINGERING),
        (_LINGERING, Trigger.LOST): (Action.CLOSE, _CLOSED),
        (_LINGERING, Trigger.RETIRED): (Action.NOTHING, _CLOSED),
        # A worker has closed it, and the loop has not yet retired it.
        (_CLOSED, Trigger.LINGER_LIMIT): (Action.NOTHING, _CLOSED),
    }
)
"""What is done, and the state after it, for each state and event."""
