"""The table behind the data word.

The kernel keeps 64 bits with each registration and hands them back with
each event.  What they mean is our business.  Here they are a **token**: a
number from a counter, never used twice.  The table says which **watch**, our
memory of one registration, a token belongs to.

Why not the descriptor?  Descriptors are used again at once.  One epoll_wait
returns many records; if the handler of the first closes a connection that
the fifth is about, and the second accepts a new one, the fifth record may
carry the number of the newcomer.  A token cannot be mistaken in this way: a
**stale event** finds nothing in the table.

The policy: the table forgets the token first, then comes DEL, then close.
"""

import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Final

NO_TOKEN: Final = 0
"""What a watch carries while it is in no table."""


# --8<-- [start:watch]
class Watch(ABC):
    """Our memory of one registration.

    There is one for each descriptor in the interest list, so it is kept
    small: ``__slots__`` and no dictionary.

    Args:
        fd: The descriptor.
    """

    __slots__ = ("__weakref__", "fd", "mask", "token")

    owns_fd = True
    """Whether the descriptor is closed together with the watch."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.mask = 0
        self.token = NO_TOKEN

    @abstractmethod
    def ready(self, events: int) -> None:
        """Act on one event.

        Args:
            events: The conditions that the kernel reports.  Bits are
                tested; ERR and HUP come without being asked for.
        """

    def gone(self) -> None:  # noqa: B027 - most watches have nothing to do
        """Called once, when the watch has left table and interest list."""


# --8<-- [end:watch]


class Borrowed(Watch):
    """The watch of a descriptor that belongs to somebody else.

    Args:
        fd: The descriptor; it is not closed here.
        handler: Called with the events.
    """

    __slots__ = ("_handler",)

    owns_fd = False

    def __init__(self, fd: int, handler: Callable[[int], None]) -> None:
        super().__init__(fd)
        self._handler = handler

    def ready(self, events: int) -> None:
        """Call the handler.

        Args:
            events: The conditions that the kernel reports.
        """
        self._handler(events)


# --8<-- [start:table]
class WatchTable:
    """From tokens to watches.

    Examples:
        >>> from epollref.server.watch import Watch, WatchTable
        >>> class Quiet(Watch):
        ...     def ready(self, events):
        ...         pass
        ...
        >>> table = WatchTable()
        >>> first = Quiet(fd=5)
        >>> token = table.add(first)
        >>> table.get(token) is first
        True
        >>> table.forget(first)
        True
        >>> again = table.add(Quiet(fd=5))
        >>> table.get(token) is None, again > token
        (True, True)
    """

    def __init__(self) -> None:
        self._watches: dict[int, Watch] = {}
        # At a billion a second, 64 bits last for 584 years.
        self._tokens = itertools.count(NO_TOKEN + 1)
        self.get = self._watches.get
        """Returns the watch of a token, ``None`` for a stale event."""

    def add(self, watch: Watch) -> int:
        """Give a watch its token and remember it.

        Args:
            watch: A watch that is in no table.

        Returns:
            The token: the data word for ADD.
        """
        token = next(self._tokens)
        watch.token = token
        self._watches[token] = watch
        return token

    def forget(self, watch: Watch) -> bool:
        """Forget a watch; from here on its events are stale.

        Args:
            watch: The watch; it may be forgotten already.

        Returns:
            Whether it was still remembered.
        """
        token, watch.token = watch.token, NO_TOKEN
        return self._watches.pop(token, None) is not None

    def __len__(self) -> int:
        return len(self._watches)

    def __iter__(self) -> Iterator[Watch]:
        # A copy: who walks the table may close what he meets.
        return iter(list(self._watches.values()))

    # --8<-- [end:table]
