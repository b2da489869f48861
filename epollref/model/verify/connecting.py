"""A socket that is watched before it connects, to a backlog with room or not.

Chance seldom watches a socket, shuts it and connects it in this order, and a
backlog is seldom full just then.
"""

import random
from collections.abc import Iterator

from epollref.masks import EPOLL_CTL_ADD, EPOLLET, EPOLLIN, EPOLLOUT
from epollref.model.scripts import pending
from epollref.model.table import BACKLOG, FIRST
from epollref.model.verify.choices import Planned

_EPFD, _LISTENER, _SOCKET = range(FIRST, FIRST + 3)
_MASKS = (EPOLLIN | EPOLLET, EPOLLOUT | EPOLLET, EPOLLIN | EPOLLOUT)


def connecting(draw: random.Random) -> Iterator[Planned]:
    """Return calls about one connect; the script has to be fresh.

    Args:
        draw: Chooses what is shut and watched, and who came before.
    """
    yield pending.create(), ("epoll",)
    yield pending.LISTENER, ("listener",)
    yield pending.UNIX_SOCKET, ("fresh",)
    yield _watch(draw, _SOCKET)
    if draw.random() < 0.5:
        yield pending.shutdown(_SOCKET, draw.choice((0, 0, 1, 2))), ()
    others = draw.choice((0, 0, 0, BACKLOG + 1))
    for _ in range(others):
        yield pending.connect(_LISTENER), ("socket",)
    served = _SOCKET + others + 1
    yield pending.wait(_EPFD, 8), ()
    yield pending.connect_to(_SOCKET, _LISTENER), ()
    yield pending.wait(_EPFD, 8), ()
    yield pending.accept(_LISTENER), ("socket",)
    yield _watch(draw, served)
    yield pending.wait(_EPFD, 8), ()
    yield pending.connect_to(_SOCKET, _LISTENER), ()
    for fd in draw.sample((_SOCKET, served, served), 2):
        yield pending.write(fd, bytes(draw.choice((0, 100, 100)))), ()
        yield pending.wait(_EPFD, 8), ()


def _watch(draw: random.Random, fd: int) -> Planned:
    mask = draw.choice(_MASKS)
    return pending.control(_EPFD, EPOLL_CTL_ADD, fd, mask, fd), ()
