"""The two lists of every epoll, after a step.

The interest list can be read anywhere: ``/proc`` shows it.  The ready list
cannot.  The model shows its own.  On Linux it is found out as one finds out
what is in a sealed box: open a copy.  The script is played afresh up to the
same step, and what a wait reports then was ready, in that order.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from epollref.masks import ALWAYS_REPORTED, FLAGS
from epollref.model.kernel import ModelKernel
from epollref.model.scripts.runner import Runner

_MANY = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """A watch in one of the lists."""

    name: str
    events: int
    """In the interest list the mask, without ERR and HUP, which are always
    there; in the ready list what a wait would report."""
    data: int = field(default=0, compare=False)
    """The data word."""
    off: bool = False
    """In the interest list: disarmed, nothing is asked for.  In the ready
    list: stale, the next wait drops it."""


@dataclass(frozen=True, slots=True)
class Lists:
    """The two lists of one epoll."""

    epoll: str
    interest: tuple[Entry, ...]
    ready: tuple[Entry, ...]

    @property
    def due(self) -> tuple[Entry, ...]:
        """What a wait would report: the ready list without stale entries."""
        return tuple(entry for entry in self.ready if not entry.off)


ReadyList = Callable[[int], tuple[Entry, ...]]
"""Returns the ready list of an epoll."""


def snapshot(runner: Runner, ready: ReadyList) -> tuple[Lists, ...]:
    """Return the lists of every epoll that is open.

    Args:
        runner: Where the script stands.
        ready: Finds out a ready list.
    """
    return tuple(
        Lists(runner.name(epfd), _interest(runner, epfd), ready(epfd))
        for epfd in runner.epolls
    )


def _interest(runner: Runner, epfd: int) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            runner.watch(epfd, fd, data),
            events & ~ALWAYS_REPORTED,
            data,
            off=not events & ~FLAGS,
        )
        for fd, events, data in runner.kernel.fdinfo(epfd)
    )


def ready_of_model(runner: Runner, model: ModelKernel) -> ReadyList:
    """Return what shows the ready lists of the model."""
    return lambda epfd: tuple(
        Entry(runner.watch(epfd, fd, data), events, data, off=not events)
        for fd, events, data in model.candidates(epfd)
    )


def ready_by_waiting(runner: Runner) -> ReadyList:
    """Return what takes the ready lists of a runner that is not used again."""
    return lambda epfd: tuple(
        Entry(runner.word(epfd, data), events, data)
        for events, data in runner.kernel.epoll_wait(epfd, _MANY, 0)
    )
