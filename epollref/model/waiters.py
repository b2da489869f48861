"""Threads that are blocked in epoll_wait.

A thread that finds nothing ready falls asleep in the epoll's own wait queue.
**The newest is woken first**, and each time something is put on the ready
list one is woken.  It leaves the queue at that moment, runs later, and takes
what is ready then.  If something is left after that, because it is
level-triggered or did not fit, the next thread is woken; if there was
nothing, the thread sleeps again, as the newest (``ep_poll`` and
``ep_done_scan`` in ``fs/eventpoll.c``).

So an edge ends one wait, and a level ends all of them, one after the other,
as long as nobody takes the data away.

In the model a woken thread runs when the call that woke it is over: before
the next one.  In Linux it may run on another processor before that.  Which
of both happens can be seen only if the call does something more to the same
ready list, such as a write that becomes two messages, or if threads sleep in
two epolls of which one watches the other.  Such a call has **raced**: its
outcome here is one of several.

A blocked call holds the epoll: closing its last descriptor neither ends the
wait nor the watches, until the last thread is back.
"""

from collections import deque

from epollref.kernel import Ready
from epollref.model.epoll import Epoll


class Waiter:
    """A thread in epoll_wait: a hook in the queue of its epoll."""

    __slots__ = ("_threads", "epoll", "maxevents", "number", "woken")

    def __init__(
        self, threads: "Threads", number: int, epoll: Epoll, maxevents: int
    ) -> None:
        self._threads = threads
        self.number = number
        self.epoll = epoll
        self.maxevents = maxevents
        self.woken = False
        """Whether it is to run; it hangs in the queue until it does."""

    def wake(self, key: int) -> bool:
        """Be woken, if that has not happened yet: one thread is enough.

        Args:
            key: Not looked at: who sleeps in an epoll waits for anything.
        """
        return self._threads.wake(self)


class Threads:
    """All threads of a kernel that wait, and those that are back."""

    __slots__ = ("_back", "_started", "raced", "woken")

    def __init__(self) -> None:
        self.raced = False
        """Whether a call so far could have had another outcome."""
        self.woken: deque[Waiter] = deque()
        """Those that run before the next call."""
        self._started = 0
        self._back: list[tuple[int, list[Ready]]] = []

    def wait(self, epoll: Epoll, maxevents: int) -> int:
        """Let a new thread wait, and return its number.

        Args:
            epoll: Where.
            maxevents: The most records that it takes.
        """
        self._started += 1
        epoll.descriptors += 1
        self._look(Waiter(self, self._started, epoll, maxevents))
        return self._started

    def wake(self, waiter: Waiter) -> bool:
        """Let a thread run soon; say whether it slept until now.

        Args:
            waiter: The thread.
        """
        if waiter.woken:
            self.raced = True
            return False
        for other in self.woken:
            self.raced |= _may_meet(waiter.epoll, other.epoll)
        waiter.woken = True
        self.woken.append(waiter)
        return True

    def run(self) -> None:
        """Run the threads that were woken, in the order of the wakeups."""
        while self.woken:
            waiter = self.woken.popleft()
            waiter.epoll.waiters.remove(waiter)
            self._look(waiter)

    def _look(self, waiter: Waiter) -> None:
        """Take what is ready and be back, or sleep."""
        epoll = waiter.epoll
        records = epoll.take(waiter.maxevents)
        if not records:
            waiter.woken = False
            epoll.waiters.add(waiter, exclusive=False)
            return
        self._back.append((waiter.number, records))
        epoll.descriptors -= 1
        if not epoll.descriptors:
            epoll.release()

    def returned(self) -> list[tuple[int, list[Ready]]]:
        """Return who came back since the last time, by number."""
        self.run()
        back, self._back = self._back, []
        return sorted(back)


def _may_meet(one: Epoll, other: Epoll) -> bool:
    """Say whether a wait on one may change what the other reports."""
    return one is not other and bool(one.watches or other.watches)
