"""Unix stream sockets: one that is alone, and a connected pair.

What is written becomes messages in the peer's receive queue.  A message is
paid for by its sender until it is read to its last byte, and the price is
memory, not bytes.  That gives two thresholds: a write is refused when what
is owed reaches the send buffer, but ``EPOLLOUT`` comes back only when it is
down to a quarter (``unix_writable`` in ``net/unix/af_unix.c``).

So there are many edges: each message that arrives is one for the reader, and
each message consumed one for its sender, full or not, as long as the quarter
is not exceeded.  TCP is sparser.

A socket that is not connected has hung up, and has all its room: OUT and HUP
(``unix_poll``).  A connect takes the HUP away at once, or fails and changes
nothing; neither wakes who watches the socket.
"""

import abc
import errno
from collections import deque

from epollref.masks import (
    EPOLLERR,
    EPOLLHUP,
    EPOLLIN,
    EPOLLOUT,
    EPOLLPRI,
    EPOLLRDBAND,
    EPOLLRDHUP,
    EPOLLRDNORM,
    EPOLLWRBAND,
    EPOLLWRNORM,
)
from epollref.model.files import File, failure
from epollref.model.profile import Profile

DATA_KEY = EPOLLIN | EPOLLPRI | EPOLLRDNORM | EPOLLRDBAND
SPACE_KEY = EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND
SHUT_READ = 1
SHUT_WRITE = 2
SHUT_BOTH = SHUT_READ | SHUT_WRITE


class Message:
    """Bytes on their way, and what their sender pays for them."""

    __slots__ = ("cost", "data", "start")

    def __init__(self, data: bytes, cost: int) -> None:
        self.data = data
        self.start = 0
        self.cost = cost


class SocketFile(File):
    """What listeners and connections have in common, TCP ones too."""

    __slots__ = ("error", "shut")

    def __init__(self) -> None:
        super().__init__()
        self.shut = 0
        self.error = 0

    def _state(self, data: bool) -> int:
        """Return the conditions apart from OUT."""
        mask = EPOLLERR if self.error else 0
        if self.shut == SHUT_BOTH:
            mask |= EPOLLHUP
        if self.shut & SHUT_READ:
            mask |= EPOLLRDHUP | EPOLLIN | EPOLLRDNORM
        return mask | EPOLLIN | EPOLLRDNORM if data else mask

    def shut_and_tell(self, how: int) -> None:
        """Shut directions, which is a change of any kind: key 0."""
        self.shut |= how
        self.queue.wake(0)

    def accept(self) -> File:
        """Refuse: this socket does not listen."""
        raise failure(errno.EINVAL)

    def connect_to(self, target: "SocketFile") -> None:
        """Connect to the name of a socket (connect(2)).

        Args:
            target: Whose name it is.
        """
        target.take(self)

    @abc.abstractmethod
    def take(self, client: "SocketFile") -> "set[SocketFile] | None":
        """Let a client connect to the name of this socket.

        Returns:
            Nothing once it is connected; the clients that wait for an
            answer, where it has to become one of them.
        """


class StreamSocket(SocketFile):
    """One end of a connection, or a socket that may become one.

    Args:
        profile: The numbers of the machine.
        listener: Whose name it shares, if it was accepted.
    """

    __slots__ = (
        "_listener",
        "_owed",
        "_profile",
        "_received",
        "connected",
        "peer",
    )

    def __init__(
        self, profile: Profile, listener: SocketFile | None = None
    ) -> None:
        super().__init__()
        self._profile = profile
        self._listener = listener
        self._received: deque[Message] = deque()
        self._owed = 0
        """What the messages cost that the peer has not consumed."""
        self.peer = self
        self.connected = False

    def join(self, other: "StreamSocket") -> None:
        """Become the peer of another socket, which nobody hears of."""
        self.peer, other.peer = other, self
        self.connected = other.connected = True

    def poll(self) -> int:
        """IN with data, OUT while a quarter of the buffer is not owed."""
        mask = self._state(bool(self._received))
        if not self.connected:
            mask |= EPOLLHUP
        if (self._owed + 1) * 4 <= self._profile.send_buffer:
            mask |= SPACE_KEY
        return mask

    def read(self, n: int) -> bytes:
        """Read across messages; then the error once, then the end."""
        if not n:
            return b""
        received = self._received
        if not received:
            if self.error:
                number, self.error = self.error, 0
                raise failure(number)
            if not self.connected:
                raise failure(errno.EINVAL)
            if self.shut & SHUT_READ:
                return b""
            raise failure(errno.EAGAIN)
        parts: list[bytes] = []
        while n and received:
            message = received[0]
            part = message.data[message.start : message.start + n]
            message.start += len(part)
            n -= len(part)
            parts.append(part)
            if message.start == len(message.data):
                received.popleft()
                self.peer.paid(message)
        return b"".join(parts)

    def write(self, data: bytes | memoryview) -> int:
        """Write in messages; EPIPE after a shutdown, EAGAIN at the limit."""
        profile, peer = self._profile, self.peer
        if not self.connected:
            raise failure(errno.ENOTCONN)
        if self.shut & SHUT_WRITE:
            raise failure(errno.EPIPE)
        if data and peer.shut & SHUT_READ:  # Since before it was connected.
            self.queue.wake(SPACE_KEY)  # The message is made, and freed.
            raise failure(errno.EPIPE)
        most = min(profile.message_limit, profile.send_buffer // 2 - 64)
        done = 0
        while done < len(data) and self._owed < profile.send_buffer:
            part = bytes(data[done : done + most])
            message = Message(part, profile.message_cost(len(part)))
            self._owed += message.cost
            done += len(part)
            peer.arrive(message)
        if data and not done:
            raise failure(errno.EAGAIN)
        return done

    def arrive(self, message: Message) -> None:
        """Receive one message of the peer: an edge each time."""
        self._received.append(message)
        self.queue.wake(DATA_KEY)

    def paid(self, message: Message) -> None:
        """Hear that a message of ours is gone."""
        self._owed -= message.cost
        # The kernel still holds two bytes while it decides: sock_wfree().
        if (self._owed + 2) * 4 <= self._profile.send_buffer:
            self.queue.wake(SPACE_KEY)

    def shutdown(self, how: int) -> None:
        """Shut here, and the other direction at the peer."""
        if not 0 <= how < SHUT_BOTH:
            raise failure(errno.EINVAL)
        mine = how + 1
        self.shut_and_tell(mine)
        if not self.connected:
            return
        theirs = mine if mine == SHUT_BOTH else SHUT_BOTH - mine
        self.peer.shut_and_tell(theirs)

    def take(self, client: SocketFile) -> set[SocketFile] | None:
        """Lead to the listener whose name an accepted socket shares."""
        if self._listener is None:
            raise failure(errno.EINVAL)
        return self._listener.take(client)

    def release(self) -> None:
        """Hang up; with something unread the peer is told of a reset."""
        super().release()
        if self.connected:
            self.hang_up(reset=bool(self._received))

    def hang_up(self, reset: bool) -> None:
        """Shut everything, then throw away what was not read.

        Args:
            reset: Whether the peer's next read says ECONNRESET.
        """
        self.shut = SHUT_BOTH
        peer = self.peer
        if reset:
            peer.error = errno.ECONNRESET
        peer.shut_and_tell(SHUT_BOTH)
        while self._received:
            peer.paid(self._received.popleft())


def connected(profile: Profile) -> tuple[StreamSocket, StreamSocket]:
    """Return two sockets, each the other's peer.

    Args:
        profile: The numbers of the machine.
    """
    one, other = StreamSocket(profile), StreamSocket(profile)
    one.join(other)
    return one, other
