"""Waits without end: each is a thread of its own.

A script is one sequence of calls, and a wait that finds nothing would end
it.  So a wait with a negative time-out is made by another thread, numbered
from 1 as the waits come.  If it sleeps, the script goes on; the line on which
it comes back is the one that woke it.
"""

from dataclasses import dataclass

from epollref.model.scripts import pending
from epollref.model.scripts.kernel import ScriptKernel
from epollref.model.scripts.player import (
    Crashed,
    Failed,
    Outcome,
    Player,
)
from epollref.trace.calls import EpollWait


@dataclass(frozen=True, slots=True)
class Asleep:
    """The outcome of a wait that found nothing."""

    thread: int
    """Its number."""


@dataclass(frozen=True, slots=True)
class Woken:
    """A wait that came back."""

    thread: int
    call: EpollWait
    """With the records that it returned."""


class BlockedWaits:
    """The threads of one kernel that wait.

    Args:
        kernel: Where they wait.
    """

    def __init__(self, kernel: ScriptKernel) -> None:
        self._kernel = kernel
        self._play = Player(kernel).play
        self._asleep: dict[int, EpollWait] = {}

    def wait(self, call: EpollWait) -> Outcome:
        """Wait in a new thread.

        Args:
            call: The epoll_wait.

        Returns:
            The records, if some are ready; ``Failed``; or ``Asleep``.
        """
        thread = self._play(pending.sleep(call.epfd, call.maxevents))
        if isinstance(thread, Failed | Crashed):
            return thread
        self._asleep[thread] = call
        for woken in self.woken():
            if woken.thread == thread:
                return list(woken.call.ready)
        return Asleep(thread)

    def woken(self) -> tuple[Woken, ...]:
        """Return the waits that have come back since the last time."""
        if not self._asleep:
            return ()
        found = []
        for thread, records in self._kernel.returned():
            call = self._asleep.pop(thread)
            found.append(Woken(thread, call.answered(records)))
        return tuple(found)
