"""Reading the arguments of accepts, reads, writes and closes.

These make up most lines of a log, so each is one pattern and one value.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Final

from epollref.trace.calls import (
    Accept,
    Close,
    Eventfd,
    Read,
    Shutdown,
    Write,
)
from epollref.trace.calls_descriptors import Copy
from epollref.trace.items import Call
from epollref.trace.log_building import Common, quick
from epollref.trace.log_epoll import FD, POINTER, matched, pointer
from epollref.trace.notation_strings import QUOTED, unquoted
from epollref.trace.notation_words import ACCEPT_FLAGS, EVENTFD_FLAGS, HOW

_CLOSE: Final = re.compile(FD, re.ASCII)
_BUFFER: Final = re.compile(
    rf"{FD}, (?:{QUOTED}|({POINTER})), (\d{{1,20}})(?:, (.*+))?",
    re.ASCII | re.DOTALL,
)
_VECTOR: Final = re.compile(rf"{FD}, (.*+)", re.ASCII | re.DOTALL)
_LENGTH: Final = re.compile(r"iov_len=(\d{1,20})", re.ASCII)
_ACCEPT: Final = re.compile(
    rf"{FD}, (\{{.*\}}|{POINTER}), (\[[^\[\]]*+\]|{POINTER})(?:, (.++))?",
    re.ASCII | re.DOTALL,
)
_SHUTDOWN: Final = re.compile(rf"{FD}, (.++)", re.ASCII)
_EVENTFD: Final = re.compile(r"(\d{1,10})(?:, (.++))?", re.ASCII)
_COPY: Final = re.compile(
    rf"{FD}, (?:{FD}|(?:NULL|\[\d*\]), {FD}), .*?(\d{{1,20}})(?:, [\w|]+)?",
    re.ASCII | re.DOTALL,
)

_OLD_HOW: Final = re.compile(r"([012]) /\* [a-z ]+ \*/")

close: Final = quick(Close)
read: Final = quick(Read)
write: Final = quick(Write)
accept: Final = quick(Accept)
shutdown: Final = quick(Shutdown)
eventfd: Final = quick(Eventfd)
copy: Final = quick(Copy)


def read_close(args: str, common: Common) -> Call:
    """Read close."""
    fd, file = matched(_CLOSE, args).groups()
    return close(int(fd), file=file or "", **common)


def _one_buffer(make: Callable[..., Call], args: str, common: Common) -> Call:
    """Read a transfer of one buffer, into or out of the program."""
    found = matched(_BUFFER, args)
    fd, file, inside, dots, address, n, rest = found.groups()
    return make(
        int(fd),
        None if inside is None else unquoted(inside),
        int(n),
        cut=dots is not None,
        pointer=pointer(address),
        rest=rest or "",
        file=file or "",
        **common,
    )


def _vector(make: Callable[..., Call], args: str, common: Common) -> Call:
    """Read a transfer of several buffers: what they hold together."""
    fd, file, rest = matched(_VECTOR, args).groups()
    room = sum(map(int, _LENGTH.findall(rest)))
    return make(int(fd), None, room, rest=rest, file=file or "", **common)


# Partials and not functions: no frame more for what logs have most of.
read_read: Final = partial(_one_buffer, read)
"""Reads read, pread64, recvfrom."""
read_write: Final = partial(_one_buffer, write)
"""Reads write, pwrite64, sendto."""
read_readv: Final = partial(_vector, read)
"""Reads readv, recvmsg and their like."""
read_writev: Final = partial(_vector, write)
"""Reads writev, sendmsg and their like."""


def read_accept(args: str, common: Common) -> Call:
    """Read accept and accept4."""
    fd, file, address, length, flags = matched(_ACCEPT, args).groups()
    return accept(
        int(fd),
        address,
        length,
        ACCEPT_FLAGS.value(flags) if flags else 0,
        file=file or "",
        **common,
    )


def read_shutdown(args: str, common: Common) -> Call:
    """Read shutdown; strace 4 printed ``1 /* send */``."""
    fd, file, how = matched(_SHUTDOWN, args).groups()
    old = _OLD_HOW.fullmatch(how)
    way = int(old[1]) if old else HOW.value(how)
    return shutdown(int(fd), way, file=file or "", **common)


def read_eventfd(args: str, common: Common) -> Call:
    """Read eventfd and eventfd2."""
    initval, flags = matched(_EVENTFD, args).groups()
    bits = EVENTFD_FLAGS.value(flags) if flags else 0
    return eventfd(int(initval), bits, **common)


def read_sendfile(args: str, common: Common) -> Call:
    """Read sendfile: into the first descriptor, from the second."""
    found = matched(_COPY, args)
    return copy(
        int(found[3] or found[5]), int(found[1]), int(found[7]), args, **common
    )


def read_splice(args: str, common: Common) -> Call:
    """Read splice: from the first descriptor into the second."""
    found = matched(_COPY, args)
    return copy(
        int(found[1]), int(found[3] or found[5]), int(found[7]), args, **common
    )
