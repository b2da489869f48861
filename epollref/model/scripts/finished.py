"""A call and what came of it, as one value of a trace.

A script gives its descriptors names, which stand where ``strace -y`` says
what a descriptor is.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from epollref.model.scripts.player import Crashed, Failed, Outcome
from epollref.model.scripts.words import ConnectSocket, Fdinfo, Names, listed
from epollref.trace.calls import Call, EpollCtl, Pipe, Poll, Socketpair
from epollref.trace.notation import Notation

UNPADDED: Final = Notation(dialect="6.13", column=0)
"""How lines of two kernels are set side by side."""

_FILES: Final[dict[type[Call], tuple[str, ...]]] = {
    ConnectSocket: ("file", "listener_file"),
    EpollCtl: ("epoll_file", "file"),
}
"""Where the names of descriptors go in calls that have two."""


def finished(
    call: Call,
    outcome: Outcome,
    names: Names | None = None,
    made: Names | None = None,
) -> Call:
    """Return a call with its outcome.

    Args:
        call: The call, as it was to be made.
        outcome: What it returned, or ``Failed``.
        names: What the descriptors in its arguments are called.
        made: What those are called that it returned.

    Returns:
        The value, which ``Notation`` writes.
    """
    known, new = names or {}, made or {}
    call = with_names(call, known) if known else call
    if isinstance(outcome, Crashed):
        return replace(call, note=str(outcome))
    if isinstance(outcome, Failed):
        return call.refused(outcome.errno)
    end: dict[str, Any] = {}
    if isinstance(call, Pipe | Socketpair):
        end["files"] = tuple(new.get(fd, "") for fd in outcome)
    elif isinstance(call, Fdinfo):
        end["note"] = listed(outcome, known)
    elif new:
        end["made"] = new.get(outcome, "")
    return call.answered(outcome, **end)


def line(call: Call, outcome: Outcome) -> str:
    """Return a call and its outcome in strace's notation."""
    return UNPADDED.line(finished(call, outcome))


def with_names(call: Call, names: Names) -> Call:
    """Return a call with what its descriptors are called."""
    if isinstance(call, Poll):
        (polled,) = call.fds
        file = names.get(polled.fd, "")
        return replace(call, fds=(polled._replace(file=file),))
    files = [names.get(fd, "") for fd in descriptor_fields(call).values()]
    fields = _FILES.get(type(call), ("file",))
    named: dict[str, Any] = dict(zip(fields, files, strict=False))
    return replace(call, **named)


def descriptor_fields(call: Call) -> dict[str, int]:
    """Return the descriptors among the arguments, by field."""
    if isinstance(call, Poll):
        return {"fds": call.fds[0].fd}
    return {
        field: getattr(call, field)
        for field in ("epfd", "fd", "listener")
        if hasattr(call, field)
    }


def with_descriptors(call: Call, numbers: Mapping[str, int]) -> Call:
    """Return a call with other descriptors.

    Args:
        call: The call.
        numbers: The new ones, by field (``descriptors``).
    """
    if not numbers:
        return call
    if isinstance(call, Poll):
        (polled,) = call.fds
        return replace(call, fds=(polled._replace(fd=numbers["fds"]),))
    others: dict[str, Any] = {**numbers}
    return replace(call, **others)
