"""Registrations that a log uses and never shows being made.

A watch may have been added before the log began, by io_uring, or by another
process; the log then has its events and no ADD.  An event is known by its
data word, not by a descriptor: programs store pointers there.

Descriptors of all processes are taken together here: what one process added
and another one uses counts as seen.
"""

from typing import Final

from epollref.masks import EPOLL_CTL_ADD, EPOLL_CTL_DEL
from epollref.trace.calls import EpollCtl, Wait
from epollref.trace.log.coverage import SAMPLES, Coverage, Unseen

MOST_REGISTRATIONS: Final = 65_536
"""Registrations remembered; with more the rest of a log is not checked."""


class _DataWords:
    """What is known of the interest list of one epoll."""

    def __init__(self) -> None:
        self.words: dict[int, int] = {}
        """Data words by descriptor."""
        self.counts: dict[int, int] = {}
        """How many registrations have a word."""

    def set(self, fd: int, word: int) -> None:
        """Remember a registration."""
        self.forget(fd)
        self.words[fd] = word
        self.counts[word] = self.counts.get(word, 0) + 1

    def forget(self, fd: int) -> None:
        """Forget a registration."""
        word = self.words.pop(fd, None)
        if word is not None and word in self.counts:
            self.counts[word] -= 1
            if not self.counts[word]:
                del self.counts[word]


class Registrations:
    """Looks for registrations that were not seen being made.

    Args:
        coverage: What gets them.
    """

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage
        self._lists: dict[int, _DataWords] = {}
        self._made = 0

    def created(self, epfd: int) -> None:
        """Forget what an old epoll of that number held."""
        self._lists.pop(epfd, None)

    def changed(self, call: EpollCtl) -> None:
        """Take note of an epoll_ctl, at its entry or at its end."""
        interest = self._list(call.epfd)
        if interest is None:
            return
        known = call.fd in interest.words
        if call.error and call.error != "EEXIST":
            if call.op == EPOLL_CTL_ADD:
                interest.forget(call.fd)
            return
        if call.op == EPOLL_CTL_DEL:
            if not known and not call.error:
                self._unseen(call.line, call.epfd, call.fd, None)
            interest.forget(call.fd)
            return
        used = call.op != EPOLL_CTL_ADD or call.error
        if used and not known and call.data not in interest.counts:
            self._unseen(call.line, call.epfd, call.fd, call.data)
        interest.set(call.fd, call.data)
        self._made += not known

    def reported(self, call: Wait) -> None:
        """Take note of the events of a wait."""
        interest = self._list(call.epfd)
        if interest is None:
            return
        counts = interest.counts
        for ready in call.ready:
            if ready.data not in counts:
                self._unseen(call.line, call.epfd, None, ready.data)
                counts[ready.data] = 1
                self._made += 1

    def _list(self, epfd: int) -> _DataWords | None:
        """Return what is known of an epoll; ``None`` if all is too much."""
        if self._made > MOST_REGISTRATIONS:
            return None
        interest = self._lists.get(epfd)
        if interest is None:
            interest = self._lists[epfd] = _DataWords()
            self._made += 1
        return interest

    def _unseen(
        self, line: int, epfd: int, fd: int | None, data: int | None
    ) -> None:
        found = self._coverage.unseen_registrations
        if len(found) < SAMPLES:
            found.append(Unseen(line, epfd, fd, data))
