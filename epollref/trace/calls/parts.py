"""The arguments of a call, between its brackets.

There is one short function for each class of call.  The two dialects differ
in one place only, the data word: strace 6.1 prints both halves of its union,
6.13 and later print one hexadecimal number.
"""

from dataclasses import dataclass
from functools import singledispatch
from typing import Literal

from epollref.masks import EPOLL_CTL_DEL
from epollref.trace.calls import (
    Accept,
    Close,
    EpollCreate,
    EpollCreate1,
    EpollCtl,
    EpollPwait,
    EpollPwait2,
    EpollWait,
    Eventfd,
    Shutdown,
    Transfer,
    Wait,
)
from epollref.trace.items import Call, OtherCall, Resumed
from epollref.trace.notation_strings import quoted
from epollref.trace.notation_words import (
    ACCEPT_FLAGS,
    CREATE_FLAGS,
    EVENTFD_FLAGS,
    EVENTS,
    HOW,
    OPERATION,
)

Dialect = Literal["6.1", "6.13"]
"""strace 5.11 to 6.12 print what 6.1 prints; 6.13 and later, what 6.13."""


@dataclass(frozen=True, slots=True)
class Style:
    """What the printing of arguments depends on."""

    dialect: Dialect = "6.1"
    """The release of strace to write like."""
    strsize: int = 32
    """The most bytes of a string, and records of an array, that are shown
    (``-s``)."""


def descriptor(fd: int, file: str) -> str:
    """Return a descriptor, with what it is where that is known (``-y``)."""
    return f"{fd}<{file}>" if file else str(fd)


def address(pointer: int | None) -> str:
    """Return a pointer; dots where nobody knows it.

    A tracer inside the program cannot always see the address that strace
    would print.  It does not invent one.
    """
    if pointer is None:
        return "..."
    return f"{pointer:#x}" if pointer else "NULL"


def record(events: int, data: int, dialect: Dialect) -> str:
    """Return a ``struct epoll_event``.

    Args:
        events: The mask.
        data: The data word.
        dialect: Which strace.

    Returns:
        The struct in braces.

    Examples:
        >>> from epollref.trace.notation_args import record
        >>> record(1, 6, "6.1")
        '{events=EPOLLIN, data={u32=6, u64=6}}'
        >>> record(1, 6, "6.13")
        '{events=EPOLLIN, data=0x6}'
    """
    mask = EVENTS.text(events)
    if dialect == "6.13":
        word = f"{data:#x}" if data else "0"
    else:
        word = f"{{u32={data & 0xFFFFFFFF}, u64={data}}}"
    return f"{{events={mask}, data={word}}}"


@singledispatch
def arguments(call: Call, style: Style) -> str:
    """Return what stands between the brackets of a call.

    Args:
        call: The call.
        style: The dialect and its limits.

    Returns:
        The arguments as strace prints them.

    Raises:
        TypeError: The class of the call is not one of this package.
    """
    raise TypeError(f"no notation for {type(call).__name__}")


@arguments.register(OtherCall)
@arguments.register(Resumed)
def _(call: OtherCall | Resumed, style: Style) -> str:
    return call.args


@arguments.register
def _(call: EpollCreate, style: Style) -> str:
    return str(call.size)


@arguments.register
def _(call: EpollCreate1, style: Style) -> str:
    return CREATE_FLAGS.text(call.flags)


@arguments.register
def _(call: EpollCtl, style: Style) -> str:
    if call.pointer is not None:
        event = address(call.pointer)
    elif call.op == EPOLL_CTL_DEL:
        event = "NULL"
    else:
        event = record(call.events, call.data, style.dialect)
    return ", ".join(
        (
            descriptor(call.epfd, call.epoll_file),
            OPERATION.text(call.op),
            descriptor(call.fd, call.file),
            event,
        )
    )


def _reported(call: Wait, style: Style) -> str:
    """Return the first three arguments of a wait."""
    if call.error or call.pointer is not None:
        array = address(call.pointer)
    else:
        shown = [
            record(ready.events, ready.data, style.dialect)
            for ready in call.ready[: style.strsize]
        ]
        if call.cut or len(call.ready) > style.strsize:
            shown.append("...")
        array = f"[{', '.join(shown)}]"
    return f"{descriptor(call.epfd, call.file)}, {array}, {call.maxevents}"


@arguments.register
def _(call: EpollWait, style: Style) -> str:
    return f"{_reported(call, style)}, {call.timeout_ms}"


@arguments.register
def _(call: EpollPwait, style: Style) -> str:
    return (
        f"{_reported(call, style)}, {call.timeout_ms}, "
        f"{call.sigmask}, {call.sigsetsize}"
    )


@arguments.register
def _(call: EpollPwait2, style: Style) -> str:
    limit = call.timespec
    if isinstance(limit, int):
        text = address(limit)
    else:
        text = f"{{tv_sec={limit.seconds}, tv_nsec={limit.nanoseconds}}}"
    return (
        f"{_reported(call, style)}, {text}, {call.sigmask}, {call.sigsetsize}"
    )


@arguments.register
def _(call: Accept, style: Style) -> str:
    text = f"{descriptor(call.fd, call.file)}, {call.address}, {call.length}"
    if call.name == "accept":
        return text
    return f"{text}, {ACCEPT_FLAGS.text(call.flags)}"


VECTORED = frozenset(
    {
        "readv",
        "preadv",
        "preadv2",
        "recvmsg",
        "recvmmsg",
        "writev",
        "pwritev",
        "pwritev2",
        "sendmsg",
        "sendmmsg",
    }
)
"""Calls with more than one buffer: their arguments are kept as printed."""


@arguments.register
def _(call: Transfer, style: Style) -> str:
    fd = descriptor(call.fd, call.file)
    if call.name in VECTORED:
        return f"{fd}, {call.rest}"
    if call.data is None:
        buffer = address(call.pointer)
    else:
        buffer = quoted(call.data, style.strsize, cut=call.cut)
    text = f"{fd}, {buffer}, {call.n}"
    return f"{text}, {call.rest}" if call.rest else text


@arguments.register
def _(call: Shutdown, style: Style) -> str:
    return f"{descriptor(call.fd, call.file)}, {HOW.text(call.how)}"


@arguments.register
def _(call: Eventfd, style: Style) -> str:
    if call.name == "eventfd":
        return str(call.initval)
    return f"{call.initval}, {EVENTFD_FLAGS.text(call.flags)}"


@arguments.register
def _(call: Close, style: Style) -> str:
    return descriptor(call.fd, call.file)
