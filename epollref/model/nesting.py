"""An epoll may watch an epoll, within limits.

A wakeup passes from the inside to the outside, so a circle would never end
and a tall tower would overflow the kernel's stack.  ADD refuses both with
ELOOP: at most four links, which is five epolls, one above the other
(``ep_loop_check`` in ``fs/eventpoll.c``).

A file that is reached on very many ways would make each of its wakeups
expensive.  ADD refuses that with EINVAL: at most 500 ways with one epoll in
between, then 100, 50, 10 (``reverse_path_check``).
"""

import errno
from collections.abc import Iterator

from epollref.model.epoll import Epoll
from epollref.model.files import File, failure

MOST_LINKS = 4
MOST_WAYS = (None, 500, 100, 50, 10)
"""By the number of epolls between the file and the outermost one."""


def check_links(outer: Epoll, inner: Epoll) -> None:
    """Refuse a circle and a tower of more than five.

    Args:
        outer: The epoll that is to watch.
        inner: The epoll that is to be watched.

    Raises:
        OSError: ELOOP.
    """
    below = _links_below(inner, outer)
    if below is None or below + 1 + _links_above(outer) > MOST_LINKS:
        raise failure(errno.ELOOP)


def _links_below(epoll: Epoll, unwanted: Epoll) -> int | None:
    """Return the longest way down; None if it leads to the unwanted one."""
    longest = 0
    for file, _ in epoll.interest:
        if isinstance(file, Epoll):
            if file is unwanted:
                return None
            below = _links_below(file, unwanted)
            if below is None:
                return None
            longest = max(longest, below + 1)
    return longest


def _links_above(epoll: File) -> int:
    """Return the longest way up."""
    return max((_links_above(w.epoll) + 1 for w in epoll.watches), default=0)


def check_ways(file: File) -> None:
    """Refuse too many ways by which a wakeup would go.

    Args:
        file: What has just been added; for an epoll, all below it counts.

    Raises:
        OSError: EINVAL.
    """
    for leaf in dict.fromkeys(_leaves(file)):
        ways = [0] * len(MOST_WAYS)
        _count(leaf, 0, ways)


def _leaves(file: File) -> Iterator[File]:
    if isinstance(file, Epoll):
        for below, _ in file.interest:
            yield from _leaves(below)
    else:
        yield file


def _count(file: File, between: int, ways: list[int]) -> None:
    for watch in file.watches:
        epoll = watch.epoll
        if epoll.watches:
            _count(epoll, between + 1, ways)
            continue
        ways[between] += 1
        most = MOST_WAYS[between]
        if most is not None and ways[between] > most:
            raise failure(errno.EINVAL)
