"""What each call of a script asks of a kernel, and what the line claims.

strace's own form is read, and a short one, in which arguments that do not
matter here are left out: ``socketpair([a, b])``, ``epoll_wait(ep, 8, 0)``,
``write(a, 5)``.  Some words are ours, where one call of a kernel stands for
several: ``listener``, ``tcp_listener``, ``connect``, ``regular_file``,
``timerfd_settime``; ``drain`` reads and ``fill`` writes until the kernel
refuses.  A time-out above 0 is not waited for, since nothing can happen
meanwhile.
"""

import re
from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Final

from epollref.kernel import Ready
from epollref.masks import EPOLL_CTL_DEL
from epollref.model.conformance.script import Argument, Call
from epollref.model.scripts import values
from epollref.model.scripts.values import Lookup
from epollref.trace.words import (
    ACCEPT_FLAGS,
    CREATE_FLAGS,
    EVENTFD_FLAGS,
    HOW,
    OPERATION,
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


def order(name: str, args: str, lookup: Lookup, eights: Set[int]) -> Order:
    """Understand a call.

    Args:
        name: The name of the call.
        args: What stands between its brackets.
        lookup: Finds the number of a descriptor.
        eights: Descriptors of eventfds, which take eight bytes.

    Raises:
        ValueError: It is not understood; says why.
    """
    reader = _READERS.get(name)
    if name == "write":
        return _write(values.split(args), lookup, eights)
    if reader is None:
        raise ValueError(f"no call of scripts: {name}")
    try:
        return reader(values.split(args), lookup)
    except IndexError:
        raise ValueError(f"an argument is missing: {name}({args})") from None


def _call(name: str, *arguments: Argument) -> Order:
    return Order(Call(name, arguments))


def _create(args: list[str], _: Lookup) -> Order:
    return _call("epoll_create1", CREATE_FLAGS.value(args[0]) if args else 0)


def _control(args: list[str], lookup: Lookup) -> Order:
    """The data word is the descriptor where the script gives none."""
    epfd, op, fd = lookup(args[0]), OPERATION.value(args[1]), lookup(args[2])
    if op == EPOLL_CTL_DEL:
        return _call("epoll_ctl", epfd, op, fd)
    events, data = values.event(args[3], lookup)
    word = fd if data is None else data
    return _call("epoll_ctl", epfd, op, fd, events, word)


def _wait(args: list[str], lookup: Lookup) -> Order:
    if len(args) < 3:
        raise IndexError
    epfd, *array, maxevents, timeout = args
    numbers = values.signed(maxevents), values.signed(timeout)
    call = Call("epoll_wait", (lookup(epfd), *numbers))
    if not array:
        return Order(call)
    return Order(call, records=values.records(array[0], lookup))


def _accept(args: list[str], lookup: Lookup) -> Order:
    flags = ACCEPT_FLAGS.value(args[3]) if len(args) > 3 else 0
    return _call("accept4", lookup(args[0]), flags)


def _read(args: list[str], lookup: Lookup) -> Order:
    call = Call("read", (lookup(args[0]), values.size(args[-1])))
    shown = values.string(args[1])
    return Order(call, data=None if shown is None else shown[0])


def _write(args: list[str], lookup: Lookup, eights: Set[int]) -> Order:
    """Where the bytes are not all shown, letters follow; 1 to an eventfd."""
    if len(args) < 2:
        raise ValueError("what is written? an argument is missing")
    fd, n = lookup(args[0]), values.size(args[-1])
    shown = values.string(args[1])
    beginning = b"" if shown is None else shown[0]
    if shown is None and fd in eights:
        beginning = (1).to_bytes(8, "little")
    return _call("write", fd, values.filled(beginning, n))


def _shutdown(args: list[str], lookup: Lookup) -> Order:
    return _call("shutdown", lookup(args[0]), HOW.value(args[1]))


def _eventfd(args: list[str], _: Lookup) -> Order:
    flags = EVENTFD_FLAGS.value(args[1]) if len(args) > 1 else 0
    initval = values.number(args[0]) if args else 0
    if initval < 0:
        raise ValueError(f"a counter is not negative: {initval}")
    return _call("eventfd", initval, flags)


def _one(name: str) -> Callable[[list[str], Lookup], Order]:
    """Return the reader of a call on one descriptor."""
    return lambda args, lookup: _call(name, lookup(args[0]))


def _none(name: str) -> Callable[[list[str], Lookup], Order]:
    """Return the reader of a call whose arguments do not matter."""
    return lambda _, __: _call(name)


def _two(name: str) -> Callable[[list[str], Lookup], Order]:
    """Return the reader of a call that makes two descriptors."""

    def reader(args: list[str], _: Lookup) -> Order:
        pairs = [arg for arg in args if arg.startswith("[")]
        names = values.split(pairs[0][1:-1]) if pairs else []
        if len(names) not in (0, 2):
            raise ValueError(f"not two descriptors: {pairs[0]}")
        return Order(Call(name, ()), names=tuple(names))

    return reader


def _settime(args: list[str], lookup: Lookup) -> Order:
    if args[1] not in ("expired", "stopped"):
        raise ValueError(f"a timer is expired or stopped, not {args[1]}")
    return _call("timerfd_settime", lookup(args[0]), args[1] == "expired")


def _poll(args: list[str], lookup: Lookup) -> Order:
    found = _POLLED.fullmatch(args[0])
    return _call("poll", lookup(found[1] if found else args[0]))


_READERS: Final[dict[str, Callable[[list[str], Lookup], Order]]] = {
    "accept4": _accept,
    "close": _one("close"),
    "connect": _one("connect"),
    "drain": _one("drain"),
    "dup": _one("dup"),
    "epoll_create1": _create,
    "epoll_ctl": _control,
    "epoll_wait": _wait,
    "eventfd": _eventfd,
    "eventfd2": _eventfd,
    "fdinfo": _one("fdinfo"),
    "fill": _one("fill"),
    "listener": _none("listener"),
    "pipe": _two("pipe"),
    "pipe2": _two("pipe"),
    "poll": _poll,
    "read": _read,
    "regular_file": _none("regular_file"),
    "shutdown": _shutdown,
    "socketpair": _two("socketpair"),
    "tcp_listener": _none("tcp_listener"),
    "timerfd_create": _none("timerfd_create"),
    "timerfd_settime": _settime,
}
