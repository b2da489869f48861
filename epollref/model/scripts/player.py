"""A script: calls one after another, and what each came to.

A call is a name and its arguments.  Its outcome is what it returned, or the
errno that it raised.  Two kernels agree on a script if every outcome is the
same; descriptors are numbers, so they have to agree on those too.

Looking is a call like any other.  poll(2) on an epoll drops stale
candidates, so to look after every call would hide what happens without a
look.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol

from epollref.kernel import Kernel, Ready
from epollref.model.files import OutsideScopeError


class Failed(NamedTuple):
    """The outcome of a call that raised."""

    errno: int


_failed = functools.cache(Failed)


class Crashed:
    """The outcome of a call that raised what no kernel does: a bug.

    No two of them are equal, so one is always a difference.
    """

    def __init__(self, error: Exception) -> None:
        self._name = type(error).__name__

    def __str__(self) -> str:
        return self._name


Argument = int | bool | bytes
Outcome = Any
"""A number, bytes, a list of records: whatever the call returns."""


class Call(NamedTuple):
    """One line of a script."""

    name: str
    arguments: tuple[Argument, ...]


Step = tuple[Call, tuple[str, ...]]
"""A call that is planned, and the kinds of what it makes."""


MAKERS = frozenset(
    (
        "accept4",
        "connect",
        "dup",
        "epoll_create1",
        "eventfd",
        "listener",
        "pipe",
        "regular_file",
        "socketpair",
        "tcp_listener",
        "timerfd_create",
    )
)
"""Calls that return a descriptor, or two."""


class ScriptKernel(Kernel, Protocol):
    """What a script can call: the seam, and the calls that make files."""

    def socketpair(self) -> tuple[int, int]:
        """Make two connected unix stream sockets."""
        ...

    def pipe(self) -> tuple[int, int]:
        """Make a pipe: reader, writer."""
        ...

    def timerfd_create(self) -> int:
        """Make a timer that is not set."""
        ...

    def timerfd_settime(self, fd: int, expired: bool) -> None:
        """Set a timer anew, and let it expire once, or stop it."""
        ...

    def listener(self) -> int:
        """Make a listening unix stream socket."""
        ...

    def tcp_listener(self) -> int:
        """Make a listening TCP socket on the loopback."""
        ...

    def connect(self, listener: int) -> int:
        """Make a client of a listener."""
        ...

    def regular_file(self) -> int:
        """Open an empty file, which no epoll takes."""
        ...

    def sleep_in_wait(self, epfd: int, maxevents: int) -> int:
        """Let a new thread wait without end; return its number."""
        ...

    def returned(self) -> list[tuple[int, list[Ready]]]:
        """Return the threads whose wait has ended since the last time."""
        ...

    def dup(self, fd: int) -> int:
        """Return another descriptor of the same file."""
        ...

    def poll(self, fd: int) -> int:
        """Ask one file for all its conditions (poll(2))."""
        ...

    def fdinfo(self, epfd: int) -> list[tuple[int, int, int]]:
        """Return number, mask and data word of each watch, sorted."""
        ...


class Player:
    """Plays calls on one kernel.

    Args:
        kernel: Where they go.
    """

    __slots__ = ("_kernel", "_methods")

    def __init__(self, kernel: ScriptKernel) -> None:
        self._kernel = kernel
        self._methods: dict[str, Callable[..., Any]] = {}

    def play(self, call: Call) -> Outcome:
        """Make one call.

        Args:
            call: The call.

        Returns:
            What it returned, ``Failed`` with the errno, or ``Crashed``.

        Raises:
            OutsideScopeError: The model does not know.
        """
        name, arguments = call
        method = self._methods.get(name)
        if method is None:
            method = self._methods[name] = getattr(self._kernel, name)
        try:
            return method(*arguments)
        except OSError as error:
            return _failed(error.errno or 0)
        except OutsideScopeError:
            raise
        except Exception as error:
            return Crashed(error)


def difference(
    calls: Iterable[Call], one: ScriptKernel, other: ScriptKernel
) -> int | None:
    """Play a script on two kernels up to the first outcome that differs.

    Args:
        calls: The script.
        one: A fresh kernel.
        other: Another.

    Returns:
        The index of that call; None if they agree.
    """
    play_one, play_other = Player(one).play, Player(other).play
    for index, call in enumerate(calls):
        if play_one(call) != play_other(call):
            return index
    return None
