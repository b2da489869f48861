"""Scripts about a few files and who waits for them.

Two kinds of scripts need time to settle, and have settings of their own:
those with blocked threads, and those with TCP sockets.  They are short and
about few files.  Most calls concern a pair that an ADD has taken, and one
file is watched by every epoll: chance alone would seldom wake anybody.
"""

import random
import sys
from collections.abc import Callable, Iterator

from epollref.masks import (
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLL_CTL_MOD,
)
from epollref.model.scripts import pending
from epollref.model.scripts.player import Failed, Outcome
from epollref.model.scripts.words import SleepInWait
from epollref.model.table import FIRST
from epollref.model.verify.choices import BYTES
from epollref.trace.calls import Call, Close, EpollCtl
from tests.proof.drivers.settings import Setting

SCENE_LENGTH = 80
MOST_ASLEEP = 5
FILES = (
    "socket",
    "fresh",
    "reader",
    "writer",
    "eventfd",
    "timer",
    "listener",
)


class Scene:
    """Draws the calls of one script after another.

    Args:
        seed: The same seed draws the same calls, given the same outcomes.
        setting: What they are about.
    """

    def __init__(self, seed: int, setting: Setting) -> None:
        self._random = random.Random(seed)
        self._setting = setting
        self._draws: list[Callable[[], Call]] = [
            self._draw(name) for name in setting.weights
        ]
        self._weights = list(setting.weights.values())
        self._kinds: dict[int, str] = {}
        self._others: dict[int, int] = {}
        """The other end of a socket or a pipe, where it has a number."""
        self._watched: list[tuple[int, int]] = []
        """Pairs that ADD has taken; some are gone again."""
        self._made: tuple[str, ...] = ()
        self._asleep = 0

    def _draw(self, name: str) -> Callable[[], Call]:
        draw: Callable[[], Call] = getattr(self, f"_{name}")
        return draw

    def script(self) -> Iterator[Call]:
        """Return the calls of a new script; tell ``learn`` the outcomes.

        After most of them comes the question who is back.  Where it does
        not, threads run all the same.
        """
        for call in self._calls():
            yield call
            if self._random.random() < self._setting.asks:
                yield pending.RETURNED

    def _calls(self) -> Iterator[Call]:
        self._kinds.clear()
        self._others.clear()
        self._watched.clear()
        self._asleep = 0
        for _ in range(3):
            self._made = ("epoll",)
            yield pending.create()
        for name in self._setting.start:
            yield self._draw(name)()
        hot = self._choose(*FILES)
        for epfd in (FIRST, FIRST + 1, FIRST + 2, FIRST):
            yield self._control(EPOLL_CTL_ADD, epfd, hot)
            yield self._add()
        for _ in range(SCENE_LENGTH):
            yield self._random.choices(self._draws, self._weights)[0]()

    def learn(self, call: Call, outcome: Outcome) -> None:
        """Keep count of files and threads.

        Args:
            call: The call.
            outcome: What came of it.
        """
        made, self._made = self._made, ()
        if isinstance(outcome, Failed):
            return
        if call is pending.RETURNED:
            self._asleep -= len(outcome)
            return
        if isinstance(outcome, tuple):
            one, other = outcome
            self._others.update({one: other, other: one})
            self._kinds.update(zip(outcome, made, strict=True))
        elif made:
            self._kinds[outcome] = made[0]
        elif isinstance(call, Close):
            del self._kinds[call.fd]
        elif isinstance(call, SleepInWait):
            self._asleep += 1
        elif isinstance(call, EpollCtl) and call.op == EPOLL_CTL_ADD:
            self._watched.append((call.epfd, call.fd))

    # what to call it on

    def _choose(self, *kinds: str) -> int:
        """Return a descriptor of these kinds, or else of any."""
        some = [fd for fd, kind in self._kinds.items() if kind in kinds]
        return self._random.choice(some) if some else self._any()

    def _any(self) -> int:
        return self._random.choice([*self._kinds, -1])

    def _pair(self) -> tuple[int, int]:
        """Return an epoll and a file, mostly one that it watches."""
        if self._watched and self._random.random() < 0.9:
            return self._random.choice(self._watched)
        return self._choose("epoll"), self._choose(*FILES)

    # the calls

    def _sleep(self) -> Call:
        if self._asleep >= MOST_ASLEEP:
            return self._event()
        number = self._random.choice((1, 1, 2, 8))
        return pending.sleep(self._pair()[0], number)

    def _event(self) -> Call:
        """Do what makes a watched file ready, or its peer."""
        _, fd = self._pair()
        kind = self._kinds.get(fd)
        if kind == "timer":
            return pending.settime(fd, self._random.random() < 0.7)
        if kind == "listener" and self._random.random() < 0.8:
            self._made = ("socket",)
            return pending.connect(fd)
        if kind == "eventfd":
            return pending.write(fd, (1).to_bytes(8, sys.byteorder))
        size = self._random.choice(self._setting.writes)
        return pending.write(self._others.get(fd, fd), BYTES[:size])

    def _read(self) -> Call:
        _, fd = self._pair()
        if self._kinds.get(fd) in ("writer", "epoll"):
            fd = self._others.get(fd, fd)
        return pending.read(fd, self._random.choice(self._setting.reads))

    def _control(self, op: int, epfd: int, fd: int) -> Call:
        mask = self._random.choice(self._setting.masks)
        data = self._random.getrandbits(64)
        if op == EPOLL_CTL_DEL:
            return pending.control(epfd, op, fd)
        return pending.control(epfd, op, fd, mask, data)

    def _add(self) -> Call:
        kinds = FILES if self._random.random() < 0.8 else ("epoll",)
        epfd, fd = self._choose("epoll"), self._choose(*kinds)
        return self._control(EPOLL_CTL_ADD, epfd, fd)

    def _modify(self) -> Call:
        return self._control(EPOLL_CTL_MOD, *self._pair())

    def _delete(self) -> Call:
        return self._control(EPOLL_CTL_DEL, *self._pair())

    def _wait(self) -> Call:
        number = self._random.choice((1, 8))
        return pending.wait(self._choose("epoll"), number)

    def _poll(self) -> Call:
        return pending.poll(self._any())

    def _first(self) -> Call:
        call, self._made = self._setting.makers[0]
        return call

    def _create(self) -> Call:
        call, self._made = self._random.choice(self._setting.makers)
        return call

    def _connect(self) -> Call:
        self._made = ("socket",)
        return pending.connect(self._choose("listener", "socket"))

    def _connect_to(self) -> Call:
        odd = self._random.random() < 0.2
        fd = self._any() if odd else self._choose("fresh")
        return pending.connect_to(fd, self._choose("listener", "socket"))

    def _accept(self) -> Call:
        self._made = ("socket",)
        return pending.accept(self._choose("listener"))

    def _shutdown(self) -> Call:
        _, fd = self._pair()
        return pending.shutdown(fd, self._random.choice((0, 1, 1, 2, 3)))

    def _shutdown_fresh(self) -> Call:
        how = self._random.choice((0, 0, 1, 1, 2))
        return pending.shutdown(self._choose("fresh"), how)

    def _close(self) -> Call:
        only_epolls = self._random.random() < 0.4
        fd = self._choose("epoll") if only_epolls else self._any()
        return pending.close(fd)

    def _dup(self) -> Call:
        fd = self._any()
        self._made = (self._kinds.get(fd, ""),)
        return pending.dup(fd)
