"""Epolls that watch epolls, as high and as wide as the kernel allows.

Chance alone builds nothing that high.  A tower is a stack of epolls, each
watching the next through some descriptors of it, and the lowest watching a
file: the ways that lead to the file multiply.  All that a tower needs is
made first, then its links are added in any order, so that one too many is
refused now at the top, now at the bottom.
"""

import random
from collections.abc import Iterator, Sequence

from epollref.masks import EPOLL_CTL_ADD, EPOLLIN
from epollref.model.scripts import pending
from epollref.model.table import FIRST
from epollref.model.verify.choices import Planned

TOWERS = (
    (1, 1, 1, 1, 1),
    (1, 1, 1, 1, 1, 1),
    (2, 3, 1, 1, 2),
    (11, 1, 1, 1, 1),
    (1, 1, 1, 1, 11),
    (5, 1, 1, 11),
    (1, 10, 11),
    (21, 25),
)
"""How many descriptors lead from each epoll to what is below.  Most multiply
to a little more than is allowed: 10, 50, 100, 500 (``nesting``)."""


def tower(draw: random.Random) -> Iterator[Planned]:
    """Return the calls that build a tower; the script has to be fresh.

    Args:
        draw: Chooses which one, and the order of its links.
    """
    links = draw.choice(TOWERS)
    fd = FIRST
    for _ in links:
        yield pending.create(), ("epoll",)
        fd += 1
    yield pending.eventfd(1, 0), ("eventfd",)
    pairs: list[tuple[int, int]] = []
    for number, count in enumerate(links):
        epfd, below = FIRST + number, FIRST + number + 1
        kind = "epoll" if below < FIRST + len(links) else "eventfd"
        pairs.append((epfd, below))
        for _ in range(count - 1):
            yield pending.dup(below), (kind,)
            fd += 1
            pairs.append((epfd, fd))
    draw.shuffle(pairs)
    yield pending.create(), ("epoll",)
    yield from _links(pairs)
    # One more epoll tries to go below and above, and to close a circle.
    last, bottom = fd + 1, FIRST + len(links) - 1
    yield from _links(((bottom, last), (last, FIRST), (last, bottom)))
    yield from _links(((bottom, last), (bottom, FIRST)))
    # The ways from the top end with it.
    yield pending.close(FIRST), ()
    yield pending.create(), ("epoll",)
    yield from _links([(FIRST, FIRST + 1)])


def _links(pairs: Sequence[tuple[int, int]]) -> Iterator[Planned]:
    for epfd, fd in pairs:
        yield pending.control(epfd, EPOLL_CTL_ADD, fd, EPOLLIN, fd), ()
