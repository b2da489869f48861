"""A conversation that knows no sockets.

A session is told what arrived and says what it owes.  It reads nothing and
writes nothing, so it can be tested with bytes alone, and the server can
speak any protocol: it takes a function that makes sessions.

The server asks a session two questions after each event, and these become
the mask of the watch:

- ``wants_input``: shall I go on reading?  A session that says no makes the
  kernel's receive buffer fill up, and then the peer stops: that is
  **back-pressure**, and it is all there is to it.
- ``wants_output``: is something owed to the peer?

``EchoSession`` gives back what it gets.  The idea of bytes in and answers
out, without sockets, is that of h11 and its relatives.
"""

from collections.abc import Callable
from typing import Final, Protocol

from epollref.server.limits import HIGH_WATER


class Session(Protocol):
    """What the server needs to know of a conversation.

    The server calls ``receive`` and ``sent``, and looks at the rest.
    """

    @property
    def wants_input(self) -> bool:
        """Whether ``receive`` may be called with more."""
        ...

    @property
    def wants_output(self) -> bool:
        """Whether ``owed`` holds something."""
        ...

    @property
    def owed(self) -> bytes | memoryview:
        """The next bytes to write; it may be a part of what is owed."""
        ...

    @property
    def finished(self) -> bool:
        """Whether everything is said: nothing owed, nothing to come."""
        ...

    def receive(self, data: bytes) -> None:
        """Take what the peer sent.

        Args:
            data: The bytes; ``b""`` says that no more will come, and from
                then on ``wants_input`` is false.
        """
        ...

    def sent(self, n: int) -> None:
        """Take note that the first bytes of ``owed`` are written.

        Args:
            n: How many bytes, from 1 to ``len(owed)``.
        """
        ...


SessionFactory = Callable[[], Session]
"""Makes the session of a new connection."""


class EchoSession:
    """Gives back every byte, in order, and ends when the peer has ended.

    Above 64 KiB owed it wants no input until *everything* is written.  A
    lower mark would gain nothing: when the last byte leaves this buffer,
    the kernel's own is still full of bytes on their way, so the peer never
    waits for us, and there is one MOD less for each turn of the tide.

    What is owed is at most 64 KiB and one read.

    Examples:
        >>> from epollref.server.session import EchoSession
        >>> session = EchoSession()
        >>> session.receive(b"hello")
        >>> session.sent(2)
        >>> bytes(session.owed)
        b'llo'
        >>> session.receive(b"")
        >>> session.wants_input, session.finished
        (False, False)
        >>> session.sent(3)
        >>> session.finished
        True
    """

    __slots__ = ("__weakref__", "ended", "owed", "wants_input", "wants_output")

    def __init__(self) -> None:
        self.wants_input = True
        self.wants_output = False
        self.ended = False
        self.owed: bytes | memoryview = b""
        """What is not yet written."""

    # --8<-- [start:echo]
    def receive(self, data: bytes) -> None:
        """Owe the bytes that came; ``b""`` is the peer's end.

        Args:
            data: What was read.  It is kept as it is, not copied, unless
                something is owed already.
        """
        if not data:
            self.ended = True
            self.wants_input = False
            return
        if self.wants_output:
            data = bytes(self.owed) + data
        self.owed = data
        self.wants_output = True
        if len(data) > HIGH_WATER:
            self.wants_input = False

    def sent(self, n: int) -> None:
        """Forget the first ``n`` bytes of what is owed.

        Args:
            n: How many bytes the kernel has taken.
        """
        if n < len(self.owed):
            self.owed = memoryview(self.owed)[n:]
            return
        self.owed = b""
        self.wants_output = False
        self.wants_input = not self.ended

    # --8<-- [end:echo]

    @property
    def finished(self) -> bool:
        """Whether the peer has ended and nothing is owed."""
        return self.ended and not self.wants_output


class Discard:
    """The session of a lingering connection: drops what still comes.

    It remembers nothing, so all of them share one, ``DISCARD``; that the
    peer has ended is a state of the connection.
    """

    __slots__ = ()

    wants_input = True
    wants_output = False
    owed = b""
    finished = False

    def receive(self, data: bytes) -> None:
        """Drop the bytes.

        Args:
            data: What was read.
        """

    def sent(self, n: int) -> None:
        """Never called: nothing is owed.

        Args:
            n: How many bytes.
        """


DISCARD: Final = Discard()
"""What every lingering connection has for a session."""
