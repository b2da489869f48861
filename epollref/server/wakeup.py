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
from collections import deque
from collections.abc import Callable

from epollref.kernel import Kernel
from epollref.masks import EPOLLET, EPOLLIN
from epollref.server.watch import Watch

ONE = (1).to_bytes(8, "little")
"""What is added to the counter: eight bytes, a 64-bit integer."""

Report = Callable[[str, Exception], None]
"""Is told what went wrong, and the exception."""


class Wakeup(Watch):
    """The eventfd, and the calls that wait for the loop.

    Args:
        kernel: Where the system calls go.
        report: Is told of a call that raises.

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
        if not self._rung and not self._closed:
            self._rung = True
            self._write(self.fd, ONE)

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
