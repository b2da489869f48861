"""Listening TCP sockets: what is queued, and what is left when one stops."""

import errno
from collections import deque

from epollref.masks import EPOLLERR, EPOLLHUP
from epollref.model.files import File, OutsideScopeError, failure
from epollref.model.sockets import DATA_KEY, SHUT_BOTH, SHUT_READ, SocketFile
from epollref.model.tcp import ROOM, TcpSocket


class TcpListener(SocketFile):
    """A listening TCP socket; shut for reading, it is as good as new."""

    __slots__ = ("_backlog", "_listening", "_waiting", "askers")

    def __init__(self, backlog: int) -> None:
        super().__init__()
        self._backlog = backlog
        self.askers: set[SocketFile] = set()
        self._listening = True
        self._waiting: deque[TcpSocket] = deque()

    def poll(self) -> int:
        """IN while somebody waits; OUT and HUP once it does not listen."""
        mask = self._state(bool(self._waiting))
        return mask if self._listening else mask | ROOM | EPOLLHUP

    def read(self, n: int) -> bytes:
        """Refuse: a listener is not connected."""
        if n and not self.shut & SHUT_READ:
            raise failure(errno.ENOTCONN)
        return b""

    def write(self, data: bytes | memoryview) -> int:
        """Refuse: a listener is not connected."""
        raise failure(errno.EPIPE)

    def shutdown(self, how: int) -> None:
        """Stop listening, if reading is to be shut; then it is no socket."""
        if not 0 <= how < SHUT_BOTH:
            raise failure(errno.EINVAL)
        mine = how + 1
        if not self._listening:
            self.shut_and_tell(mine)
            raise failure(errno.ENOTCONN)
        if mine & SHUT_READ:
            self.check_answered()
            self._stop()
            self.queue.wake(EPOLLERR)
        self.queue.wake(0)

    def connect_to(self, target: SocketFile) -> None:
        """Refuse: a listener has a state that is not that of a client.

        Raises:
            OSError: EISCONN.
            OutsideScopeError: It has stopped, and could be a client now.
        """
        if self._listening:
            raise failure(errno.EISCONN)
        raise OutsideScopeError("outside the model: a client that listened")

    def take(self, client: SocketFile) -> set[SocketFile] | None:
        """Connect a client; its other end waits.

        Raises:
            OSError: ECONNREFUSED: it does not listen; EINVAL.

        Returns:
            Those without an answer, where more would wait than one above the
            backlog.
        """
        if not isinstance(client, TcpSocket):
            raise failure(errno.EINVAL)
        if not self._listening:
            raise failure(errno.ECONNREFUSED)
        if len(self._waiting) > self._backlog:
            return self.askers
        served = TcpSocket(self)
        client.establish(served)
        self._waiting.append(served)
        self.queue.wake(DATA_KEY)
        return None

    def accept(self) -> File:
        """Return the end that waited longest; EAGAIN if none does."""
        if not self._listening:
            raise failure(errno.EINVAL)
        if not self._waiting:
            raise failure(errno.EAGAIN)
        self.check_answered()
        return self._waiting.popleft()

    def release(self) -> None:
        """Reset those who wait."""
        super().release()
        self._stop()

    def _stop(self) -> None:
        self._listening = False
        while self._waiting:
            self._waiting.popleft().leave(reset=True)
