"""Reading the arguments of the epoll calls, in all five dialects.

    {EPOLLIN, {u32=4, u64=4}}                         up to 5.10
    {events=EPOLLIN, data={u32=4, u64=4}}             5.11 to 6.12
    {events=EPOLLIN, data=0x4}                        6.13 and later

Up to 4.11 an array of them stands in braces, later in brackets; from 6.16
``-N`` puts the names of the arguments before them, which is dealt with in
``log_calls``.

A reader gets the text between the brackets and what is known of the call
already.  It raises ``ValueError`` where the text is not what it expects.
"""

import re
from typing import Final

from epollref.kernel import Ready
from epollref.masks import EPOLL_CTL_DEL
from epollref.trace.calls import (
    EpollCreate,
    EpollCreate1,
    EpollCtl,
    EpollPwait,
    EpollPwait2,
    EpollWait,
    Timespec,
)
from epollref.trace.items import Call
from epollref.trace.log_building import Common, quick
from epollref.trace.notation_words import CREATE_FLAGS, EVENTS, OPERATION

FILE: Final = r"<([\w.-]+:\[[^<]*?\]|[^<>]*+(?:<[^<>]*+>)?)>(?:\(deleted\))?"
"""What ``-y`` says about a descriptor.  Of a socket it ends at ``]>``,
because of the arrow inside; brackets in a path are escaped."""

FD: Final = rf"(-?\d{{1,10}})(?:{FILE})?"
"""A descriptor: its number, and what ``-y`` says."""

POINTER: Final = r"NULL|0x[0-9a-f]{1,16}|\.\.\."
"""What stands where nothing is decoded; dots are our own tracer's."""

_MASK = r"[\w|]++(?: /\* [\w?]++ \*/)?"
_WORD = r"(?:data=)?(?:\{u32=\d{1,10}, u64=(\d{1,20})\}|(0x[0-9a-f]{1,16}|0))"
_RECORD = rf"\{{(?:events=)?({_MASK}), {_WORD}\}}"
_UNGROUPED = _RECORD.replace("(", "(?:").replace("(?:?:", "(?:")
_RECORDS = rf"{_UNGROUPED}(?:, {_UNGROUPED})*(?:, \.\.\.)?"
_ARRAY = rf"[\[{{](?:\.\.\.|(?:{_RECORDS})?)[\]}}]"

RECORD: Final = re.compile(_RECORD, re.ASCII)
_CTL: Final = re.compile(
    rf"{FD}, (\w+(?: /\* [\w?]+ \*/)?), {FD}, (?:{_RECORD}|({POINTER}))",
    re.ASCII,
)
_WAIT = rf"{FD}, ({_ARRAY}|{POINTER}), (-?\d{{1,10}})"
_EPOLL_WAIT: Final = re.compile(rf"{_WAIT}, (-?\d{{1,10}})", re.ASCII)
_MASKED = r"(NULL|~?\[[^\]]*+\]|0x[0-9a-f]++), (\d{1,20})"
_EPOLL_PWAIT: Final = re.compile(
    rf"{_WAIT}, (-?\d{{1,10}}), {_MASKED}", re.ASCII
)
_TIMESPEC = (
    r"(?:\{tv_sec=(-?\d{1,20}), tv_nsec=(-?\d{1,20})\}|(NULL|0x[0-9a-f]++))"
)
_EPOLL_PWAIT2: Final = re.compile(rf"{_WAIT}, {_TIMESPEC}, {_MASKED}", re.ASCII)

create: Final = quick(EpollCreate)
create1: Final = quick(EpollCreate1)
ctl: Final = quick(EpollCtl)
wait: Final = quick(EpollWait)
pwait: Final = quick(EpollPwait)
pwait2: Final = quick(EpollPwait2)


class NotDecodedError(ValueError):
    """The log was recorded in a way that hides what epoll was told."""


def matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    """Return the match of all of a text.

    Raises:
        ValueError: It does not match.
    """
    found = pattern.fullmatch(text)
    if found is None:
        raise ValueError("arguments are not as strace prints them")
    return found


def number(text: str) -> int:
    """Return the value of a pointer or of a number, decimal or not."""
    if text == "NULL":
        return 0
    return int(text, 16) if text.startswith("0x") else int(text)


def pointer(text: str | None) -> int | None:
    """Return an address; ``None`` where there is none to show."""
    return None if text is None or text == "..." else number(text)


def _record(mask: str, decimal: str, hexadecimal: str) -> Ready:
    """Return a record from the groups of ``_RECORD``."""
    data = int(decimal) if decimal else int(hexadecimal, 16)
    return Ready(EVENTS.value(mask), data)


def _reported(text: str) -> tuple[tuple[Ready, ...], bool, int | None]:
    """Return the records of a wait, whether some are cut, the pointer."""
    if text[0] not in "[{":
        return (), False, pointer(text)
    records = tuple(_record(*found) for found in RECORD.findall(text))
    return records, text.endswith(("...]", "...}")), None


def read_epoll_create(args: str, common: Common) -> Call:
    """Read epoll_create."""
    return create(int(args), **common)


def read_epoll_create1(args: str, common: Common) -> Call:
    """Read epoll_create1."""
    return create1(CREATE_FLAGS.value(args), **common)


def read_epoll_ctl(args: str, common: Common) -> Call:
    """Read epoll_ctl.

    Raises:
        NotDecodedError: strace was told not to decode the struct.
    """
    found = _CTL.fullmatch(args)
    if found is None:
        raise _not_decoded(args)
    epfd, epoll_file, op, fd, file, mask, decimal, hexa, address = (
        found.groups()
    )
    try:
        operation = OPERATION.value(op)
    except ValueError:
        raise _not_decoded(args) from None
    at, events, data = None, 0, 0
    if address is None:
        events, data = _record(mask, decimal, hexa)
    else:
        at = pointer(address)
        if operation == EPOLL_CTL_DEL:
            at = at or None
        elif at and common.get("result") == 0:
            raise NotDecodedError(
                "struct epoll_event is not decoded: "
                "record without -e verbose and -e raw"
            )
    return ctl(
        int(epfd),
        operation,
        int(fd),
        events,
        data,
        at,
        epoll_file=epoll_file or "",
        file=file or "",
        **common,
    )


_RAW: Final = re.compile(
    r"(?:epfd=)?(?:0x[0-9a-f]++|-?\d++(?:<[^,]*>)?), "
    r"(?:op=)?(?:[123]|0x[123](?: /\* EPOLL_CTL_\w+ \*/)?), .*+",
    re.ASCII | re.DOTALL,
)


def _not_decoded(args: str) -> ValueError:
    """Say what is wrong with the arguments of an epoll_ctl."""
    if _RAW.fullmatch(args):
        return NotDecodedError(
            "epoll_ctl is not decoded: record with strace, "
            "without -X raw, -X verbose and -e raw"
        )
    return ValueError("arguments are not as strace prints them")


def read_epoll_wait(args: str, common: Common) -> Call:
    """Read epoll_wait."""
    epfd, file, array, maxevents, timeout = matched(_EPOLL_WAIT, args).groups()
    ready, cut, at = _reported(array)
    return wait(
        int(epfd),
        ready,
        int(maxevents),
        int(timeout),
        cut=cut,
        pointer=at,
        file=file or "",
        **common,
    )


def read_epoll_pwait(args: str, common: Common) -> Call:
    """Read epoll_pwait."""
    found = matched(_EPOLL_PWAIT, args)
    epfd, file, array, maxevents, timeout, mask, size = found.groups()
    ready, cut, at = _reported(array)
    return pwait(
        int(epfd),
        ready,
        int(maxevents),
        int(timeout),
        mask,
        int(size),
        cut=cut,
        pointer=at,
        file=file or "",
        **common,
    )


def read_epoll_pwait2(args: str, common: Common) -> Call:
    """Read epoll_pwait2."""
    found = matched(_EPOLL_PWAIT2, args)
    epfd, file, array, maxevents, sec, nsec, raw, mask, size = found.groups()
    ready, cut, at = _reported(array)
    limit = Timespec(int(sec), int(nsec)) if sec else number(raw)
    return pwait2(
        int(epfd),
        ready,
        int(maxevents),
        limit,
        mask,
        int(size),
        cut=cut,
        pointer=at,
        file=file or "",
        **common,
    )
