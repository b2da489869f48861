"""Ask this machine for the numbers of its profile.

Each question makes its own files, asks the kernel once or a few hundred
times, and closes them.  The costs of messages are read from ``SIOCOUTQ``,
which tells what a unix socket owes (``unix_outq_len`` in
``net/unix/af_unix.c``).
"""

import contextlib
import ctypes
import errno
import fcntl
import functools
import os
import platform
import select
import socket
import struct
import termios
from collections.abc import Callable, Iterator

from epollref.masks import EPOLLWAKEUP
from epollref.model.profile import Profile

_INT_MAX = 0x7FFFFFFF


@functools.cache
def measure() -> Profile:
    """Return the profile of this machine; it is measured once a process.

    Raises:
        OSError: EMFILE, ENFILE: no descriptor is left to measure with.
    """
    page = os.sysconf("SC_PAGE_SIZE")
    with _pair() as (sender, receiver):
        send_buffer = sender.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        cost = functools.partial(_cost, sender, receiver)
        head_costs = _head_costs(cost, page)
        limit = _message_limit(cost, page, head_costs[-1], send_buffer)
    size = 12 if platform.machine() in ("x86_64", "AMD64") else 16
    return Profile(
        page_size=page,
        pipe_slots=_pipe_slots(page),
        send_buffer=send_buffer,
        head_costs=head_costs,
        message_limit=limit,
        partial_read_wakes=_partial_read_wakes(),
        long_eventfd_write=_long_eventfd_write(),
        wait_checks_number_first=_wait_checks_number_first(),
        keeps_wakeup=_keeps_wakeup(),
        max_events=_INT_MAX // size,
    )


@contextlib.contextmanager
def _pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        one.setblocking(False)
        other.setblocking(False)
        yield one, other


@contextlib.contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    r, w = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        yield r, w
    finally:
        os.close(r)
        os.close(w)


def _cost(sender: socket.socket, receiver: socket.socket, size: int) -> int:
    """Send bytes, read what they cost, and take them away."""
    sender.send(bytes(size))
    answer = fcntl.ioctl(sender.fileno(), termios.TIOCOUTQ, bytes(4))
    receiver.recv(size)
    owed: int = struct.unpack("i", answer)[0]
    return owed


def _head_costs(
    cost: Callable[[int], int], page: int
) -> tuple[tuple[int, int], ...]:
    """Find where the cost of a small message steps up, by bisection.

    The steps go up to the first message that needs a page as well.  All of
    that one's bytes are in the page, so it costs an empty head and a page:
    it is cheaper than two pages, and dearer than the last step.
    """
    steps: list[tuple[int, int]] = []
    empty = cost(1)
    size = 1
    while (price := cost(size)) != empty + page:
        low, high = size, page
        while low < high:
            middle = (low + high + 1) // 2
            if cost(middle) == price:
                low = middle
            else:
                high = middle - 1
        steps.append((low, price))
        size = low + 1
    return tuple(steps)


def _message_limit(
    cost: Callable[[int], int],
    page: int,
    largest_head: tuple[int, int],
    send_buffer: int,
) -> int:
    """Add pages to a full head until they go to another message."""
    most, price = largest_head
    pages = 0
    while (pages + 1) * page + price < send_buffer:
        size = most + (pages + 1) * page
        if cost(size) != price + (pages + 1) * page:
            break
        pages += 1
    return most + pages * page


def _pipe_slots(page: int) -> int:
    with _pipe() as (_, w):
        capacity: int = fcntl.fcntl(w, fcntl.F_GETPIPE_SZ)
        return capacity // page


def _partial_read_wakes() -> bool:
    """Fill a pipe, read one byte, and see who comes first on a ready list.

    A wakeup without readiness leaves no event, but a place: the eventfd
    becomes a candidate after the one byte, the pipe with a freed page.
    """
    counter = os.eventfd(0, os.EFD_NONBLOCK)
    with _pipe() as (r, w), select.epoll() as epoll:
        try:
            with contextlib.suppress(BlockingIOError):
                while True:
                    os.write(w, bytes(os.sysconf("SC_PAGE_SIZE")))
            epoll.register(w, select.EPOLLOUT | select.EPOLLET)
            epoll.register(counter, select.EPOLLIN | select.EPOLLET)
            os.read(r, 1)
            os.eventfd_write(counter, 1)
            os.read(r, os.sysconf("SC_PAGE_SIZE"))
            return epoll.poll(0)[0][0] == w
        finally:
            os.close(counter)


def _long_eventfd_write() -> bool:
    counter = os.eventfd(0, os.EFD_NONBLOCK)
    try:
        os.write(counter, bytes(9))
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(counter)


def _wait_checks_number_first() -> bool:
    """Wait on no descriptor for no events: which of the two is wrong?

    ``select.epoll`` refuses such a number itself, so libc is asked.
    """
    wait = ctypes.CDLL(None, use_errno=True).epoll_wait
    wait(-1, ctypes.create_string_buffer(16), 0, 0)
    return ctypes.get_errno() == errno.EINVAL


def _keeps_wakeup() -> bool:
    with _pair() as (one, _), select.epoll() as epoll:
        epoll.register(one, EPOLLWAKEUP)
        with open(f"/proc/self/fdinfo/{epoll.fileno()}") as lines:
            words = next(ln for ln in lines if ln.startswith("tfd:")).split()
        return bool(int(words[3], 16) & EPOLLWAKEUP)
