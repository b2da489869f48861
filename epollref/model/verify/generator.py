"""Scripts that nobody would write.

A plain random driver: each call is drawn on its own, and knows of the files
only their kinds, from the outcomes so far.  Most calls name a file on which
they can do something; one in thirty names any number.  Masks and sizes come
from short lists with the values at which something changes.

Plain chance finds more here than clever strategies, because it is fast: the
subtle differences need a hundred thousand calls.
"""

import contextlib
import errno
import functools
import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from epollref.masks import (
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLL_CTL_MOD,
    EPOLLEXCLUSIVE,
)
from epollref.model.scripts import pending
from epollref.model.scripts.player import Failed, Outcome
from epollref.model.verify.choices import (
    ADD_MASKS,
    CLIENTS,
    CONNECT_SHARE,
    COUNTERS,
    COUNTS,
    FULL_PIPE_SHARE,
    LAST_NUMBER,
    MADE,
    MAKERS_OF,
    MAXEVENTS,
    MOD_MASKS,
    MOST_FILES,
    NAMED,
    ODD,
    READABLE,
    SIZES,
    SOCKETS,
    TEXTS,
    TOWER_SHARE,
    WATCHED,
    WEIGHTED_CALLS,
    WRITABLE,
    Planned,
)
from epollref.model.verify.connecting import connecting
from epollref.model.verify.full_pipe import full_pipe
from epollref.model.verify.towers import tower
from epollref.trace.calls import Call, Close, EpollCtl

T = TypeVar("T")
_write = functools.cache(pending.write)
"""Of a few descriptors and texts: found sooner than made."""


class Generator:
    """Draws calls, one after another.

    Args:
        seed: The same seed draws the same calls, given the same outcomes.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311, no secret
        self._chance = self._random.random
        self._kinds: dict[int, str] = {}
        self._by_kind: dict[str, list[int]] = {}
        self._numbers: list[int] = []
        self._watched: list[tuple[int, int]] = []
        """Pairs that ADD has taken and MOD would; some are gone again."""
        self._made: tuple[str, ...] = ()
        self._planned: deque[Planned] = deque()
        self._data = 0
        self._deck: list[tuple[Callable[[], Call], str]] = []
        """Each call as often as it weighs: drawing one is one look-up."""
        for name, weight, kind in WEIGHTED_CALLS:
            self._deck += [(getattr(self, f"_{name}"), kind)] * weight

    def restart(self) -> None:
        """Forget all files: a new script begins, sometimes as planned."""
        self._planned.clear()
        plan = self._chance()
        if plan < TOWER_SHARE:
            self._planned.extend(tower(self._random))
        elif plan < TOWER_SHARE + FULL_PIPE_SHARE:
            self._planned.extend(full_pipe(self._random))
        elif plan < TOWER_SHARE + FULL_PIPE_SHARE + CONNECT_SHARE:
            self._planned.extend(connecting(self._random))
        self._made = ()
        self._kinds.clear()
        self._by_kind.clear()
        self._numbers.clear()
        self._watched.clear()

    def next(self) -> Call:
        """Return another call; tell ``learn`` what came of it."""
        self._made = ()
        if self._planned:
            call, self._made = self._planned.popleft()
            return call
        if not self._numbers:
            self._made = ("epoll",)
            return pending.create()
        if len(self._numbers) < 6:
            return self._create()
        draw, kind = self._one_of(self._deck)
        if kind and not self._by_kind.get(kind):
            return self._create(kind)
        return draw()

    def learn(self, call: Call, outcome: Outcome) -> None:
        """Keep the table of descriptors up to date.

        Args:
            call: What ``next`` returned.
            outcome: What came of it.
        """
        if type(outcome) is Failed:
            self._made = ()
            if type(call) is EpollCtl and outcome.errno == errno.ENOENT:
                self._forget_watch(call)
        elif self._made:
            made, self._made = self._made, ()
            numbers = outcome if type(outcome) is tuple else (outcome,)
            for fd, kind in zip(numbers, made, strict=True):
                self._kinds[fd] = kind
                self._by_kind.setdefault(kind, []).append(fd)
                self._numbers.append(fd)
        elif type(call) is EpollCtl:
            self._learn_watch(call)
        elif type(call) is Close:
            fd = call.fd
            self._by_kind[self._kinds.pop(fd)].remove(fd)
            self._numbers.remove(fd)

    def _learn_watch(self, call: EpollCtl) -> None:
        if call.op == EPOLL_CTL_ADD and not call.events & EPOLLEXCLUSIVE:
            self._watched.append((call.epfd, call.fd))
            del self._watched[:-MOST_FILES]
        elif call.op == EPOLL_CTL_DEL:
            self._forget_watch(call)

    def _forget_watch(self, call: EpollCtl) -> None:
        with contextlib.suppress(ValueError):
            self._watched.remove((call.epfd, call.fd))

    def last_look(self) -> Iterator[Call]:
        """Look at all there is: interest lists, ready lists, every file."""
        epolls = self._by_kind.get("epoll", [])
        for fd in epolls:
            yield pending.fdinfo(fd)
        for fd in epolls:
            yield pending.wait(fd, LAST_NUMBER)
        for fd in self._numbers:
            yield pending.poll(fd)

    # what to call it on

    def _one_of(self, some: Sequence[T]) -> T:
        """Return any one: ``random.choice``, which is slower, for a few."""
        return some[int(self._chance() * len(some))]

    def _choose(self, *kinds: str) -> int:
        """Return a descriptor of these kinds, seldom of any."""
        chance = self._chance
        if chance() < 0.03:
            return self._random.randrange(-1, LAST_NUMBER)
        for _ in range(4):
            # Not _one_of: this runs more often than anything else here.
            some = self._by_kind.get(kinds[int(chance() * len(kinds))])
            if some:
                return some[int(chance() * len(some))]
        return self._any()

    def _any(self) -> int:
        return self._one_of(self._numbers)

    def _mask(self, op: int) -> int:
        chance = self._chance()
        if chance < 0.01:
            return self._random.getrandbits(32)
        # MOD refuses EXCLUSIVE, so it is seldom tried there.
        any_mode = op == EPOLL_CTL_ADD or chance > 0.95
        return self._one_of(ADD_MASKS if any_mode else MOD_MASKS)

    def _word(self) -> int:
        self._data += 1
        return self._data << 32 | 0x5A

    # the calls

    def _create(self, kind: str = "") -> Call:
        if len(self._numbers) > MOST_FILES:
            return self._close()
        makers = MAKERS_OF[kind or self._one_of(MADE)]
        call, self._made = self._one_of(makers)
        return call

    def _wait(self) -> Call:
        most = self._one_of(MAXEVENTS)
        return pending.wait(self._choose("epoll"), most)

    def _control(self, op: int) -> Call:
        if op != EPOLL_CTL_ADD and self._watched and self._chance() < 0.8:
            epfd, fd = self._one_of(self._watched)
        else:
            epfd, fd = self._choose("epoll"), self._choose(*WATCHED)
        if op == EPOLL_CTL_DEL:
            return pending.control(epfd, op, fd)
        return pending.control(epfd, op, fd, self._mask(op), self._word())

    def _add(self) -> Call:
        return self._control(EPOLL_CTL_ADD)

    def _modify(self) -> Call:
        return self._control(EPOLL_CTL_MOD)

    def _delete(self) -> Call:
        return self._control(EPOLL_CTL_DEL)

    def _write(self) -> Call:
        fd = self._choose(*WRITABLE)
        if self._kinds.get(fd) == "eventfd" and self._chance() < 0.95:
            return _write(fd, self._one_of(COUNTS))
        return _write(fd, self._one_of(TEXTS))

    def _read(self) -> Call:
        fd = self._choose(*READABLE)
        counts = self._kinds.get(fd) in COUNTERS and self._chance() < 0.9
        return pending.read(fd, 8 if counts else self._one_of(SIZES))

    def _poll(self) -> Call:
        return pending.poll(self._any())

    def _fdinfo(self) -> Call:
        return pending.fdinfo(self._choose("epoll"))

    def _close(self) -> Call:
        return pending.close(self._any())

    def _dup(self) -> Call:
        if len(self._numbers) > MOST_FILES:
            return self._close()
        fd = self._any()
        self._made = (self._kinds[fd],)
        return pending.dup(fd)

    def _shutdown(self) -> Call:
        how = self._one_of((0, 1, 1, 2))
        return pending.shutdown(self._choose(*SOCKETS), how)

    def _accept(self) -> Call:
        self._made = ("socket",)
        return pending.accept(self._choose("listener"))

    def _connect(self) -> Call:
        if len(self._numbers) > MOST_FILES:
            return self._close()
        self._made = ("socket",)
        return pending.connect(self._choose(*NAMED))

    def _connect_to(self) -> Call:
        fd = self._choose(*CLIENTS)
        return pending.connect_to(fd, self._choose(*NAMED))

    def _settime(self) -> Call:
        expired = self._chance() < 0.5
        return pending.settime(self._choose("timer"), expired)

    def _odd(self) -> Call:
        """A call whose arguments are wrong in themselves."""
        fd, epfd = self._any(), self._choose("epoll")
        return self._one_of(ODD)(fd, epfd)
