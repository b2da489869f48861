"""epoll as two lists.

The **interest list** holds watches: which file, through which descriptor
number, for which conditions, with which data word.  The **ready list** holds
candidates: watches whose file has called since they were last looked at.

Readiness is stored nowhere.  A wakeup puts a watch at the end of the ready
list; ``wait`` takes from its head and asks each file again.  All modes are
one decision, made for a watch that has just been reported:

- level-triggered: back to the end of the list, to be asked again;
- edge-triggered: gone, until the next wakeup or MOD;
- one-shot: gone, and its conditions cleared until the next MOD.

``fs/eventpoll.c`` is the same with locks: ``ep_poll_callback`` is
``Watch.wake``, ``ep_send_events`` is ``Epoll.take``.

An epoll has two wait queues.  One is that of any file: who watches it.  The
other holds the threads that are blocked in it, and each time something is
put on the ready list, one of them is woken.
"""

import errno

from epollref.kernel import Ready
from epollref.masks import (
    ALWAYS_REPORTED,
    EPOLLET,
    EPOLLEXCLUSIVE,
    EPOLLIN,
    EPOLLONESHOT,
    EPOLLRDNORM,
    FLAGS,
)
from epollref.model.files import File, failure
from epollref.model.waitqueue import WaitQueue


# --8<-- [start:watch]
class Watch:
    """One registration: a file, the number it was added by, and a mask."""

    __slots__ = ("data", "epoll", "events", "fd", "file")

    def __init__(
        self, epoll: "Epoll", file: File, fd: int, events: int, data: int
    ) -> None:
        self.epoll = epoll
        self.file = file
        self.fd = fd
        self.events = events
        self.data = data

    def poll(self) -> int:
        """Return those conditions that hold and are wanted."""
        return self.file.poll() & self.events

    # --8<-- [end:watch]

    # --8<-- [start:wake]
    def wake(self, key: int) -> bool:
        """Become a candidate, unless the change cannot matter.

        A watch that is listed keeps its place.  Who is blocked in this
        epoll is woken, and who watches it is told, either way.

        Args:
            key: The conditions that may have come true; 0 for any.

        Returns:
            Whether an exclusive watch woke a thread.  The kernel asks here
            for IN or OUT in key and mask; a mask that may stand beside
            ``EPOLLEXCLUSIVE`` and fits the key has them.
        """
        events = self.events
        if not events & ~FLAGS or (key and not key & events):
            return False
        woke = self.epoll.waiters.wake(EPOLLIN)
        self.epoll.ready[self] = None
        self.epoll.queue.wake(EPOLLIN)
        return woke and bool(events & EPOLLEXCLUSIVE)

    # --8<-- [end:wake]

    def leave(self) -> None:
        """Go off both lists: DEL, or the last close of the file."""
        self.file.queue.remove(self)
        self.epoll.forget(self)


class Epoll(File):
    """One epoll instance; a file that can be watched in turn."""

    __slots__ = ("interest", "ready", "waiters")

    # --8<-- [start:lists]
    def __init__(self) -> None:
        super().__init__()
        self.interest: dict[tuple[File, int], Watch] = {}
        """The interest list.  Its key is file *and* number: a dup is another
        watch, and so is a file that came to a number in use before."""
        self.ready: dict[Watch, None] = {}
        """The ready list: a dict keeps order, and finds a watch at once."""
        self.waiters = WaitQueue()
        """The threads that are blocked in it; the newest is woken first."""

    # --8<-- [end:lists]

    def add(self, file: File, fd: int, events: int, data: int) -> Watch:
        """Put a watch on the interest list; it is not hooked in yet."""
        watch = Watch(self, file, fd, events | ALWAYS_REPORTED, data)
        self.interest[file, fd] = watch
        file.watches[watch] = None
        return watch

    def hook(self, watch: Watch) -> None:
        """Let the file call the watch, and see whether it is ready now."""
        exclusive = bool(watch.events & EPOLLEXCLUSIVE)
        watch.file.queue.add(watch, exclusive)
        self.look(watch)

    # --8<-- [start:look]
    def modify(self, watch: Watch, events: int, data: int) -> None:
        """Replace mask and data word, and look again: this re-arms.

        It moves no candidate and takes none from the list.
        """
        if watch.events & EPOLLEXCLUSIVE:
            raise failure(errno.EINVAL)
        watch.events = events | ALWAYS_REPORTED
        watch.data = data
        self.look(watch)

    def look(self, watch: Watch) -> None:
        """Make a watch a candidate if it is ready."""
        if watch.poll() and watch not in self.ready:
            self.ready[watch] = None
            self.waiters.wake(EPOLLIN)
            self.queue.wake(EPOLLIN)

    # --8<-- [end:look]

    def forget(self, watch: Watch) -> None:
        """Take a watch that no file calls any more off both lists."""
        del self.interest[watch.file, watch.fd]
        del watch.file.watches[watch]
        self.ready.pop(watch, None)

    # --8<-- [start:take]
    def take(self, maxevents: int) -> list[Ready]:
        """Return what is ready, as epoll_wait does.

        Candidates that nobody looked at stay at the head; those that were
        reported and are level-triggered follow.  If any are left the next
        thread is woken (``ep_done_scan``).

        Args:
            maxevents: The most records.
        """
        records: list[Ready] = []
        again: dict[Watch, None] = {}
        candidates = self.ready
        for watch in list(candidates):
            if len(records) >= maxevents:
                break
            del candidates[watch]
            events = watch.poll()
            if not events:
                continue
            records.append(Ready(events, watch.data))
            if watch.events & EPOLLONESHOT:
                watch.events &= FLAGS
            elif not watch.events & EPOLLET:
                again[watch] = None
        candidates.update(again)
        if candidates:
            self.waiters.wake(EPOLLIN)
        return records

    # --8<-- [end:take]

    def poll(self) -> int:
        """IN while a candidate is ready; those before it are dropped."""
        for watch in list(self.ready):
            if watch.poll():
                return EPOLLIN | EPOLLRDNORM
            del self.ready[watch]
        return 0

    def peek(self) -> int:
        """Return what ``poll`` would, and drop nobody."""
        ready = any(w.file.peek() & w.events for w in self.ready)
        return EPOLLIN | EPOLLRDNORM if ready else 0

    def candidates(self) -> list[tuple[int, int, int]]:
        """Return number, what a wait would report now, and data word.

        They come in the order of the ready list.  What would report nothing
        is stale: the next wait drops it.
        """
        return [(w.fd, w.file.peek() & w.events, w.data) for w in self.ready]

    def fdinfo(self) -> list[tuple[int, int, int]]:
        """Return number, mask and data word of each watch, by number."""
        return sorted((w.fd, w.events, w.data) for w in self.interest.values())

    def release(self) -> None:
        """Drop every watch."""
        super().release()
        for watch in list(self.interest.values()):
            watch.leave()
