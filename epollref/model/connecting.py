"""How a TCP socket connects: begun, answered, asked after, given up.

A connect takes a moment, so it says EINPROGRESS.  How it went is told by an
edge, and to the next connect: 0, or the error, which makes the socket anew
(``__inet_stream_connect`` in ``net/ipv4/af_inet.c``).

A listener with a full backlog does not answer, and the client asks it again:
after a second, after three, after seven.  So long nothing changes.  What
comes of it once there is room is a matter of time: outside the model.
"""

import abc
import enum
import errno

from epollref.masks import EPOLLERR
from epollref.model.files import failure
from epollref.model.sockets import SocketFile


class Progress(enum.Enum):
    """What connect(2) knows of a socket (``socket_state``)."""

    NOT_BEGUN = enum.auto()
    BEGUN = enum.auto()
    """Nobody has asked yet how it went."""
    OVER = enum.auto()
    GIVEN_UP = enum.auto()
    """Shut while it failed: there is no way back (``inet_shutdown``)."""


class Connector(SocketFile):
    """A TCP socket, as connect(2) sees it."""

    __slots__ = ("_asking", "_closed", "_progress")

    def _begin(self) -> None:
        """Be as socket(2) makes it (``tcp_disconnect``)."""
        self._progress = Progress.NOT_BEGUN
        self._closed = True
        """Whether there is no connection: not yet, or it is over by both
        FINs or a reset."""
        self._asking: set[SocketFile] | None = None
        """All that ask the same listener, if it has not answered."""
        self.error = self.shut = 0

    @abc.abstractmethod
    def _fail(self, number: int) -> None:
        """End with an error, which is told once."""

    def connect_to(self, target: SocketFile) -> None:
        """Begin to connect, or ask once how it went.

        Raises:
            OSError: EINPROGRESS, EALREADY, EISCONN, ECONNREFUSED,
                ECONNRESET, ECONNABORTED (it failed, and the error is
                taken), EINVAL, EAFNOSUPPORT.
        """
        if self._progress is Progress.BEGUN:
            self._hear()
            return
        if self._progress is not Progress.NOT_BEGUN:
            over = self._progress is Progress.OVER
            raise failure(errno.EISCONN if over else errno.EINVAL)
        try:
            self._asking = target.take(self)
        except ConnectionRefusedError:
            self._fail(errno.ECONNREFUSED)
        if self._asking is not None:
            self._asking.add(self)
            self.error = 0
        self._progress = Progress.BEGUN
        raise failure(errno.EINPROGRESS)

    def _hear(self) -> None:
        """Say how a connect went; after a failure, be as good as new."""
        if self._asking is not None:
            raise failure(errno.EALREADY)
        if not self._closed:
            self._progress = Progress.OVER
            return
        number = self.error or errno.ECONNABORTED
        self._begin()
        self.queue.wake(EPOLLERR)
        raise failure(number)

    def _ask_no_more(self) -> None:
        """Give a connect up that nobody has answered."""
        if self._asking is not None:
            self._asking.discard(self)
            self._begin()
            self.error = errno.ECONNRESET
            self.queue.wake(EPOLLERR)
