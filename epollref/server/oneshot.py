"""One-shot: who re-arms, and when.  Three patterns to lift.

A one-shot watch reports once and is then disarmed: nothing more comes, not
even HUP, until MOD arms it again (epoll_ctl(2)).  So there is one question,
and it has three good answers.

1. **After each event.**  ``serve_and_rearm``: handle, then MOD.
2. **When a worker is done.**  ``WorkerPool``: the event goes to a thread,
   and MOD is the thread's last step.  While the watch is disarmed nobody
   else gets an event of this descriptor; so one thread at a time serves a
   connection, and the order of its bytes is kept without a lock.
3. **Not now.**  ``park``: MOD to the bare flag.  Only ERR and HUP can come,
   once.  ``resume`` arms it again, and what came meanwhile is reported.

No wakeup can be lost between the last read and the MOD: MOD looks at
readiness (``ep_modify`` in ``fs/eventpoll.c``).  But MOD *before* the last
read gives the descriptor to a second thread: re-arming comes last.
"""

import errno
import queue
import threading
from collections.abc import Callable
from typing import Self

from epollref.masks import EPOLLONESHOT
from epollref.server.reactor import Reactor
from epollref.server.report import Report
from epollref.server.watch import Watch

Work = Callable[[], None]
"""What a worker does for one event."""


# --8<-- [start:rearm]
def serve_and_rearm(
    reactor: Reactor, watch: Watch, handle: Callable[[], bool]
) -> None:
    """Pattern 1: handle the event, then arm the watch again.

    Call it from ``Watch.ready``.

    Args:
        reactor: Where the watch is.
        watch: A one-shot watch whose event has been delivered.
        handle: Does the work; false says that the conversation is over.

    Raises:
        OSError: As epoll_ctl(2) says.
    """
    if handle():
        reactor.modify(watch, watch.mask)  # The last step: armed again.
    else:
        reactor.retire(watch)


# --8<-- [end:rearm]


# --8<-- [start:park]
def park(reactor: Reactor, watch: Watch) -> None:
    """Pattern 3: keep a watch quiet on purpose.

    With ``EPOLLONESHOT`` alone no data is reported.  ERR and HUP are, since
    MOD adds them to every mask, but only once; a mask of 0 would report
    them again and again (level-triggered).

    Args:
        reactor: Where the watch is.
        watch: The watch, armed or not.

    Raises:
        OSError: As epoll_ctl(2) MOD says.
    """
    reactor.modify(watch, EPOLLONESHOT)


def resume(reactor: Reactor, watch: Watch, mask: int) -> None:
    """End the rest of a parked watch; what came meanwhile is reported.

    Args:
        reactor: Where the watch is.
        watch: The watch.
        mask: What to watch for; ``EPOLLONESHOT`` is added.

    Raises:
        OSError: As epoll_ctl(2) MOD says.
    """
    reactor.modify(watch, mask | EPOLLONESHOT)


# --8<-- [end:park]


# --8<-- [start:pool]
class WorkerPool:
    """Pattern 2: threads that serve, and re-arm when they are done.

    A pool is for work that blocks.  It does not make short work faster: the
    hand-over costs more than an echo, and the interpreter runs one thread
    at a time.

    Args:
        workers: How many threads, from 1.
        report: Is told of a job that raised.

    Raises:
        OSError: EAGAIN: the system has no room for that many threads.

    Examples:
        >>> from epollref.server.oneshot import WorkerPool
        >>> with WorkerPool(1, report=print) as pool:
        ...     pool.submit(lambda: print("served"))
        ...
        served
    """

    def __init__(self, workers: int, report: Report) -> None:
        self._jobs: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._report = report
        self._threads: list[threading.Thread] = []
        try:
            for n in range(workers):
                self._start(f"worker-{n}")
        except OSError:
            self.close()  # The first ones would wait for jobs for ever.
            raise

    def _start(self, name: str) -> None:
        thread = threading.Thread(target=self._work, name=name)
        try:
            thread.start()
        except RuntimeError as error:
            # What pthread_create(3) said, and Python has put into words.
            raise OSError(errno.EAGAIN, str(error)) from error
        self._threads.append(thread)

    def submit(self, job: Work) -> None:
        """Hand a job to the next free worker.

        Args:
            job: Serves one event and re-arms the watch, which is disarmed
                until then.
        """
        self._jobs.put(job)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception as error:
                self._report("a worker's job failed", error)
            del job  # Else a sleeping worker would keep its last connection.

    def close(self) -> None:
        """Let the workers finish what is queued, and wait for them.

        A worker cannot be interrupted: this takes as long as its job does.
        """
        for _ in self._threads:
            self._jobs.put(None)
        while self._threads:
            self._threads.pop().join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def hand_over(
    reactor: Reactor,
    pool: WorkerPool,
    watch: Watch,
    handle: Callable[[], bool],
) -> None:
    """Pattern 2: let a worker handle the event and arm the watch again.

    Call it from ``Watch.ready``.  The table has one owner, the loop's
    thread; so the worker does not retire the watch, it asks for that.

    Args:
        reactor: Where the watch is.
        pool: Whose worker it will be.
        watch: A one-shot watch whose event has been delivered.
        handle: Does the work, on the worker's thread; false says that the
            conversation is over.
    """

    def work() -> None:
        armed = False
        try:
            if handle():
                reactor.modify(watch, watch.mask)  # The last step.
                armed = True
        finally:
            # Also if MOD failed: a watch that is not armed hears nothing.
            if not armed:
                reactor.call_soon(lambda: reactor.retire(watch))

    pool.submit(work)


# --8<-- [end:pool]
