"""What the random driver draws from: the values at which something changes.

A page and a byte more or less, the steps of a message's cost, counts around
the largest of an eventfd; masks as programs use them, and as nobody does.
Weights say how often a call is drawn; what makes events is drawn most.
"""

import random
import sys
from collections.abc import Callable

from epollref.masks import (
    EPOLLERR,
    EPOLLET,
    EPOLLEXCLUSIVE,
    EPOLLHUP,
    EPOLLIN,
    EPOLLONESHOT,
    EPOLLOUT,
    EPOLLPRI,
    EPOLLRDBAND,
    EPOLLRDHUP,
    EPOLLRDNORM,
    EPOLLWRBAND,
    EPOLLWRNORM,
)
from epollref.model.scripts import pending
from epollref.trace.calls import Call

Planned = tuple[Call, tuple[str, ...]]
"""A call that is planned, and the kinds of what it makes."""

SMALL = (0, 1, 1, 2, 8, 8, 9, 100, 704, 705, 3000, 4095, 4096, 4097, 8000)
LARGE = (20000, 36544, 36545, 65536, 70000, 300000)
SIZES = SMALL + SMALL + LARGE
BYTES = random.Random(0).randbytes(1 << 19)  # noqa: S311, no secret
_STARTS = (0, 250, 500, 750)
_TEXTS = {
    size: [BYTES[start : start + size] for start in _STARTS]
    for size in set(SIZES)
}
TEXTS = tuple(text for size in SIZES for text in _TEXTS[size])
"""What is written: texts of each size, cut once."""

COUNTS = tuple(
    count.to_bytes(8, sys.byteorder)
    for count in (0, 1, 1, 1, 2, 5, (1 << 64) - 2, (1 << 64) - 1, 1 << 63)
)
"""What is written to an eventfd."""

CONDITIONS = (
    EPOLLIN,
    EPOLLIN,
    EPOLLIN,
    EPOLLOUT,
    EPOLLIN | EPOLLOUT,
    EPOLLIN | EPOLLRDHUP,
    EPOLLIN | EPOLLOUT | EPOLLRDHUP,
    EPOLLRDHUP,
    EPOLLPRI,
    EPOLLPRI | EPOLLOUT,
    EPOLLRDNORM,
    EPOLLRDNORM | EPOLLOUT,
    EPOLLWRNORM,
    EPOLLWRNORM | EPOLLIN,
    EPOLLRDBAND | EPOLLWRBAND,
    EPOLLERR,
    EPOLLHUP,
    0,
)
MASK_MODES = (
    0,
    0,
    EPOLLET,
    EPOLLET,
    EPOLLONESHOT,
    EPOLLET | EPOLLONESHOT,
)
EXCLUSIVE_MODES = (
    EPOLLEXCLUSIVE,
    EPOLLET | EPOLLEXCLUSIVE,
    EPOLLONESHOT | EPOLLEXCLUSIVE,
)
_COMPANY = EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLET | EPOLLEXCLUSIVE

MOD_MASKS = tuple(bits | mode for bits in CONDITIONS for mode in MASK_MODES)
_EXCLUSIVE = tuple(
    bits | mode for bits in CONDITIONS for mode in EXCLUSIVE_MODES
)
_ALLOWED = tuple(mask & _COMPANY for mask in _EXCLUSIVE)
ADD_MASKS = 14 * MOD_MASKS + 9 * _ALLOWED + _EXCLUSIVE
"""One in four is exclusive; of those some have company they may not."""

MAXEVENTS = (1, 1, 1, 2, 3, 10, 10, 10, 10)
SOCKETS = ("socket", "socket", "socket", "socket", "fresh", "listener")
NAMED = (*(("listener",) * 9), "socket")
"""What can be connected to: an accepted socket shares its listener's name."""

CLIENTS = (*(("fresh",) * 12), "socket", "listener")
"""What is connected: most of it has not been, yet."""

COUNTERS = ("eventfd", "timer")
READABLE = ("socket", "socket", "fresh", "reader", "eventfd", "timer")
WATCHED = (
    "socket",
    "socket",
    "fresh",
    "reader",
    "writer",
    "eventfd",
    "timer",
    "listener",
    "epoll",
    "regular",
)
WRITABLE = ("socket", "socket", "fresh", "writer", "writer", "eventfd")
LAST_NUMBER = 40
MOST_FILES = 24
TOWER_SHARE = 0.08
"""How many scripts begin with epolls that watch epolls."""
FULL_PIPE_SHARE = 0.04
"""How many begin with a pipe that is full."""
CONNECT_SHARE = 0.06
"""How many begin with a socket that is watched before it connects."""

WEIGHTED_CALLS = (
    ("wait", 104, "epoll"),
    ("add", 56, "epoll"),
    ("modify", 32, "epoll"),
    ("delete", 16, "epoll"),
    ("write", 72, ""),
    ("read", 64, ""),
    ("poll", 20, ""),
    ("fdinfo", 6, "epoll"),
    ("close", 16, ""),
    ("dup", 8, ""),
    ("shutdown", 8, ""),
    ("accept", 12, "listener"),
    ("connect", 12, "listener"),
    ("connect_to", 16, "fresh"),
    ("settime", 20, "timer"),
    ("create", 20, ""),
    ("odd", 6, ""),
)
"""What is called, how often, and on what: where none is, one is made."""

MAKERS_OF: dict[str, tuple[Planned, ...]] = {
    "epoll": ((pending.create(), ("epoll",)),),
    "fresh": ((pending.UNIX_SOCKET, ("fresh",)),),
    "socket": ((pending.SOCKETPAIR, ("socket", "socket")),),
    "pipe": ((pending.PIPE, ("reader", "writer")),),
    "eventfd": (
        (pending.eventfd(0), ("eventfd",)),
        (pending.eventfd(3, 1), ("eventfd",)),
        (pending.eventfd((1 << 32) - 1, 1 << 11), ("eventfd",)),
    ),
    "timer": ((pending.TIMER, ("timer",)),),
    "listener": ((pending.LISTENER, ("listener",)),),
    "regular": ((pending.REGULAR_FILE, ("regular",)),),
}
"""For each kind of file: the calls that make it, and what they return."""

MADE = (
    "epoll",
    "epoll",
    "socket",
    "socket",
    "fresh",
    "pipe",
    "pipe",
    "eventfd",
    "eventfd",
    "timer",
    "listener",
    "regular",
)

ODD: tuple[Callable[[int, int], Call], ...] = (
    lambda fd, epfd: pending.create(1),
    lambda fd, epfd: pending.wait(epfd, 0),
    lambda fd, epfd: pending.wait(fd, -1),
    lambda fd, epfd: pending.wait(-1, 0),
    lambda fd, epfd: pending.wait(fd, 1),
    lambda fd, epfd: pending.wait(epfd, 1 << 30),
    lambda fd, epfd: pending.control(epfd, 4, fd, EPOLLIN),
    lambda fd, epfd: pending.control(fd, 4, epfd, EPOLLEXCLUSIVE),
    lambda fd, epfd: pending.control(-1, 4, fd, EPOLLIN),
    lambda fd, epfd: pending.accept(fd, 1),
    lambda fd, epfd: pending.accept(-1, 1),
    lambda fd, epfd: pending.accept(fd),
    lambda fd, epfd: pending.connect(fd),
    lambda fd, epfd: pending.connect_to(fd, epfd),
    lambda fd, epfd: pending.connect_to(epfd, fd),
    lambda fd, epfd: pending.connect_to(fd, fd),
    lambda fd, epfd: pending.shutdown(fd, 3),
    lambda fd, epfd: pending.shutdown(fd, -1),
    lambda fd, epfd: pending.eventfd(0, 2),
    lambda fd, epfd: pending.write(fd, b""),
    lambda fd, epfd: pending.write(fd, bytes(7)),
    lambda fd, epfd: pending.read(fd, 0),
    lambda fd, epfd: pending.read(fd, 7),
    lambda fd, epfd: pending.settime(fd, True),
    lambda fd, epfd: pending.fdinfo(fd),
    lambda fd, epfd: pending.poll(LAST_NUMBER + 10),
    lambda fd, epfd: pending.close(LAST_NUMBER + 10),
)
"""Calls that are wrong in themselves, or for most files.

Each is made of a descriptor, any, and of one of an epoll.
"""
