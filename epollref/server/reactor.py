"""The loop: one epoll_wait, then its batch, then the timers.

``turn`` is the whole of it, and ``turn`` never sleeps more than it is told
to; so a test, or a model of the kernel, steps the loop one wait at a time.

Three rules keep memory safe; they hold for every descriptor watched here:

1. A record is trusted only if its token is in the table.  Earlier records
   of the same batch may have closed what this one is about.
2. To retire a watch is to forget its token, then DEL, then close.  DEL
   before close, because close alone leaves a phantom behind if a dup or a
   child keeps the file open (epoll(7), questions and answers).
3. One thread, the loop's, owns table and timers.  Others ``call_soon``.

A handler that raises loses its watch, not the loop.  A call that fails
leaves the memory as it was before: what we believe of a watch is what the
kernel was last told.
"""

import contextlib
import time
from collections.abc import Callable
from typing import Self

from epollref.kernel import Kernel
from epollref.masks import (
    EPOLL_CLOEXEC,
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLL_CTL_MOD,
    EPOLLIN,
)
from epollref.server.limits import BATCH
from epollref.server.report import Report, report_on_stderr
from epollref.server.timers import Timer, Timers
from epollref.server.wakeup import Wakeup
from epollref.server.watch import Borrowed, Watch, WatchTable


class Reactor:
    """One epoll instance, the table of its watches, and the loop.

    Args:
        kernel: Where the system calls go.
        clock: Returns seconds that never run backwards.
        report: Is told of a handler that raised, and of a call that failed
            where nobody could be told by an exception.

    Raises:
        OSError: EMFILE, ENFILE, ENOMEM.

    Examples:
        >>> import os
        >>> from epollref.linux import LinuxKernel
        >>> from epollref.server.reactor import Reactor
        >>> r, w = os.pipe()
        >>> with Reactor(LinuxKernel()) as reactor:
        ...     _ = reactor.watch_fd(r, lambda events: print(os.read(r, 9)))
        ...     _ = os.write(w, b"hello")
        ...     reactor.turn()
        ...
        b'hello'
        1
        >>> os.close(r), os.close(w)
        (None, None)
    """

    def __init__(
        self,
        kernel: Kernel,
        *,
        clock: Callable[[], float] = time.monotonic,
        report: Report = report_on_stderr,
    ) -> None:
        self.table = WatchTable()
        """What is watched, the wakeup included."""
        self.report = report
        """Is told what went wrong."""
        self._timers = Timers(clock)
        self._ctl = kernel.epoll_ctl
        self._wait = kernel.epoll_wait
        self._close = kernel.close
        with contextlib.ExitStack() as undo:
            self._epfd = kernel.epoll_create1(EPOLL_CLOEXEC)
            undo.callback(kernel.close, self._epfd)
            wakeup = Wakeup(kernel, report)
            undo.callback(kernel.close, wakeup.fd)
            self.add(wakeup, Wakeup.MASK)
            undo.pop_all()
        self._wakeup = wakeup
        self.call_soon = wakeup.call_soon
        """Makes a call on the loop's thread; safe from anywhere."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --8<-- [start:turn]
    def turn(self, timeout_ms: int = -1) -> int:
        """Wait once, and act on what is ready.

        Args:
            timeout_ms: The longest wait in milliseconds; 0 does not sleep,
                a negative number waits for ever.  A timer may end it.

        Returns:
            The number of records that the kernel returned.
        """
        timeout_ms = self._timers.wait_ms(timeout_ms)
        if self._wakeup.unheard:
            timeout_ms = 0  # A call waits whose bell could not be rung.
        try:
            batch = self._wait(self._epfd, BATCH, timeout_ms)
        except InterruptedError:
            batch = []  # A signal: its handler has run, nothing is ready.
        find = self.table.get
        for events, token in batch:
            watch = find(token)
            if watch is None:
                continue  # Stale: retired earlier in this very batch.
            try:
                watch.ready(events)
            except Exception as error:
                self._fail(watch, error)
        if self._wakeup.unheard:
            self._wakeup.ready(EPOLLIN)
        if self._timers:
            self._ring()
        return len(batch)

    # --8<-- [end:turn]

    def run_for(self, watch: Watch, act: Callable[[], None]) -> None:
        """Let a watch act though the kernel has reported nothing.

        Args:
            watch: The watch; nothing happens if it is retired, and it is
                retired if it raises.
            act: What it does.
        """
        if self.table.get(watch.token) is not watch:
            return
        try:
            act()
        except Exception as error:
            self._fail(watch, error)

    def _ring(self) -> None:
        for callback in self._timers.due():
            try:
                callback()
            except Exception as error:
                self.report("a timer failed", error)

    def _fail(self, watch: Watch, error: Exception) -> None:
        self.report(f"the handler of descriptor {watch.fd} failed", error)
        self.retire(watch)

    # --8<-- [start:add]
    def add(self, watch: Watch, mask: int) -> None:
        """Put a watch on the interest list.

        Args:
            watch: The watch; new, or taken off before.
            mask: What to watch for, and how.

        Raises:
            OSError: As epoll_ctl(2) ADD says: EEXIST, ENOMEM, ENOSPC, EPERM.
                The watch is then in no table; its descriptor is open.
        """
        watch.mask = mask
        token = self.table.add(watch)
        try:
            self._ctl(self._epfd, EPOLL_CTL_ADD, watch.fd, mask, token)
        except OSError:
            self.table.forget(watch)
            raise

    def modify(self, watch: Watch, mask: int) -> None:
        """Change the mask of a watch, and re-arm it.

        MOD looks at readiness again: an edge that was taken, and a one-shot
        watch that has fired, report anew what still holds (epoll(7)).

        Any thread that alone holds the watch may call this.

        Args:
            watch: A watch on the interest list.
            mask: What to watch for from now on, and how.

        Raises:
            OSError: As epoll_ctl(2) MOD says: EBADF, ENOENT, ENOMEM.  The
                mask is then as before.
        """
        # First the memory, then the call: once it is armed, the loop's
        # thread may be at it already.  If it fails, nobody is.
        before, watch.mask = watch.mask, mask
        try:
            self._ctl(self._epfd, EPOLL_CTL_MOD, watch.fd, mask, watch.token)
        except OSError:
            watch.mask = before
            raise

    # --8<-- [end:add]

    # --8<-- [start:retire]
    def retire(self, watch: Watch) -> None:
        """Forget a watch, then DEL, then close; a second call does nothing.

        What the kernel refuses is reported, for nothing is left to be done
        about it: EBADF and ENOENT say that somebody else has closed our
        descriptor, and after an error of close(2) it is closed all the same.

        Args:
            watch: The watch.  A borrowed descriptor stays open.
        """
        if not self.table.forget(watch):
            return
        try:
            self._ctl(self._epfd, EPOLL_CTL_DEL, watch.fd)
        except OSError as error:
            self.report(f"DEL of descriptor {watch.fd} failed", error)
        try:
            watch.gone()
        finally:
            if watch.owns_fd:
                self.close_fd(watch.fd)

    # --8<-- [end:retire]

    def watch_fd(
        self, fd: int, handler: Callable[[int], None], mask: int = EPOLLIN
    ) -> Watch:
        """Watch a descriptor that stays yours.

        Args:
            fd: The descriptor, for example the pipe of
                ``signal.set_wakeup_fd``.
            handler: Called with the events, on the loop's thread.
            mask: What to watch for, and how.

        Returns:
            The watch; ``retire`` takes it off again.

        Raises:
            OSError: As epoll_ctl(2) ADD says.
        """
        watch = Borrowed(fd, handler)
        self.add(watch, mask)
        return watch

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Make a call later, on the loop's thread; call it from there too.

        Args:
            seconds: How much later, from 0.
            callback: What to call.

        Returns:
            The timer, to cancel it.
        """
        return self._timers.after(seconds, callback)

    def close(self) -> None:
        """Retire every watch and close the instance; again does nothing.

        Threads that may still ``call_soon`` have to be done before.
        """
        for watch in self.table:
            self.retire(watch)
        epfd, self._epfd = self._epfd, -1
        if epfd >= 0:
            self.close_fd(epfd)

    def close_fd(self, fd: int) -> None:
        """Close a descriptor; a failure is reported.

        Args:
            fd: The descriptor; it is free afterwards in any case.
        """
        try:
            self._close(fd)
        except OSError as error:
            self.report(f"close of descriptor {fd} failed", error)
