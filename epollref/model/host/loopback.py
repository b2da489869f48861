"""Real TCP connections over loopback, and when they have settled.

What is written is mostly at the peer before write(2) returns: the loopback
device calls the receiver at once.  Now and then it does so a moment later,
and a FIN may wait 40 ms for its acknowledgement.  A script goes on when all
has arrived, which both ends tell when asked (``TCP_INFO``, tcp(7)): the bytes
that one has sent the other has received, nobody is between two states, and
who was left by the peer knows.
"""

import contextlib
import errno
import os
import socket
import stat
import struct
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from epollref.model.files import OutsideScopeError
from epollref.model.host.sockets import connect_by_name, shared

# include/net/tcp_states.h
ESTABLISHED: Final = 1
FIN_WAIT_2: Final = 5
CLOSED: Final = 7
CLOSE_WAIT: Final = 8
LISTENING: Final = 10
AT_REST: Final = (ESTABLISHED, FIN_WAIT_2, CLOSE_WAIT)
TCP_INFO: Final = struct.Struct("=B23xII96xQ8xI52xQQ")
"""The start of ``struct tcp_info`` in ``include/uapi/linux/tcp.h``."""
TCP_PATIENCE: Final = 60.0
"""Seconds after which a connection that does not settle is an error."""
RESET: Final = struct.pack("ii", 1, 0)
"""``SO_LINGER`` for a close that leaves no TIME_WAIT behind."""

Address = tuple[str, int]
Ends = tuple[Address, Address]
"""An end of a connection: its own address, and the peer's."""


class _TcpInfo(NamedTuple):
    """What the kernel tells of a TCP socket."""

    state: int
    unacknowledged: int
    """Segments; at a listener, connections that wait."""
    backlog: int
    """At a listener, how many may wait, less one."""
    received: int
    """Bytes; a FIN counts as one."""
    not_sent: int
    sent: int
    sent_again: int


class Loopback:
    """The TCP sockets of one kernel."""

    def __init__(self) -> None:
        self._inodes: dict[int, int] = {}
        """Which file each number stood for when it was handed out."""
        self._listeners: dict[int, Address] = {}
        self._ends: dict[int, Ends] = {}

    def note(self, real: int) -> None:
        """Remember a number, if it stands for a TCP socket.

        Args:
            real: A number that has just been handed out.
        """
        file = os.fstat(real)
        inode = file.st_ino
        if inode not in self._listeners and inode not in self._ends:
            if not stat.S_ISSOCK(file.st_mode):
                return
            with shared(real) as end:
                if end.family != socket.AF_INET:
                    return
                if end.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    self._listeners[inode] = end.getsockname()
                else:
                    self._note_names(inode, end)
        self._inodes[real] = inode

    def _note_names(self, inode: int, end: socket.socket) -> None:
        """Remember who is connected to whom; a fresh socket is to nobody."""
        with contextlib.suppress(OSError):
            self._ends[inode] = end.getsockname(), end.getpeername()

    def _open(self) -> dict[int, int]:
        """Return a number of each file that still has one."""
        return {
            inode: real
            for real, inode in self._inodes.items()
            if _inode(real) == inode
        }

    def _listening(self) -> dict[Address, _TcpInfo]:
        """Return the listeners that still listen."""
        told = {
            self._listeners[inode]: _info(real)
            for inode, real in self._open().items()
            if inode in self._listeners
        }
        return {
            address: info
            for address, info in told.items()
            if info.state == LISTENING
        }

    def connect(self, address: Address) -> socket.socket:
        """Make a client, and wait until its other end is in the backlog.

        Args:
            address: Where a listener is, or was.

        Raises:
            OSError: ECONNREFUSED.
            OutsideScopeError: The backlog is full, so it would wait.
        """
        before = self._listening().get(address)
        if before and before.unacknowledged > before.backlog:
            raise OutsideScopeError("the backlog is full: connect would wait")
        client = socket.socket()
        try:
            # Where nobody listens, a client without a port of its own may be
            # given the very port that it asks for, and connect to itself.
            client.bind((address[0], 0))
            client.connect(address)
            if before:
                self._wait_until_queued(address, before)
        except BaseException:
            client.close()
            raise
        return client

    def _wait_until_queued(self, address: Address, before: _TcpInfo) -> None:
        """Return when one more waits at a listener than before."""
        _wait_until(
            lambda: (
                self._listening()[address].unacknowledged
                > before.unacknowledged
            )
        )

    def connect_to(self, client: socket.socket, address: Address) -> None:
        """Connect a non-blocking socket, and wait for the answer.

        Args:
            client: The socket.
            address: Where a listener is, or was, or nobody has ever been.

        Raises:
            OSError: As connect(2) says: EINPROGRESS, though it is over.
        """
        before = self._listening().get(address)
        try:
            connect_by_name(client, address)
        except BlockingIOError as error:
            if error.errno != errno.EINPROGRESS:
                raise
            real = client.fileno()
            inode = os.fstat(real).st_ino
            self._ends.pop(inode, None)
            if before and before.unacknowledged > before.backlog:
                raise  # It is in progress, and nobody answers.
            _wait_until(lambda: _info(real).state in (ESTABLISHED, CLOSED))
            if before and _info(real).state == ESTABLISHED:
                self._wait_until_queued(address, before)
            self._note_names(inode, client)
            raise

    def settle(self) -> None:
        """Return when all that was sent has arrived.

        Raises:
            RuntimeError: It has not, for a minute.
        """
        _wait_until(self._settled)

    def _settled(self) -> bool:
        ends = {
            self._ends[inode]: _info(real)
            for inode, real in self._open().items()
            if inode in self._ends
        }
        return all(
            info.state == CLOSED
            or (
                info.state in AT_REST
                and not info.not_sent
                and self._arrived(names, info, ends)
            )
            for names, info in ends.items()
        )

    def _arrived(
        self, names: Ends, info: _TcpInfo, ends: dict[Ends, _TcpInfo]
    ) -> bool:
        """Say whether an end and its peer know all of each other."""
        theirs = names[::-1]
        peer = ends.get(theirs)
        if peer:
            sent = info.sent - info.sent_again
            return peer.state != CLOSED and sent <= peer.received
        if theirs not in self._ends.values() and theirs[0] in self._listening():
            # It waits in a backlog, where nobody can ask it.
            return not info.unacknowledged
        # The peer is closed: its FIN is here, and no reset on its way.
        return info.state == CLOSE_WAIT and not info.unacknowledged

    def cut(self) -> None:
        """Let what is open end without a trace when it is closed."""
        for inode, real in self._open().items():
            if inode in self._ends:
                with shared(real) as end:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def _info(real: int) -> _TcpInfo:
    with shared(real) as end:
        answer = end.getsockopt(
            socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO.size
        )
    return _TcpInfo(*TCP_INFO.unpack(answer))


def _inode(real: int) -> int:
    """Return which file a number stands for; 0 for none."""
    try:
        return os.fstat(real).st_ino
    except OSError:
        return 0


def _wait_until(settled: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TCP_PATIENCE
    while not settled():
        if time.monotonic() > deadline:
            raise RuntimeError("a connection does not settle")
        os.sched_yield()
