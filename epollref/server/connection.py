"""One event, from the read to the re-arm.

Between the event and the next sleep a connection does four things:

- **fill**: read what is there, within a budget, and tell the session;
- **flush**: write what the session owes, until it is gone or the kernel
  takes no more;
- **settle**: turn what the session wants into a mask, and MOD if that is
  news, if the watch is one-shot, or if an edge is owed;
- **finish**: when all is said, shut the write side, then close.

One rule above all: never sleep **owing an edge**.  An edge-triggered watch
is *settled* when read(2) has said EAGAIN, or has come back short while the
event was EPOLLIN and nothing else.  Otherwise MOD follows.  It looks at
readiness again and puts the watch at the tail of the kernel's ready list,
so a peer that never stops sending waits in line like everybody.
"""

import contextlib
import enum
import errno
import socket
from typing import Final

from epollref.masks import (
    ALWAYS_REPORTED,
    EPOLLERR,
    EPOLLIN,
    EPOLLOUT,
    EPOLLRDHUP,
)
from epollref.server.session import Farewell, Session
from epollref.server.shared import CHUNK, Shared
from epollref.server.watch import Watch

PEER_IS_GONE: Final = frozenset(
    {
        errno.ECONNRESET,
        errno.EPIPE,
        errno.ECONNABORTED,
        errno.ETIMEDOUT,
        errno.EHOSTUNREACH,
        errno.ENETUNREACH,
        errno.ENETDOWN,
    }
)
"""What read and write say of a connection that has died: no error of ours."""


class Found(enum.Enum):
    """What there was to read."""

    NOTHING = enum.auto()
    ALL = enum.auto()
    """Bytes or the end, and now nothing is left."""
    PART = enum.auto()
    """More may be there: the budget or the session said stop."""


class Connection(Watch):
    """A descriptor and its session.

    Args:
        fd: The connected, non-blocking socket.
        session: What is said on it.
        shared: What it shares with the other connections.
    """

    __slots__ = ("session", "shared")

    def __init__(self, fd: int, session: Session, shared: Shared) -> None:
        super().__init__(fd)
        self.session = session
        self.shared = shared

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
            if events == EPOLLIN and self.mask == shared.resting:
                data = shared.read(self.fd, CHUNK)
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

    def _serve(self, events: int) -> None:
        """Serve any event, in any state."""
        draining, found = self.shared.draining, Found.NOTHING
        owed = self.session.wants_output
        try:
            self._flush()
            if events & ~EPOLLOUT or draining:
                found = self._fill(events)
        except OSError as error:
            self._lost(error)
            return
        if draining and found is not Found.PART:
            self._hang_up(quiet=found is Found.NOTHING and not owed)
        else:
            self._settle(events, found)

    # --8<-- [start:fill]
    def _fill(self, events: int) -> Found:
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
            found = Found.ALL
            self.session.receive(data)
            self._flush()
            if len(data) < CHUNK and events == EPOLLIN:
                return Found.ALL
        return Found.PART

    # --8<-- [end:fill]

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
        shared, session = self.shared, self.session
        if session.finished:
            self._finish()
            return
        wants_input, wants_output = session.wants_input, session.wants_output
        if events & ALWAYS_REPORTED and not (wants_input or wants_output):
            self._retire()  # Dead, and nobody is going to read or write it.
            return
        if events & EPOLLERR and (wants_output or found is Found.NOTHING):
            # Yet neither read nor write has said an error: a message waits
            # in the error queue (ip(7), IP_RECVERR).  Nobody here reads it,
            # and it would be reported for ever.
            self._retire()
            return
        mask = shared.mask_for(session)
        owing = shared.edge and wants_input and found is Found.PART
        if mask != self.mask or owing or shared.oneshot:
            self._arm(mask)

    def _arm(self, mask: int) -> None:
        """MOD: the last step, for the next event may be served elsewhere."""
        self.shared.reactor.modify(self, mask)

    # --8<-- [end:settle]

    # --8<-- [start:finish]
    def _finish(self) -> None:
        """All is answered: shut the write side, then wait for the peer's end.

        Mostly the peer has ended first, and the one read here says ``b""``.
        """
        if isinstance(self.session, Farewell):
            self._retire()
            return
        self._shut_write_side()
        self.session = farewell = Farewell()
        try:
            # The event is answered for: only EAGAIN or the end will do now.
            found = self._fill(EPOLLIN | EPOLLRDHUP)
        except OSError as error:
            self._lost(error)
            return
        if not farewell.finished:
            self.shared.limit_farewell(self.token)
        self._settle(EPOLLIN, found)

    # --8<-- [end:finish]

    # --8<-- [start:hang_up]
    def _hang_up(self, quiet: bool) -> None:
        """The server stops: what has been read was the last input."""
        session = self.session
        if session.wants_input and not isinstance(session, Farewell):
            session.receive(b"")
            if quiet and session.finished:
                # Nothing unread and nothing owed: no farewell, or an idle peer
                # that ignores our end holds up the stop.  What the kernel
                # has still to send it sends after close(2), unless the peer
                # sends again, which resets the connection.
                self._shut_write_side()
                self._retire()
                return
        self._settle(EPOLLIN, Found.ALL)

    # --8<-- [end:hang_up]

    def _shut_write_side(self) -> None:
        # ENOTCONN: the peer has reset the connection meanwhile.
        with contextlib.suppress(OSError):
            self.shared.shutdown(self.fd, socket.SHUT_WR)

    def _lost(self, error: OSError) -> None:
        if error.errno not in PEER_IS_GONE:
            self.shared.reactor.report(
                f"the connection on descriptor {self.fd} is lost", error
            )
        self._retire()

    def _retire(self) -> None:
        self.shared.reactor.retire(self)

    def gone(self) -> None:
        """Tell the server that there is one less."""
        self.shared.left(self)
