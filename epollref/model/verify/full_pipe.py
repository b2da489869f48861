"""A pipe that is full, and who hears when a part of it is read.

A pipe is seldom full by chance, and seldom watched then.  What a read of it
wakes shows only in a place of the ready list, so something else becomes a
candidate between two reads.
"""

import random
import sys
from collections.abc import Iterator

from epollref.masks import EPOLL_CTL_ADD, EPOLLET, EPOLLIN, EPOLLOUT
from epollref.model.scripts import pending
from epollref.model.table import FIRST
from epollref.model.verify.choices import BYTES, Planned

EPFD, READER, WRITER, COUNTER = range(FIRST, FIRST + 4)
PARTS = (1, 1, 100, 4095, 4096, 8192)
_ONE = (1).to_bytes(8, sys.byteorder)


def full_pipe(draw: random.Random) -> Iterator[Planned]:
    """Return calls about a full pipe; the script has to be fresh.

    Args:
        draw: Chooses the modes, and what is read.
    """
    yield pending.create(), ("epoll",)
    yield pending.PIPE, ("reader", "writer")
    yield pending.eventfd(0, 0), ("eventfd",)
    yield pending.write(WRITER, BYTES), ()
    watches = [(WRITER, EPOLLOUT), (COUNTER, EPOLLIN), (READER, EPOLLIN)]
    for fd, events in draw.sample(watches, draw.choice((2, 3))):
        mask = events | draw.choice((EPOLLET, EPOLLET, 0))
        yield pending.control(EPFD, EPOLL_CTL_ADD, fd, mask, fd), ()
    yield pending.wait(EPFD, 8), ()
    for _ in range(3):
        calls = [
            pending.read(READER, draw.choice(PARTS)),
            pending.write(COUNTER, _ONE),
            pending.read(READER, draw.choice(PARTS)),
        ]
        yield from ((call, ()) for call in calls)
        yield pending.wait(EPFD, draw.choice((1, 8))), ()
