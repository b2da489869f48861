"""Listening unix sockets: the backlog is what they have to read.

A connection that waits in the backlog is whole already: the client may write
and close before anybody accepts.
"""

import errno
from collections import deque

from epollref.model.files import File, failure
from epollref.model.profile import Profile
from epollref.model.sockets import (
    DATA_KEY,
    SHUT_BOTH,
    SHUT_READ,
    SocketFile,
    StreamSocket,
)


class Listener(SocketFile):
    """A listening unix socket."""

    __slots__ = ("_backlog", "_closed", "_profile", "_waiting")

    def __init__(self, backlog: int, profile: Profile) -> None:
        super().__init__()
        self._profile = profile
        self._backlog = backlog
        self._closed = False
        self._waiting: deque[StreamSocket] = deque()

    def poll(self) -> int:
        """IN while somebody waits; never OUT."""
        return self._state(bool(self._waiting))

    def read(self, n: int) -> bytes:
        """Refuse: a listener is not connected."""
        if n:
            raise failure(errno.EINVAL)
        return b""

    def write(self, data: bytes | memoryview) -> int:
        """Refuse: a listener is not connected."""
        raise failure(errno.ENOTCONN)

    def shutdown(self, how: int) -> None:
        """Refuse connections; who waits already can still be accepted."""
        if not 0 <= how < SHUT_BOTH:
            raise failure(errno.EINVAL)
        self.shut_and_tell(how + 1)

    def take(self, client: SocketFile) -> set[SocketFile] | None:
        """Connect a client; its other end waits.

        One more than the backlog may wait (``unix_recvq_full``).  What the
        client is comes last (``unix_stream_connect``).
        """
        if not isinstance(client, StreamSocket | Listener):
            raise failure(errno.EAFNOSUPPORT)
        if self._closed or self.shut & SHUT_READ:
            raise failure(errno.ECONNREFUSED)
        if len(self._waiting) > self._backlog:
            raise failure(errno.EAGAIN)
        if isinstance(client, Listener):
            raise failure(errno.EINVAL)
        if client.connected:
            raise failure(errno.EISCONN)
        served = StreamSocket(self._profile, self)
        client.join(served)
        self._waiting.append(served)
        self.queue.wake(DATA_KEY)
        return None

    def accept(self) -> File:
        """Return the end that waited longest; EAGAIN if none does."""
        if not self._waiting:
            raise failure(errno.EAGAIN)
        return self._waiting.popleft()

    def release(self) -> None:
        """Reset those who wait."""
        super().release()
        self._closed = True
        while self._waiting:
            self._waiting.popleft().hang_up(reset=True)
