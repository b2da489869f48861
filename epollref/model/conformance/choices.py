"""What the random driver draws from: the values at which something changes.

A page and a byte more or less, the steps of a message's cost, counts around
the largest of an eventfd; masks as programs use them, and as nobody does.
Weights say how often a call is drawn; what makes events is drawn most.
"""

import random
import sys

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

SIZES = (0, 1, 1, 2, 8, 8, 9, 100, 704, 705, 3000, 4095, 4096, 4097, 8000)
LARGE = (20000, 36544, 36545, 65536, 70000, 300000)
_PATTERN = random.Random(0).randbytes(1 << 19)  # noqa: S311, no secret
TEXTS = {
    size: tuple(_PATTERN[start : start + size] for start in range(0, 1000, 250))
    for size in SIZES + LARGE
}
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
    EPOLLWRNORM,
    EPOLLRDBAND | EPOLLWRBAND,
    EPOLLERR,
    EPOLLHUP,
    0,
)
MODES = (
    0,
    0,
    EPOLLET,
    EPOLLET,
    EPOLLONESHOT,
    EPOLLET | EPOLLONESHOT,
    EPOLLEXCLUSIVE,
    EPOLLET | EPOLLEXCLUSIVE,
)
MAXEVENTS = (1, 1, 1, 2, 3, 10, 10, 10, 10)
SOCKETS = ("socket", "listener")
READERS = ("socket", "reader", "eventfd", "timer")
WATCHED = (
    "socket",
    "socket",
    "reader",
    "writer",
    "eventfd",
    "timer",
    "listener",
    "epoll",
    "regular",
)
WRITERS = ("socket", "writer", "eventfd")
LAST_NUMBER = 40
MOST_FILES = 24
TOWERS = 0.05
"""How many scripts begin with epolls that watch epolls."""

CALLS = (
    ("wait", 104),
    ("add", 56),
    ("modify", 32),
    ("delete", 16),
    ("write", 72),
    ("read", 64),
    ("poll", 20),
    ("fdinfo", 6),
    ("close", 16),
    ("dup", 8),
    ("shutdown", 8),
    ("accept", 12),
    ("connect", 12),
    ("settime", 20),
    ("create", 20),
    ("odd", 3),
)
MAKERS = (
    ("epoll_create1", (0,), ("epoll",)),
    ("epoll_create1", (0,), ("epoll",)),
    ("socketpair", (), ("socket", "socket")),
    ("socketpair", (), ("socket", "socket")),
    ("pipe", (), ("reader", "writer")),
    ("eventfd", (0, 0), ("eventfd",)),
    ("eventfd", (3, 1), ("eventfd",)),
    ("eventfd", ((1 << 32) - 1, 1 << 11), ("eventfd",)),
    ("timerfd_create", (), ("timer",)),
    ("listener", (), ("listener",)),
    ("regular_file", (), ("regular",)),
)
