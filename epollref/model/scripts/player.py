"""A script: calls one after another, and what each came to.

A call is a value of a trace that is still to be made.  Its outcome is what
it returned, or the errno that it raised.  Two kernels agree on a script if
every outcome is the same; descriptors are numbers, so they have to agree on
those too.

Looking is a call like any other.  poll(2) on an epoll drops stale
candidates, so to look after every call would hide what happens without a
look.
"""

import functools
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from epollref.model.files import OutsideScopeError
from epollref.model.scripts.kernel import ScriptKernel
from epollref.model.scripts.words import ConnectTo, MakeListener
from epollref.trace.calls import (
    Accept,
    Call,
    Dup,
    EpollCreate1,
    Eventfd,
    Pipe,
    Socket,
    Socketpair,
    TimerfdCreate,
)


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


Outcome = Any
"""A number, bytes, a list of records: whatever the call returns."""

MAKERS: Final = (
    Accept,
    ConnectTo,
    Dup,
    EpollCreate1,
    Eventfd,
    MakeListener,
    Pipe,
    Socket,
    Socketpair,
    TimerfdCreate,
)
"""Calls that return a descriptor, or two."""


def made(call: Call, outcome: Outcome) -> tuple[int, ...]:
    """Return the descriptors that a call made.

    Args:
        call: The call.
        outcome: What came of it.
    """
    if isinstance(outcome, Failed | Crashed) or not isinstance(call, MAKERS):
        return ()
    return outcome if isinstance(outcome, tuple) else (outcome,)


class Player:
    """Plays calls on one kernel.

    Args:
        kernel: Where they go.
    """

    __slots__ = ("_kernel",)

    def __init__(self, kernel: ScriptKernel) -> None:
        self._kernel = kernel

    def play(self, call: Call) -> Outcome:
        """Make one call.

        Args:
            call: The call.

        Returns:
            What it returned, ``Failed`` with the errno, or ``Crashed``.

        Raises:
            OutsideScopeError: The model does not know.
        """
        try:
            return call.make(self._kernel)
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
