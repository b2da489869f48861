"""A pipe that is full, and who hears when a part of it is read.

A pipe is seldom full by chance, and seldom watched then.  What a read of it
wakes shows only in a place of the ready list, so something else becomes a
candidate between two reads.
"""

import random
from collections.abc import Iterator

from epollref.masks import EPOLL_CTL_ADD, EPOLLET, EPOLLIN, EPOLLOUT
from epollref.model.scripts.player import Call, Step
from epollref.model.table import FIRST
from epollref.model.verify.choices import BYTES

EPFD, READER, WRITER, COUNTER = range(FIRST, FIRST + 4)
PARTS = (1, 1, 100, 4095, 4096, 8192)
ONE = (1).to_bytes(8, "little")


def full_pipe(draw: random.Random) -> Iterator[Step]:
    """Return calls about a full pipe; the script has to be fresh.

    Args:
        draw: Chooses the modes, and what is read.
    """
    yield Call("epoll_create1", (0,)), ("epoll",)
    yield Call("pipe", ()), ("reader", "writer")
    yield Call("eventfd", (0, 0)), ("eventfd",)
    yield Call("write", (WRITER, BYTES)), ()
    watches = [(WRITER, EPOLLOUT), (COUNTER, EPOLLIN), (READER, EPOLLIN)]
    for fd, events in draw.sample(watches, draw.choice((2, 3))):
        mask = events | draw.choice((EPOLLET, EPOLLET, 0))
        yield Call("epoll_ctl", (EPFD, EPOLL_CTL_ADD, fd, mask, fd)), ()
    yield Call("epoll_wait", (EPFD, 8, 0)), ()
    for _ in range(3):
        calls = [
            Call("read", (READER, draw.choice(PARTS))),
            Call("write", (COUNTER, ONE)),
            Call("read", (READER, draw.choice(PARTS))),
        ]
        yield from ((call, ()) for call in calls)
        yield Call("epoll_wait", (EPFD, draw.choice((1, 8)), 0)), ()
