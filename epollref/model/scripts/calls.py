"""What each call of a script asks of a kernel, and what the line claims.

strace's own form is read, and a short one, in which arguments that do not
matter here are left out: ``socketpair([a, b])``, ``epoll_wait(ep, 8, 0)``,
``write(a, 5)``.  Some words are ours, where one call of a kernel stands for
several: ``listener``, ``tcp_listener``, ``regular_file``,
``timerfd_settime``; ``drain`` reads and ``fill`` writes until the kernel
refuses.  ``connect(s, l)`` names a listener in place of an address, and
``connect(l)`` makes the socket, too.  A time-out above 0 is not waited for,
since nothing can happen meanwhile.
"""

import re
import sys
from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Final

from epollref.kernel import Ready
from epollref.masks import EPOLL_CTL_DEL
from epollref.model.scripts import pending, values
from epollref.model.scripts.values import Lookup
from epollref.model.scripts.words import Drain, Fill
from epollref.trace.calls import Call
from epollref.trace.words import (
    ACCEPT_FLAGS,
    CREATE_FLAGS,
    EVENTFD_FLAGS,
    HOW,
    OPERATION,
    Bits,
)

_POLLED: Final = re.compile(r"\[\{fd=([^,{}]+), events=.*\}\]")


@dataclass(frozen=True, slots=True)
class Order:
    """One line, understood: a call, and claims about what it returns."""

    call: Call
    names: tuple[str, ...] = ()
    """What a pair of descriptors is to be called."""
    records: list[Ready] | None = None
    """What a wait is said to return."""
    data: bytes | None = None
    """How the bytes are said to begin that a read returns."""


OrderReader = Callable[[list[str], Lookup], Order]


def order(name: str, args: str, lookup: Lookup, eventfds: Set[int]) -> Order:
    """Understand a call.

    Args:
        name: The name of the call.
        args: What stands between its brackets.
        lookup: Finds the number of a descriptor.
        eventfds: Descriptors of eventfds, which take eight bytes.

    Raises:
        ValueError: It is not understood; says why.
    """
    reader = _READERS.get(name)
    try:
        if name == "write":
            return _write(values.split(args), lookup, eventfds)
        if reader is not None:
            return reader(values.split(args), lookup)
    except IndexError:
        raise ValueError(f"{name}({args[:60]}) lacks an argument") from None
    near = values.nearest(name, ("write", *_READERS))
    raise ValueError(f"scripts have no call {name[:40]}{near}")


def _flags(family: Bits, args: list[str], place: int) -> int:
    """Read flags, where the call has them."""
    if len(args) <= place:
        return 0
    return values.word(family, "a flag of this call", args[place])


def _create(args: list[str], _: Lookup) -> Order:
    return Order(pending.create(_flags(CREATE_FLAGS, args, 0)))


def _control(args: list[str], lookup: Lookup) -> Order:
    """The data word is the descriptor where the script gives none."""
    epfd, fd = lookup(args[0]), lookup(args[2])
    op = values.word(OPERATION, "an operation", args[1])
    if op == EPOLL_CTL_DEL:
        return Order(pending.control(epfd, op, fd))
    events, data = values.event(args[3], lookup)
    word = fd if data is None else data
    return Order(pending.control(epfd, op, fd, events, word))


def _wait(args: list[str], lookup: Lookup) -> Order:
    if len(args) < 3:
        raise IndexError
    epfd, *array, maxevents, timeout = args
    numbers = values.int32(maxevents), values.int32(timeout)
    call = pending.wait(lookup(epfd), *numbers)
    if not array:
        return Order(call)
    return Order(call, records=values.records(array[0], lookup))


def _accept(args: list[str], lookup: Lookup) -> Order:
    flags = _flags(ACCEPT_FLAGS, args, 3)
    return Order(pending.accept(lookup(args[0]), flags))


def _read(args: list[str], lookup: Lookup) -> Order:
    fd, shown = lookup(args[0]), values.string(args[1])
    call = pending.read(fd, values.size(args[-1]))
    return Order(call, data=None if shown is None else shown[0])


def _write(args: list[str], lookup: Lookup, eventfds: Set[int]) -> Order:
    """Where the bytes are not all shown, letters follow; 1 to an eventfd."""
    fd, shown = lookup(args[0]), values.string(args[1])
    n = values.size(args[-1])
    beginning = b"" if shown is None else shown[0]
    if shown is None and fd in eventfds:
        beginning = (1).to_bytes(8, sys.byteorder)
    return Order(pending.write(fd, values.filled(beginning, n)))


def _shutdown(args: list[str], lookup: Lookup) -> Order:
    how = values.word(HOW, "a half of a connection", args[1])
    return Order(pending.shutdown(lookup(args[0]), how))


def _eventfd(args: list[str], _: Lookup) -> Order:
    flags = _flags(EVENTFD_FLAGS, args, 1)
    initval = values.number(args[0]) if args else 0
    if initval < 0:
        raise ValueError(f"an eventfd counts from 0, not from {initval}")
    return Order(pending.eventfd(initval, flags))


def _one(make: Callable[[int], Call]) -> OrderReader:
    """Return the reader of a call on one descriptor."""
    return lambda args, lookup: Order(make(lookup(args[0])))


def _none(call: Call) -> OrderReader:
    """Return the reader of a call whose arguments do not matter."""
    return lambda _, __: Order(call)


def _two(call: Call) -> OrderReader:
    """Return the reader of a call that makes two descriptors."""

    def reader(args: list[str], _: Lookup) -> Order:
        pairs = [arg for arg in args if arg.startswith("[")]
        names = values.split(pairs[0][1:-1]) if pairs else []
        if len(names) not in (0, 2):
            raise ValueError(
                f"{call.name} makes two descriptors, not {pairs[0]}"
            )
        return Order(call, names=tuple(names))

    return reader


def _connect(args: list[str], lookup: Lookup) -> Order:
    """Of one descriptor: a client of it is made; of two: they connect."""
    if len(args) == 1:
        return Order(pending.connect(lookup(args[0])))
    if args[1].startswith("{"):
        raise ValueError(
            "a script connects to a listener, not to an address: connect(s, l)"
        )
    return Order(pending.connect_to(lookup(args[0]), lookup(args[1])))


def _socket(args: list[str], _: Lookup) -> Order:
    call = _SOCKETS.get(args[0])
    if call is None or (len(args) > 1 and "SOCK_STREAM" not in args[1]):
        raise ValueError(
            "a script has stream sockets of AF_UNIX and AF_INET, not "
            f"socket({', '.join(args)[:60]})"
        )
    return Order(call)


def _settime(args: list[str], lookup: Lookup) -> Order:
    if args[1] not in ("expired", "stopped"):
        raise ValueError(f"a timer is expired or stopped, not {args[1]!r}")
    return Order(pending.settime(lookup(args[0]), args[1] == "expired"))


def _poll(args: list[str], lookup: Lookup) -> Order:
    found = _POLLED.fullmatch(args[0])
    return Order(pending.poll(lookup(found[1] if found else args[0])))


_SOCKETS: Final = {
    "AF_UNIX": pending.UNIX_SOCKET,
    "AF_INET": pending.TCP_SOCKET,
}
_READERS: Final[dict[str, OrderReader]] = {
    "accept4": _accept,
    "close": _one(pending.close),
    "connect": _connect,
    "drain": _one(lambda fd: Drain(fd, result=None)),
    "dup": _one(pending.dup),
    "epoll_create1": _create,
    "epoll_ctl": _control,
    "epoll_wait": _wait,
    "eventfd": _eventfd,
    "eventfd2": _eventfd,
    "fdinfo": _one(pending.fdinfo),
    "fill": _one(lambda fd: Fill(fd, result=None)),
    "listener": _none(pending.LISTENER),
    "pipe": _two(pending.PIPE),
    "pipe2": _two(pending.PIPE),
    "poll": _poll,
    "read": _read,
    "regular_file": _none(pending.REGULAR_FILE),
    "shutdown": _shutdown,
    "socket": _socket,
    "socketpair": _two(pending.SOCKETPAIR),
    "tcp_listener": _none(pending.TCP_LISTENER),
    "timerfd_create": _none(pending.TIMER),
    "timerfd_settime": _settime,
}
