"""TCP over loopback: what a connection is once everything has arrived.

The model has no network.  What is written is at the peer when the call is
over, and so is what the peer answers; Linux takes a moment, mostly none.
Who compares the two waits until all is delivered and a FIN acknowledged.

TCP differs from a unix socket in what it does not tell.  Reading makes no
room that anybody hears of: an OUT edge comes only to a sender that was seen
full.  A close without unread data looks like a half-close, IN and RDHUP; HUP
means that both directions are shut.  After ``SHUT_WR`` a socket still reports
OUT, since a write would not block: it fails (``tcp_poll`` in
``net/ipv4/tcp.c``).

Outside the model, refused by ``OutsideScopeError``: more unread data than any
buffer is sure to hold, so nobody is ever seen full, and what becomes of a
connection that does not fit in the backlog.  Outside it without a word: the
time that passes until a FIN is acknowledged, up to 40 ms, when the one who
sent it hears of another edge.
"""

import errno
from collections import deque

from epollref.masks import EPOLLERR, EPOLLHUP, EPOLLOUT, EPOLLWRNORM
from epollref.model.connecting import Connector, Progress
from epollref.model.files import OutsideScopeError, failure
from epollref.model.sockets import (
    DATA_KEY,
    SHUT_BOTH,
    SHUT_READ,
    SHUT_WRITE,
    SocketFile,
)

MOST_UNREAD = 32 * 1024
"""What one direction may hold.  Linux starts with a window of 64 KiB."""
WRITE_COST = 1024
"""What a write takes beside its bytes: the header costs memory as well."""
ROOM = EPOLLOUT | EPOLLWRNORM


class TcpSocket(Connector):
    """One end of a connection, or a socket that may become one.

    Args:
        listener: Whose port it shares, if it was accepted.
    """

    __slots__ = (
        "_ended",
        "_finished",
        "_gone",
        "_listener",
        "_received",
        "_unread",
        "peer",
    )

    def __init__(self, listener: SocketFile | None = None) -> None:
        super().__init__()
        self._listener = listener
        self._gone = False
        """Whether no descriptor is left."""
        self._begin()

    def _begin(self) -> None:
        super()._begin()
        self._received: deque[memoryview] = deque()
        self._unread = 0
        """What the bytes received cost, in the count of the limit."""
        self._finished = False
        """Whether our FIN is sent."""
        self._ended = False
        """Whether the peer's FIN is here."""
        self.peer = self

    def establish(self, served: "TcpSocket") -> None:
        """Become the peer of the end that a listener serves."""
        self.peer, served.peer = served, self
        self._closed = served._closed = False
        self.error = 0
        self._progress = served._progress = Progress.OVER
        self.queue.wake(0)

    def poll(self) -> int:
        """IN with data; OUT always, since the peer's buffer is never full."""
        mask = self._state(bool(self._received))
        if self._asking is not None:
            return mask
        return mask | ROOM | (EPOLLHUP if self._closed else 0)

    def read(self, n: int) -> bytes:
        """Read; after the peer's FIN no reset is told of any more."""
        if not n:
            return b""
        if self._received:
            return self._take(n)
        if self.error and not self._ended:
            raise self._told()
        if self.shut & SHUT_READ:
            return b""
        alone = self._closed and self._asking is None
        raise failure(errno.ENOTCONN if alone else errno.EAGAIN)

    def _take(self, n: int) -> bytes:
        parts: list[memoryview] = []
        while n and self._received:
            data = self._received.popleft()
            parts.append(data[:n])
            self._unread -= min(n, len(data))
            if n < len(data):
                self._received.appendleft(data[n:])
            else:
                self._unread -= WRITE_COST
            n -= len(parts[-1])
        return b"".join(parts)

    def _told(self) -> OSError:
        """Take the error, which is told once, by a read or by a write."""
        number, self.error = self.error, 0
        return failure(number)

    def write(self, data: bytes | memoryview) -> int:
        """Write all of it; after a reset the error once, then EPIPE.

        Raises:
            OSError: ECONNRESET, EPIPE.
            OutsideScopeError: The peer's buffer might be full.
        """
        if self.error:
            raise self._told()
        if self._asking is not None:
            raise failure(errno.EAGAIN)
        if self._closed or self.shut & SHUT_WRITE:
            raise failure(errno.EPIPE)
        if data:
            self.peer.arrive(bytes(data))
        return len(data)

    def arrive(self, data: bytes) -> None:
        """Receive bytes; refuse them where nobody can ever read them."""
        if self._gone or (self._finished and self.shut == SHUT_BOTH):
            self.reset()
            self.peer.reset()
            return
        unread = self._unread + len(data) + WRITE_COST
        if unread > MOST_UNREAD:
            raise OutsideScopeError(
                f"outside the model: a TCP buffer with {unread} bytes unread, "
                f"headers included, of at most {MOST_UNREAD}"
            )
        self._unread = unread
        self._received.append(memoryview(data))
        self.queue.wake(DATA_KEY)

    def reset(self) -> None:
        """Hear of a reset; it has another name after a FIN (tcp_reset)."""
        self._fail(errno.EPIPE if self._ended else errno.ECONNRESET)

    def _fail(self, number: int) -> None:
        """End with an error, which is told once."""
        self.error = number
        self._close()
        self.queue.wake(EPOLLERR)

    def _close(self) -> None:
        self._closed = True
        self.shut_and_tell(SHUT_BOTH)

    def shutdown(self, how: int) -> None:
        """Shut here; the peer hears of ``SHUT_WR`` only, by a FIN."""
        if not 0 <= how < SHUT_BOTH:
            raise failure(errno.EINVAL)
        if self._asking is not None:
            self._ask_no_more()
            self.queue.wake(0)
            return
        closed = self._closed
        if self._progress is Progress.BEGUN:
            self._progress = Progress.GIVEN_UP if closed else Progress.OVER
        self.shut |= how + 1
        if how + 1 & SHUT_WRITE:  # Not what was shut before the connect.
            self._finish()
        self.queue.wake(0)
        if closed:
            raise failure(errno.ENOTCONN)

    def _finish(self) -> None:
        """Send the FIN, once, and hear that it is acknowledged."""
        if self._finished or self._closed:
            return
        self._finished = True
        self.peer.end()
        if self._ended:
            self._close()
        else:
            self.queue.wake(0)

    def end(self) -> None:
        """Receive the peer's FIN."""
        self._ended = True
        self.shut_and_tell(SHUT_READ)
        if self._finished:
            self._close()
        self.queue.wake(DATA_KEY)

    def take(self, client: SocketFile) -> set[SocketFile] | None:
        """Lead to the listener whose port this is; nobody else listens."""
        if not isinstance(client, TcpSocket):
            raise failure(errno.EINVAL)
        if self._listener is None:
            raise failure(errno.ECONNREFUSED)
        return self._listener.take(client)

    def release(self) -> None:
        """Send a FIN; with something unread, a reset in its place."""
        super().release()
        self._ask_no_more()
        self.leave(reset=bool(self._received))

    def leave(self, reset: bool) -> None:
        """Leave the peer alone.

        Args:
            reset: Whether it hears of a reset.
        """
        self._gone = True
        if self._closed:
            return
        self.shut = SHUT_BOTH
        if reset:
            self._closed = True
            self.peer.reset()
        else:
            self._finish()
