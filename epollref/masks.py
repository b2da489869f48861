"""The words of epoll: event bits, flags and operations.

The names are those of the manual and of strace, so that code, trace and
manual page show the same word.  The values are the kernel's
(``include/uapi/linux/eventpoll.h``) and are plain integers: a mask is tested
on every event, and an enum would pay for its beauty there.

A mask has three kinds of bits:

- **conditions**, which the kernel reports (``EPOLLIN`` … ``EPOLLRDHUP``);
- two of these, ``EPOLLERR`` and ``EPOLLHUP``, which it reports on every
  watch, asked for or not (epoll_ctl(2));
- **flags**, which say how to watch and never come back (``EPOLLET``,
  ``EPOLLONESHOT``, ``EPOLLEXCLUSIVE``, ``EPOLLWAKEUP``).
"""

from typing import Final

EPOLLIN: Final = 0x001
EPOLLPRI: Final = 0x002
EPOLLOUT: Final = 0x004
EPOLLERR: Final = 0x008
EPOLLHUP: Final = 0x010
EPOLLNVAL: Final = 0x020
EPOLLRDNORM: Final = 0x040
EPOLLRDBAND: Final = 0x080
EPOLLWRNORM: Final = 0x100
EPOLLWRBAND: Final = 0x200
EPOLLMSG: Final = 0x400
EPOLLRDHUP: Final = 0x2000
EPOLLEXCLUSIVE: Final = 1 << 28
EPOLLWAKEUP: Final = 1 << 29
EPOLLONESHOT: Final = 1 << 30
EPOLLET: Final = 1 << 31

EVENT_BITS: Final[dict[str, int]] = {
    "EPOLLIN": EPOLLIN,
    "EPOLLPRI": EPOLLPRI,
    "EPOLLOUT": EPOLLOUT,
    "EPOLLERR": EPOLLERR,
    "EPOLLHUP": EPOLLHUP,
    "EPOLLNVAL": EPOLLNVAL,
    "EPOLLRDNORM": EPOLLRDNORM,
    "EPOLLRDBAND": EPOLLRDBAND,
    "EPOLLWRNORM": EPOLLWRNORM,
    "EPOLLWRBAND": EPOLLWRBAND,
    "EPOLLMSG": EPOLLMSG,
    "EPOLLRDHUP": EPOLLRDHUP,
    "EPOLLEXCLUSIVE": EPOLLEXCLUSIVE,
    "EPOLLWAKEUP": EPOLLWAKEUP,
    "EPOLLONESHOT": EPOLLONESHOT,
    "EPOLLET": EPOLLET,
}
"""Every bit of a mask by its name, in bit order: the order strace prints."""

ALWAYS_REPORTED: Final = EPOLLERR | EPOLLHUP
"""What the kernel adds to every mask at ADD and MOD (``fs/eventpoll.c``)."""

FLAGS: Final = EPOLLEXCLUSIVE | EPOLLWAKEUP | EPOLLONESHOT | EPOLLET
"""How to watch, not what for: bits that are never reported."""

EPOLL_CTL_ADD: Final = 1
EPOLL_CTL_DEL: Final = 2
EPOLL_CTL_MOD: Final = 3

OPERATIONS: Final[dict[str, int]] = {
    "EPOLL_CTL_ADD": EPOLL_CTL_ADD,
    "EPOLL_CTL_DEL": EPOLL_CTL_DEL,
    "EPOLL_CTL_MOD": EPOLL_CTL_MOD,
}
"""The three operations of epoll_ctl(2) by name."""

EPOLL_CLOEXEC: Final = 0o2000000
"""The one flag of epoll_create1(2); it is ``O_CLOEXEC``."""

DATA_MASK: Final = (1 << 64) - 1
"""The data word is 64 bits wide (epoll_event(3type))."""
