"""A call of a script as strace would show it.

A script's call is a name and arguments, and its outcome is what it returned.
Together they make the same value that a tracer makes of a real call
(``epollref.trace.calls``), so one notation serves all traces.

Some words of a script stand for several system calls, or for one whose
arguments do not matter here: ``listener``, ``connect``, ``regular_file``,
``timerfd_settime``, ``fdinfo``.  They are shown as they are called.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from epollref.kernel import Ready
from epollref.masks import EPOLL_CTL_DEL
from epollref.model.conformance.script import Call, Crashed, Failed, Outcome
from epollref.trace.calls import (
    Accept,
    Close,
    Dup,
    EpollCreate1,
    EpollCtl,
    EpollWait,
    Eventfd,
    Pipe,
    Read,
    Shutdown,
    Socketpair,
    Write,
    descriptor,
    record,
)
from epollref.trace.items import Call as TraceCall
from epollref.trace.items import OtherCall
from epollref.trace.notation import Notation
from epollref.trace.words import EVENTS, error_name

PLAIN: Final = Notation(dialect="6.13", column=0)
"""How lines of two kernels are set side by side."""

Names = Mapping[int, str]
"""What a script calls its descriptors; as ``-y`` says what they are."""
Written = Callable[[tuple[Any, ...], Outcome, Names, dict[str, Any]], TraceCall]


def traced(
    call: Call,
    outcome: Outcome,
    names: Names | None = None,
    made: Names | None = None,
) -> TraceCall:
    """Return a call and its outcome as one value of a trace.

    Args:
        call: The call.
        outcome: What it returned, or ``Failed``.
        names: What the descriptors in its arguments are called.
        made: What those are called that it returned.

    Returns:
        The value, which ``Notation`` writes.
    """
    known, new = names or {}, made or {}
    end: dict[str, Any] = {"result": _result(outcome)}
    if isinstance(outcome, Crashed):
        end["note"] = str(outcome)
    elif isinstance(outcome, Failed):
        end["error"] = error_name(outcome.errno)
    elif type(outcome) is int and call.name != "poll":
        end["made"] = new.get(outcome, "")
    written = _WRITTEN.get(call.name, _other)
    if written is _other:
        end["name"] = call.name
    both = {**known, **new} if isinstance(outcome, tuple) else known
    return written(call.arguments, outcome, both, end)


def line(call: Call, outcome: Outcome) -> str:
    """Return a call and its outcome in strace's notation."""
    return PLAIN.line(traced(call, outcome))


def _result(outcome: Outcome) -> int | None:
    if isinstance(outcome, Crashed):
        return None
    if isinstance(outcome, Failed):
        return -1
    if isinstance(outcome, bytes | list):
        return len(outcome)
    return outcome if isinstance(outcome, int) else 0


def _named(fd: int, names: Names) -> str:
    return descriptor(fd, names.get(fd, ""))


def _create(
    args: tuple[Any, ...], _: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    return EpollCreate1(*args, **end)


def _ctl(
    args: tuple[Any, ...], _: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    epfd, op, fd, *event = args
    events, data = (0, 0) if op == EPOLL_CTL_DEL else (*event, 0, 0)[:2]
    return EpollCtl(
        epfd,
        op,
        fd,
        events & 0xFFFFFFFF,
        data,
        epoll_file=names.get(epfd, ""),
        file=names.get(fd, ""),
        **end,
    )


def _wait(
    args: tuple[Any, ...], outcome: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    epfd, maxevents, timeout = args
    ready: tuple[Ready, ...] = ()
    if isinstance(outcome, list):
        ready = tuple(Ready(*record) for record in outcome)
    file = names.get(epfd, "")
    return EpollWait(epfd, ready, maxevents, timeout, file=file, **end)


def _read(
    args: tuple[Any, ...], outcome: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    fd, n = args
    data = outcome if isinstance(outcome, bytes) else None
    return Read(fd, data, n, file=names.get(fd, ""), **end)


def _write(
    args: tuple[Any, ...], _: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    fd, data = args
    return Write(fd, data, len(data), file=names.get(fd, ""), **end)


def _accept(
    args: tuple[Any, ...], _: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    fd, flags = args
    return Accept(fd, flags=flags, file=names.get(fd, ""), **end)


def _shutdown(
    args: tuple[Any, ...], _: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    fd, how = args
    return Shutdown(fd, how, file=names.get(fd, ""), **end)


def _eventfd(
    args: tuple[Any, ...], _: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    return Eventfd(*args, **end)


def _close(
    args: tuple[Any, ...], _: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    return Close(*args, file=names.get(args[0], ""), **end)


def _two(outcome: Outcome, names: Names) -> dict[str, Any]:
    """Return the two descriptors of a pair, if there are any."""
    if not isinstance(outcome, tuple):
        return {"fds": None}
    one, other = outcome
    return {
        "fds": (one, other),
        "files": (names.get(one, ""), names.get(other, "")),
    }


def _socketpair(
    _: tuple[Any, ...], outcome: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    kind = "SOCK_STREAM|SOCK_NONBLOCK"
    return Socketpair("AF_UNIX", kind, "0", **_two(outcome, names), **end)


def _pipe(
    _: tuple[Any, ...], outcome: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    return Pipe(flags="O_NONBLOCK", **_two(outcome, names), **end)


def _dup(
    args: tuple[Any, ...], _: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    return Dup(*args, file=names.get(args[0], ""), **end)


def _timer(
    _: tuple[Any, ...], __: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    return OtherCall(
        "CLOCK_MONOTONIC, TFD_NONBLOCK", name="timerfd_create", **end
    )


def _settime(
    args: tuple[Any, ...], _: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    fd, expired = args
    word = "expired" if expired else "stopped"
    return OtherCall(
        f"{_named(fd, names)}, {word}", name="timerfd_settime", **end
    )


def _poll(
    args: tuple[Any, ...], outcome: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    """poll(2) shows what it found behind its result."""
    fd = _named(args[0], names)
    text = f"[{{fd={fd}, events=...}}], 1, 0"
    if not outcome or isinstance(outcome, Failed):
        end["note"] = "" if outcome else "Timeout"
        return OtherCall(text, name="poll", **end)
    end["result"] = 1
    found = EVENTS.text(outcome).replace("EPOLL", "POLL")
    note = f"[{{fd={fd}, revents={found}}}]"
    return OtherCall(text, name="poll", note=note, **end)


def _fdinfo(
    args: tuple[Any, ...], outcome: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    note = ""
    if isinstance(outcome, list):
        note = ", ".join(
            f"{_named(fd, names)} {EVENTS.text(events)} {word:#x}"
            for fd, events, word in outcome
        )
    return OtherCall(_named(args[0], names), name="fdinfo", note=note, **end)


def _sleep(
    args: tuple[Any, ...], _: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    epfd, maxevents = args
    text = f"{_named(epfd, names)}, {maxevents}"
    return OtherCall(text, name="sleep_in_wait", **end)


def _returned(
    _: tuple[Any, ...], outcome: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    note = "; ".join(
        f"thread {thread}: {_array(records)}" for thread, records in outcome
    )
    return OtherCall("", name="returned", note=note, **end)


def _array(records: Sequence[Ready]) -> str:
    return ", ".join(record(*each, PLAIN.dialect) for each in records)


def _other(
    args: tuple[Any, ...], _: Outcome, names: Names, end: dict[str, Any]
) -> TraceCall:
    """Show a word of scripts; its arguments are descriptors."""
    return OtherCall(", ".join(_named(fd, names) for fd in args), **end)


_WRITTEN: Final[dict[str, Written]] = {
    "accept4": _accept,
    "close": _close,
    "dup": _dup,
    "epoll_create1": _create,
    "epoll_ctl": _ctl,
    "epoll_wait": _wait,
    "eventfd": _eventfd,
    "fdinfo": _fdinfo,
    "pipe": _pipe,
    "poll": _poll,
    "read": _read,
    "returned": _returned,
    "shutdown": _shutdown,
    "sleep_in_wait": _sleep,
    "socketpair": _socketpair,
    "timerfd_create": _timer,
    "timerfd_settime": _settime,
    "write": _write,
}
