"""One event, from the read to the re-arm.

Between the event and the next sleep a connection does four things:

- **drain**: read what is there, within a budget, and tell the session;
- **flush**: write what the session owes, until it is gone or the kernel
  takes no more;
- **settle**: say what has happened, and look up in the table of ``states``
  what is to be done about it;
- **act**: mostly that is a mask, and MOD if it is news, if the watch is
  one-shot, or if an edge is owed; once all is said, a lingering close.

One rule above all: never sleep **owing an edge**.  An edge-triggered watch
is *settled* when read(2) has said EAGAIN, or has come back short while the
event was EPOLLIN and nothing else.  Otherwise MOD follows.  It looks at
readiness again and puts the watch at the tail of the kernel's ready list,
so a peer that never stops sending waits in line like everybody.
"""

import contextlib
import enum
import socket
from typing import Final

from epollref.masks import (
    ALWAYS_REPORTED,
    EPOLLERR,
    EPOLLIN,
    EPOLLOUT,
)
from epollref.server.limits import CHUNK
from epollref.server.report import PEER_GONE_ERRORS
from epollref.server.session import DISCARD, Session
from epollref.server.shared import Shared
from epollref.server.states import TRANSITIONS, Action, State, Trigger
from epollref.server.watch import Watch

OPEN: Final = State.OPEN
"""By a name that the common case finds quickly."""

METHODS: Final = {action: f"_{action.name.lower()}" for action in Action}
"""What does it: ``Connection`` has a method for each action."""


class Found(enum.Enum):
    """What there was to read."""

    NOTHING = enum.auto()
    ALL = enum.auto()
    """Bytes or the end, and now nothing is left."""
    PART = enum.auto()
    """More may be there: the budget or the session said stop."""


class Connection(Watch):
    """A descriptor, its session, and the state that it is in.

    Args:
        fd: The connected, non-blocking socket.
        session: What is said on it.
        shared: What it shares with the other connections.
    """

    __slots__ = ("session", "shared", "state")

    def __init__(self, fd: int, session: Session, shared: Shared) -> None:
        super().__init__(fd)
        self.session = session
        self.shared = shared
        self.state: State = OPEN

    @property
    def held(self) -> bool:
        """Whether a worker has it; then nobody else may touch it."""
        return False

    # --8<-- [start:ready]
    def ready(self, events: int) -> None:
        """Serve one event.

        The common case goes straight through: bytes and nothing else, the
        answer taken whole, the mask as it should be.

        Args:
            events: The conditions that hold.
        """
        shared, session = self.shared, self.session
        try:
            if (
                events == EPOLLIN
                and self.mask == shared.resting
                and self.state is OPEN
            ):
                data = shared.read(self.fd, CHUNK)
                if data:
                    session.receive(data)
                    if session.wants_output:
                        session.sent(shared.write(self.fd, session.owed))
                    if (
                        len(data) < shared.full
                        and session.wants_input
                        and not session.wants_output
                    ):
                        return
        except BlockingIOError:
            pass  # Nothing there after all, or no room for the answer.
        except OSError as error:
            self._lost(error)
            return
        self._serve(events)

    # --8<-- [end:ready]

    # --8<-- [start:step]
    def step(self, trigger: Trigger) -> None:
        """Look up what is to be done and what state follows; do it.

        On the thread that serves the connection.  A linger limit may come on
        the loop's while a worker is at it: no row of it changes the state.

        Args:
            trigger: What has happened.

        Raises:
            NoTransitionError: That cannot happen in this state.
        """
        action, after = TRANSITIONS[self.state, trigger]
        if after is not self.state:
            self.state = after
        getattr(self, METHODS[action])()

    def stop(self) -> None:
        """Take what has arrived as the last input; the server stops."""
        if self.state is OPEN:
            self.step(Trigger.STOP)
        else:
            self._look()

    def gone(self) -> None:
        """Tell the server that there is one less."""
        if self.state is not State.CLOSED:
            self.step(Trigger.RETIRED)
        self.shared.left(self)

    # --8<-- [end:step]

    def _serve(self, events: int) -> None:
        """Serve any event, in any state; 0 is a look without one."""
        owed, found = self.session.wants_output, Found.NOTHING
        try:
            self._flush()
            if events != EPOLLOUT or self.state is State.STOPPING:
                found = self._drain(short_is_all=not events & ~EPOLLIN)
        except OSError as error:
            self._lost(error)
            return
        session = self.session
        if (
            self.state is State.STOPPING
            and found is not Found.PART
            and session.wants_input
        ):
            self.step(Trigger.ALL_READ)
            if session.finished and found is Found.NOTHING and not owed:
                self.step(Trigger.QUIET)
        self._settle(events, found)

    # --8<-- [start:drain]
    def _drain(self, short_is_all: bool) -> Found:
        """Read within the budget; answer after each read.

        A short read has emptied the socket (epoll(7), questions and
        answers), if the event was nothing but EPOLLIN: with EPOLLRDHUP the
        end of the stream is behind the bytes, and no second edge tells it;
        with EPOLLPRI, bytes may be.  An end that comes later makes an edge
        of its own.
        """
        found = Found.NOTHING
        for _ in range(self.shared.budget):
            if not self.session.wants_input:
                return Found.PART
            try:
                data = self.shared.read(self.fd, CHUNK)
            except BlockingIOError:
                return found
            if not data:
                self.step(Trigger.PEER_END)
                self._flush()
                return Found.ALL
            found = Found.ALL
            self.session.receive(data)
            self._flush()
            if len(data) < CHUNK and short_is_all:
                return Found.ALL
        return Found.PART

    # --8<-- [end:drain]

    # --8<-- [start:flush]
    def _flush(self) -> None:
        """Write until nothing is owed, or the kernel takes no more."""
        session = self.session
        try:
            while session.wants_output:
                session.sent(self.shared.write(self.fd, session.owed))
        except BlockingIOError:
            pass  # The rest stays with the session; EPOLLOUT will tell.

    # --8<-- [end:flush]

    # --8<-- [start:settle]
    def _settle(self, events: int, found: Found) -> None:
        """Leave no edge owed, and no wish untold, before the next sleep."""
        if self.state is not State.CLOSED:
            self.step(self._outcome(events, found))

    def _outcome(self, events: int, found: Found) -> Trigger:
        """Say what has come of an event."""
        shared, session = self.shared, self.session
        if session.finished:
            return Trigger.ALL_SAID
        wants_input, wants_output = session.wants_input, session.wants_output
        if events & ALWAYS_REPORTED and not (wants_input or wants_output):
            return Trigger.LOST  # Nobody is going to read or write it.
        if events & EPOLLERR and (wants_output or found is Found.NOTHING):
            # Yet neither read nor write has said an error: a message waits
            # in the error queue (ip(7), IP_RECVERR).  Nobody here reads it,
            # and it would be reported for ever.
            return Trigger.LOST
        owing = shared.edge and wants_input and found is Found.PART
        return Trigger.REARM_DUE if owing or shared.oneshot else Trigger.SERVED

    # --8<-- [end:settle]

    # --8<-- [start:actions]
    def _update_interest(self) -> None:
        mask = self.shared.mask_for(self.session)
        if mask != self.mask:
            self._arm(mask)

    def _rearm(self) -> None:
        self._arm(self.shared.mask_for(self.session))

    def _arm(self, mask: int) -> None:
        """MOD: the last step, for the next event may be served elsewhere."""
        self.shared.reactor.modify(self, mask)

    def _look(self) -> None:
        self._serve(0)

    def _end_input(self) -> None:
        self.session.receive(b"")

    def _linger(self) -> None:
        """Mostly the peer has ended first, and the one read here says so."""
        self._shut_write_side()
        self.session = DISCARD
        try:
            # The event is answered for: only EAGAIN or the end will do now.
            found = self._drain(short_is_all=False)
        except OSError as error:
            self._lost(error)
            return
        if self.state is not State.CLOSED:
            self.shared.limit_lingering(self.token)
        self._settle(0, found)

    def _shut_and_close(self) -> None:
        """Nothing was unread or owed, so nobody is waited for.

        An idle peer that ignores our end would hold up the stop.  What the
        kernel has still to send it sends after close(2), unless the peer
        sends again, which resets the connection.
        """
        self._shut_write_side()
        self._close()

    def _shut_write_side(self) -> None:
        # ENOTCONN: the peer has reset the connection meanwhile.
        with contextlib.suppress(OSError):
            self.shared.shutdown(self.fd, socket.SHUT_WR)

    def _shut_both(self) -> None:
        """Make an event: it ends the lingering, on whichever thread."""
        self.shared.shutdown(self.fd, socket.SHUT_RDWR)

    def _close(self) -> None:
        self.shared.reactor.retire(self)

    def _nothing(self) -> None:
        pass

    # --8<-- [end:actions]

    def _lost(self, error: OSError) -> None:
        if error.errno not in PEER_GONE_ERRORS:
            self.shared.reactor.report(
                f"the connection on descriptor {self.fd} is lost", error
            )
        self.step(Trigger.LOST)
