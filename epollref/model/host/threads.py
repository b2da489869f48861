"""Real threads that are blocked in epoll_wait, and when they have settled.

A script goes on when every thread is back or asleep again, as in the model,
where nothing else runs during a call.  Whether a thread sleeps in its wait
can be observed: ``/proc/self/task/TID/syscall`` begins with the number of
the call, and the state in ``stat`` is S (proc_pid_syscall(5),
proc_pid_stat(5)).  The two are read one after the other, and what they say
together is true if they say it twice running: a thread that was on its way
out of the call does not come back to it.

Each thread waits on a descriptor of its own, beside those of the script.  So
a script may close its own, as it may during a real call, which holds the
file; and a wait can be ended by an ADD of something that is always ready.
"""

import contextlib
import os
import platform
import queue
import signal
import threading
import time
from typing import Final

from epollref.kernel import Ready
from epollref.linux import LinuxKernel
from epollref.masks import EPOLL_CTL_ADD, EPOLLIN
from epollref.model.host.block import USUAL_ROOM, Block

IN_A_WAIT: Final = (
    (b"232 ", b"281 ")
    if platform.machine() in ("x86_64", "AMD64")
    else (b"22 ",)
)
"""How the line of a thread in epoll_wait or epoll_pwait begins."""
LOOK_EVERY: Final = 0.0002
"""Seconds between two looks at threads that are on their way."""
THREAD_PATIENCE: Final = 60.0
"""Seconds after which a thread that does not settle is an error."""


class WaitingThread(threading.Thread):
    """A thread that makes one call of epoll_wait, without a time-out.

    Args:
        fd: A descriptor of the epoll that nobody else closes.
        maxevents: The most records.
        back: Where the thread goes when the call is over.
    """

    def __init__(
        self, fd: int, maxevents: int, back: "queue.SimpleQueue[WaitingThread]"
    ) -> None:
        super().__init__(daemon=True)
        self.fd = fd
        self.number = 0
        self.records: list[Ready] = []
        self.error: Exception | None = None
        self._maxevents = maxevents
        self._back = back

    def run(self) -> None:
        """Wait, and say so when that is over."""
        # A signal that ended the wait would end the comparison.
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            self.records = LinuxKernel().epoll_wait(
                self.fd, self._maxevents, -1
            )
        except Exception as error:
            self.error = error
        self._back.put(self)

    def sleeps(self) -> bool:
        """Say whether it sleeps in its wait now."""
        task = f"/proc/self/task/{self.native_id}"
        if not _contents(f"{task}/syscall").startswith(IN_A_WAIT):
            return False
        # The name of the thread comes first, in parentheses.
        _, _, state = _contents(f"{task}/stat").rpartition(b") ")
        return state.startswith(b"S")


def _contents(path: str) -> bytes:
    """Return a short file of /proc; nothing when the thread is gone.

    ``open`` takes ten times as long, and this is asked after every call.
    The files of a thread that is about to be gone belong to root (it has no
    memory any more: task_dump_owner in fs/proc/base.c).
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return b""
    try:
        return os.read(fd, 1024)
    except ProcessLookupError:
        return b""
    finally:
        os.close(fd)


class WaitingThreads:
    """The threads of one kernel.

    Args:
        room: How many may wait at once.
    """

    def __init__(self, room: int = USUAL_ROOM) -> None:
        self._linux = LinuxKernel()
        self._numbers = Block(room)
        self._blocked: list[WaitingThread] = []
        self._returned: list[WaitingThread] = []
        self._back: queue.SimpleQueue[WaitingThread] = queue.SimpleQueue()
        self._started = 0
        self._disturbed = False

    def disturb(self) -> None:
        """Settle, because a call comes that may wake somebody."""
        if self._disturbed:
            self.settle()
        self._disturbed = True

    def wait(self, epfd: int, maxevents: int) -> int:
        """Let a new thread wait, and return when it sleeps or is back.

        Args:
            epfd: The real number of the epoll.
            maxevents: The most records.

        Returns:
            The thread's number: 1, 2, 3.

        Raises:
            OSError: EBADF, EINVAL: the thread's call failed.
        """
        try:
            copy = os.dup(epfd)
        except OSError:
            # A wrong maxevents may be looked at before the descriptor.
            self._linux.epoll_wait(epfd, maxevents, 0)
            raise
        fd = self._numbers.real(self._numbers.move(copy))
        waiter = WaitingThread(fd, maxevents, self._back)
        self._blocked.append(waiter)
        waiter.start()
        self.settle()
        if waiter.error:
            self._returned.remove(waiter)
            raise waiter.error
        self._started += 1
        waiter.number = self._started
        return waiter.number

    def settle(self) -> None:
        """Return when every thread is back, or asleep in its wait.

        Raises:
            RuntimeError: One is neither, for a minute.
        """
        deadline = time.monotonic() + THREAD_PATIENCE
        calm = 0
        while calm < 2:
            self._join_finished()
            if all(waiter.sleeps() for waiter in self._blocked):
                calm += 1
                continue
            calm = 0
            if time.monotonic() > deadline:
                raise RuntimeError("a thread neither sleeps nor is back")
            with contextlib.suppress(queue.Empty):
                self._join(self._back.get(timeout=LOOK_EVERY))
        self._disturbed = False

    def _join_finished(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._join(self._back.get_nowait())

    def _join(self, waiter: WaitingThread) -> None:
        """Let go of the epoll of a thread that is back."""
        waiter.join()
        self._blocked.remove(waiter)
        self._returned.append(waiter)
        os.close(waiter.fd)

    def returned(self) -> list[tuple[int, list[Ready]]]:
        """Return who came back since the last time, by number."""
        if self._disturbed:
            self.settle()
        back, self._returned = self._returned, []
        return sorted((waiter.number, waiter.records) for waiter in back)

    def finish(self) -> None:
        """End every wait, by something that is ready for all of them."""
        ready = os.eventfd(1, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        try:
            for waiter in self._blocked:
                # Two may wait in one epoll; the first lets the next go.
                with contextlib.suppress(FileExistsError):
                    self._linux.epoll_ctl(
                        waiter.fd, EPOLL_CTL_ADD, ready, EPOLLIN
                    )
            while self._blocked:
                self._join(self._back.get(timeout=THREAD_PATIENCE))
        finally:
            os.close(ready)
            self._numbers.give_back()
