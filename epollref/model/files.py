"""What every open file can do, and what most cannot.

A **file** here is an open file description: what a descriptor refers to.
Descriptors are counted on it; ``dup`` adds one.  epoll needs three things of
a file: its state as a mask (``poll``), the wait queues that tell of changes,
and the list of watches on it, because the last close removes them.

A file that cannot be polled, such as a regular one, cannot be watched:
EPERM (``file_can_poll`` in ``include/linux/poll.h``).
"""

import abc
import errno
import functools
import os
from collections.abc import Collection
from typing import Protocol

from epollref.masks import EPOLLIN, EPOLLOUT, EPOLLRDNORM, EPOLLWRNORM
from epollref.model.waitqueue import WaitQueue

_words = functools.cache(os.strerror)


def failure(number: int) -> OSError:
    """Return the exception of a failed call.

    Args:
        number: Its errno.
    """
    return OSError(number, _words(number))


class OutsideScopeError(RuntimeError):
    """The model does not know, and says so instead of guessing."""


class Watching(Protocol):
    """A watch, as the file under it sees it."""

    @property
    def epoll(self) -> "File":
        """The epoll that the watch belongs to."""
        ...

    def leave(self) -> None:
        """Go off every list, because the file is closed for good."""
        ...


class File(abc.ABC):
    """An open file description that refuses everything but being polled."""

    __slots__ = ("descriptors", "queue", "watches")

    pollable = True
    askers: Collection["File"] = ()
    """Who asks it to connect, and had no answer."""

    def __init__(self) -> None:
        self.descriptors = 0
        """How many descriptors refer to it."""
        self.queue = WaitQueue()
        self.watches: dict[Watching, None] = {}
        """The watches on it, of any epoll."""

    @abc.abstractmethod
    def poll(self) -> int:
        """Return the conditions that hold now.

        Asking may change things: an epoll drops candidates that are not
        ready.
        """

    def peek(self) -> int:
        """Return what ``poll`` would, and change nothing: for figures."""
        return self.poll()

    def read(self, n: int) -> bytes:
        """Read at most ``n`` bytes; EINVAL if it is no such file."""
        raise failure(errno.EINVAL)

    def write(self, data: bytes | memoryview) -> int:
        """Write bytes; EINVAL if it is no such file."""
        raise failure(errno.EINVAL)

    def shutdown(self, how: int) -> None:
        """Shut one direction; ENOTSOCK if it is no socket."""
        raise failure(errno.ENOTSOCK)

    def accept(self) -> "File":
        """Take one connection; ENOTSOCK if it is no socket."""
        raise failure(errno.ENOTSOCK)

    def settime(self, expired: bool) -> None:
        """Set a timer; EINVAL if it is none."""
        raise failure(errno.EINVAL)

    def check_answered(self) -> None:
        """Refuse what decides how somebody is answered, seconds later.

        Raises:
            OutsideScopeError: Somebody asks.
        """
        if self.askers:
            raise OutsideScopeError(
                "outside the model: what a connect is answered seconds later"
            )

    def release(self) -> None:
        """Go, now that the last descriptor is closed; its watches first."""
        for watch in list(self.watches):
            watch.leave()


class RegularFile(File):
    """A file on a disk, empty at first, which no epoll takes.

    poll(2) says that it is always ready, and so it is of no use to ask.
    """

    __slots__ = ()

    pollable = False

    def poll(self) -> int:
        """Return the answer for a file without readiness."""
        return EPOLLIN | EPOLLOUT | EPOLLRDNORM | EPOLLWRNORM

    def read(self, n: int) -> bytes:
        """Read at the end of what was written: nothing."""
        return b""

    def write(self, data: bytes | memoryview) -> int:
        """Append."""
        return len(data)
