"""What is to be done later, in a heap.

epoll_wait(2) takes one timeout, so the loop needs one answer: how long until
the first timer is due?  A heap gives it.

Most timers never ring: a timeout is cancelled when the thing it guards
against does not happen.  To take an entry out of the middle of a heap is
dear, so ``cancel`` only lets go of what was to be called, and the entry is
dropped when it comes to the top.  When more than half of the heap is such
leftovers, it is swept; thus memory stays bounded.

The clock is given from outside.  A test turns its hands and never sleeps.
"""

import heapq
import itertools
import math
from collections.abc import Callable, Iterator
from typing import Final

LONGEST_MS: Final = 0x7FFFFFFF
"""The timeout of epoll_wait(2) is a C int: 24 days."""

SWEEP_FROM: Final = 64
"""A heap with fewer cancelled entries than this is not worth a sweep."""


class Timer:
    """One call at one time; ``Timers.after`` makes it."""

    __slots__ = ("_timers", "callback")

    def __init__(self, timers: "Timers", callback: Callable[[], None]) -> None:
        self._timers = timers
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """Take the call back; too late is no error."""
        if self.callback is not None:
            self.callback = None
            self._timers.one_cancelled()


class Timers:
    """The calls to come.

    Args:
        clock: Returns seconds that never run backwards, like
            ``time.monotonic``.

    Examples:
        >>> from epollref.server.timers import Timers
        >>> hands = [100.0]
        >>> timers = Timers(lambda: hands[0])
        >>> timer = timers.after(2.5, lambda: print("ring"))
        >>> timers.wait_ms(-1)
        2500
        >>> hands[0] += 2.5
        >>> for call in timers.due():
        ...     call()
        ...
        ring
        >>> timers.wait_ms(-1)
        -1
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        # The counter keeps the order of equal times, and keeps heapq from
        # comparing timers.
        self._order = itertools.count()
        self._heap: list[tuple[float, int, Timer]] = []
        self._cancelled = 0

    def __len__(self) -> int:
        return len(self._heap) - self._cancelled

    # --8<-- [start:heap]
    def after(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call something later.

        Args:
            seconds: How much later, from 0.
            callback: What to call.

        Returns:
            The timer, to cancel it.
        """
        timer = Timer(self, callback)
        due = self._clock() + seconds
        heapq.heappush(self._heap, (due, next(self._order), timer))
        return timer

    def wait_ms(self, limit_ms: int) -> int:
        """Return the timeout for epoll_wait(2).

        It is rounded up: to wake a little early would mean to ask again,
        with a timeout of 0, until the clock has caught up.

        Args:
            limit_ms: The longest that the caller would wait, in
                milliseconds; negative is for ever.

        Returns:
            Milliseconds until the first timer, at most ``limit_ms``.
        """
        heap = self._heap
        while heap and heap[0][2].callback is None:
            heapq.heappop(heap)
            self._cancelled -= 1
        if not heap:
            return limit_ms
        left_ms = max((heap[0][0] - self._clock()) * 1000, 0)
        # The smaller first: infinity has no ceiling.
        left_ms = math.ceil(min(left_ms, LONGEST_MS))
        return left_ms if limit_ms < 0 else min(left_ms, limit_ms)

    def due(self) -> Iterator[Callable[[], None]]:
        """Hand out the calls whose time has come, the earliest first.

        Each is looked at when its turn comes, so a call may cancel a later
        one.  A timer made meanwhile waits for the next round, even if it is
        due at once: the round ends.

        Yields:
            The calls.
        """
        end = (self._clock(), next(self._order))
        while self._heap and self._heap[0] < end:
            timer = heapq.heappop(self._heap)[2]
            callback, timer.callback = timer.callback, None
            if callback is None:
                self._cancelled -= 1
            else:
                yield callback

    # --8<-- [end:heap]

    def one_cancelled(self) -> None:
        """Count a cancelled entry, and sweep if they have become too many."""
        self._cancelled += 1
        if self._cancelled < SWEEP_FROM:
            return
        if self._cancelled * 2 > len(self._heap):
            self._heap = [e for e in self._heap if e[2].callback is not None]
            heapq.heapify(self._heap)
            self._cancelled = 0
