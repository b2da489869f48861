"""How another thread, or a signal handler, ends the sleep of the loop.

A thread that is blocked in epoll_wait(2) notices descriptors and nothing
else, so the wakeup is a descriptor: an eventfd(2) in the interest list.
``call_soon`` puts the call into a deque and then writes to the eventfd; the
loop wakes and makes the calls, on its own thread.

The eventfd is watched **edge-triggered and never read**: every write is a
fresh edge, whether or not the counter was drained (``eventfd_write`` in
``fs/eventfd.c`` wakes on each).  Nothing is left to reset, so nothing can be
reset at the wrong moment.  The counter would be full after 2⁶⁴-2 wakeups.

No lock: ``deque.append`` and the write are each atomic, so ``call_soon`` is
safe in a signal handler that interrupts another ``call_soon``.
"""

import os
import sys
from collections import deque
from collections.abc import Callable
from typing import Final

from epollref.kernel import Kernel
from epollref.masks import EPOLLET, EPOLLIN
from epollref.server.report import Report
from epollref.server.watch import Watch

INCREMENT = (1).to_bytes(8, sys.byteorder)
"""What is added to the counter: a 64-bit integer, in the byte order of the
machine (eventfd(2))."""

TRIES: Final = 2
"""How often the bell is rung for one call.  Another thread has no other way
to end the sleep of the loop."""


class Wakeup(Watch):
    """The eventfd, and the calls that wait for the loop.

    Args:
        kernel: Where the system calls go.
        report: Is told of a call that raises, and of a bell that fails.

    Raises:
        OSError: EMFILE, ENFILE, ENOMEM.
    """

    MASK = EPOLLIN | EPOLLET

    def __init__(self, kernel: Kernel, report: Report) -> None:
        flags = os.EFD_NONBLOCK | os.EFD_CLOEXEC
        super().__init__(kernel.eventfd(0, flags))
        self._write = kernel.write
        self._report = report
        self._calls: deque[Callable[[], None]] = deque()
        self._rung = False
        self._closed = False

    # --8<-- [start:wake]
    def call_soon(self, callback: Callable[[], None]) -> None:
        """Make a call on the loop's thread, in its next turn.

        Any thread may ask, and any signal handler.  Many calls before the
        loop wakes cost one write: ``_rung`` says that the bell is ringing.

        Args:
            callback: What to call; dropped if the loop is closed.
        """
        self._calls.append(callback)
        failed: OSError | None = None
        for _ in range(TRIES):
            if self._rung or self._closed:
                return
            failed = self._ring()
            if failed is None:
                return
        if failed is not None:
            self._report("the wakeup cannot be rung", failed)

    def _ring(self) -> OSError | None:
        """Write to the eventfd, and return what the kernel says against it."""
        try:
            # First the note: once it is written, the loop may be at it.
            self._rung = True
            self._write(self.fd, INCREMENT)
        except BaseException as error:
            self._rung = False  # Or no later call would ring.
            if not isinstance(error, OSError):
                raise
            return error
        return None

    @property
    def unheard(self) -> bool:
        """Whether a call waits and no bell rings for it."""
        return bool(self._calls) and not self._rung

    def ready(self, events: int) -> None:
        """Make the calls that wait.

        ``_rung`` falls first.  A call that is added while others are made
        rings again, so none is left behind.

        Args:
            events: ``EPOLLIN``; it says nothing that is not known.
        """
        self._rung = False
        for _ in range(len(self._calls)):
            callback = self._calls.popleft()
            try:
                callback()
            except Exception as error:
                self._report("a call handed to the loop failed", error)

    # --8<-- [end:wake]

    def gone(self) -> None:
        """Ring no more: the number of the eventfd may be another's soon."""
        self._closed = True
        self._calls.clear()
