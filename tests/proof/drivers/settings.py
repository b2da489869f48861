"""What scripts are about that need time to settle.

Blocked threads, TCP connections that stay open, and TCP connections that
end.  Each setting has its own weights: a thread sleeps only where nothing is
ready, and a connection that is shut early shows little.
"""

from typing import NamedTuple

from epollref.masks import (
    EPOLLET,
    EPOLLEXCLUSIVE,
    EPOLLIN,
    EPOLLONESHOT,
    EPOLLOUT,
    EPOLLPRI,
    EPOLLRDHUP,
)
from epollref.model.scripts import pending
from epollref.model.verify.choices import CONDITIONS, MASK_MODES, Planned


class Setting(NamedTuple):
    """What a script is about."""

    start: tuple[str, ...]
    """What is drawn first, after three epolls."""
    weights: dict[str, float]
    """How often each call is drawn."""
    makers: tuple[Planned, ...]
    """What makes files; the first is the most important."""
    masks: tuple[int, ...]
    writes: tuple[int, ...]
    reads: tuple[int, ...]
    asks: float
    """How often it is asked who is back."""


THREADS = Setting(
    start=("create", "create", "create"),
    weights={
        "sleep": 24,
        "event": 24,
        "read": 30,
        "add": 8,
        "modify": 8,
        "wait": 3,
        "delete": 2,
        "create": 1,
        "accept": 1,
        "shutdown": 5,
        "close": 4,
        "dup": 1,
    },
    makers=(
        (pending.SOCKETPAIR, ("socket", "socket")),
        (pending.SOCKETPAIR, ("socket", "socket")),
        (pending.SOCKETPAIR, ("socket", "socket")),
        (pending.eventfd(0), ("eventfd",)),
        (pending.eventfd(0), ("eventfd",)),
        (pending.PIPE, ("reader", "writer")),
        (pending.TIMER, ("timer",)),
        (pending.LISTENER, ("listener",)),
        (pending.create(), ("epoll",)),
    ),
    masks=(
        *(EPOLLIN | mode for mode in (0, 0, EPOLLET, EPOLLET, EPOLLONESHOT)),
        *(EPOLLIN | EPOLLEXCLUSIVE | mode for mode in (0, 0, EPOLLET)),
        EPOLLIN | EPOLLOUT | EPOLLET,
        EPOLLOUT | EPOLLEXCLUSIVE | EPOLLET,
        EPOLLIN | EPOLLOUT | EPOLLEXCLUSIVE | EPOLLET,
        EPOLLIN | EPOLLRDHUP,
        EPOLLOUT | EPOLLONESHOT,
        EPOLLRDHUP | EPOLLET,
        EPOLLPRI | EPOLLET,
    ),
    writes=(8,),
    reads=(4, 8, 8, 4096),
    asks=0.8,
)
"""Small writes and many reads: a thread sleeps where nothing is ready.

Data wakes who waits for PRI, which does not come: that is a wakeup in vain.
"""

LOOPBACK = Setting(
    start=("first", "connect", "connect", "accept", "accept", "create"),
    weights={
        "event": 26,
        "read": 18,
        "wait": 20,
        "add": 10,
        "modify": 8,
        "poll": 6,
        "delete": 2,
        "create": 1.5,
        "accept": 4,
        "connect": 3,
        "dup": 1,
    },
    makers=(
        (pending.TCP_LISTENER, ("listener",)),
        (pending.eventfd(0), ("eventfd",)),
        (pending.create(), ("epoll",)),
    ),
    masks=tuple(one | mode for one in CONDITIONS for mode in MASK_MODES),
    writes=(0, 1, 8, 100, 3000, 16000, 40000),
    reads=(0, 1, 8, 100, 4096, 65536),
    asks=0,
)
"""TCP without an end: nobody shuts or closes anything."""

ENDS = LOOPBACK._replace(
    weights={**LOOPBACK.weights, "shutdown": 3, "close": 4}
)
"""TCP with half-closes, closes and resets."""

CONNECTS = ENDS._replace(
    start=("first", *(("connect",) * 4), "create", "create", "create"),
    weights={
        **ENDS.weights,
        "connect": 2,
        "accept": 2,
        "connect_to": 24,
        "create": 5,
        "modify": 4,
        "shutdown": 6,
        "shutdown_fresh": 8,
    },
    makers=(
        (pending.TCP_LISTENER, ("listener",)),
        (pending.TCP_LISTENER, ("listener",)),
        *(((pending.TCP_SOCKET, ("fresh",)),) * 5),
        (pending.UNIX_SOCKET, ("fresh",)),
        (pending.LISTENER, ("listener",)),
        (pending.create(), ("epoll",)),
    ),
)
"""Sockets that connect, to a listener whose backlog is full, or to another.

Some try it from one family to the other.
"""
