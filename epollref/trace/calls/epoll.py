"""The epoll calls that make an instance and change its interest list.

A ``struct epoll_event`` is printed in three ways, which all are read; the
last two are written:

- ``{EPOLLIN, {u32=4, u64=4}}`` up to 5.10,
- ``{events=EPOLLIN, data={u32=4, u64=4}}`` from 5.11 to 6.12,
- ``{events=EPOLLIN, data=0x4}`` from 6.13 on.

Of DEL strace shows the address of the struct, which Linux does not read.
"""

import re
from dataclasses import KW_ONLY
from typing import Final

from epollref.kernel import Kernel, Ready
from epollref.masks import EPOLL_CTL_DEL
from epollref.trace.calls.parts import (
    FD,
    POINTER,
    UNKNOWN,
    address,
    descriptor,
    pointer,
    signed,
)
from epollref.trace.items import Call, Common
from epollref.trace.style import Dialect, Style
from epollref.trace.value import value
from epollref.trace.words import CREATE_FLAGS, EVENTS, OPERATION

_MASK = r"[\w|]++(?: /\* [\w?]++ \*/)?"
_WORD = r"(?:data=)?(?:\{u32=\d{1,10}, u64=(\d{1,20})\}|(0x[0-9a-f]{1,16}|0))"
RECORD: Final = rf"\{{(?:events=)?({_MASK}), {_WORD}\}}"
_CTL: Final = re.compile(
    rf"{FD}, (\w+(?: /\* [\w?]+ \*/)?), {FD}, (?:{RECORD}|({POINTER}))",
    re.ASCII,
)
_RAW: Final = re.compile(
    r"(?:epfd=)?(?:0x[0-9a-f]++|-?\d++(?:<[^,]*>)?), "
    r"(?:op=)?(?:[123]|0x[123](?: /\* EPOLL_CTL_\w+ \*/)?), .*+",
    re.ASCII | re.DOTALL,
)


class NotDecodedError(ValueError):
    """The log was recorded in a way that hides what epoll was told."""


def read_record(mask: str, decimal: str, hexadecimal: str) -> Ready:
    """Return a record from the groups of ``RECORD``."""
    data = int(decimal) if decimal else int(hexadecimal, 16)
    return Ready(EVENTS.value(mask), data)


def written_record(events: int, data: int, dialect: Dialect) -> str:
    """Return a ``struct epoll_event``.

    Args:
        events: The mask.
        data: The data word.
        dialect: Which strace.

    Returns:
        The struct in braces.

    Examples:
        >>> from epollref.trace.calls.epoll import written_record
        >>> written_record(1, 6, "6.1")
        '{events=EPOLLIN, data={u32=6, u64=6}}'
        >>> written_record(1, 6, "6.13")
        '{events=EPOLLIN, data=0x6}'
    """
    mask = EVENTS.text(events)
    if dialect == "6.13":
        word = f"{data:#x}" if data else "0"
    else:
        word = f"{{u32={data & 0xFFFFFFFF}, u64={data}}}"
    return f"{{events={mask}, data={word}}}"


@value
class EpollCreate(Call):
    """epoll_create(2): ``size`` means nothing, but has to be positive."""

    size: int
    _: KW_ONLY
    name: str = "epoll_create"

    @classmethod
    def read(cls, args: str, common: Common) -> "EpollCreate":
        return cls(signed(args), **common)

    def arguments(self, style: Style) -> str:
        return str(self.size)


@value
class EpollCreate1(Call):
    """epoll_create1(2)."""

    flags: int
    _: KW_ONLY
    name: str = "epoll_create1"

    @classmethod
    def read(cls, args: str, common: Common) -> "EpollCreate1":
        return cls(CREATE_FLAGS.value(args), **common)

    def arguments(self, style: Style) -> str:
        return CREATE_FLAGS.text(self.flags)

    def make(self, kernel: Kernel) -> int:
        """Make an instance."""
        return kernel.epoll_create1(self.flags)


@value
class EpollCtl(Call):
    """epoll_ctl(2)."""

    epfd: int
    op: int
    fd: int
    events: int = 0
    data: int = 0
    pointer: int | None = None
    """Where strace shows an address in place of ``events`` and ``data``.
    For DEL ``None`` is the NULL that it should be."""
    _: KW_ONLY
    name: str = "epoll_ctl"
    epoll_file: str = ""
    file: str = ""

    @classmethod
    def read(cls, args: str, common: Common) -> "EpollCtl":
        """Read the call, unless its struct is hidden.

        Raises:
            NotDecodedError: strace was told not to decode the struct.
        """
        found = _CTL.fullmatch(args)
        if found is None:
            raise _not_decoded(args)
        epfd, epoll_file, op, fd, file, mask, decimal, hexa, shown = (
            found.groups()
        )
        try:
            operation = OPERATION.value(op)
        except ValueError:
            raise _not_decoded(args) from None
        at, events, data = None, 0, 0
        if shown is None:
            events, data = read_record(mask, decimal, hexa)
        else:
            at = _instead(operation, shown, common)
        return cls(
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

    def arguments(self, style: Style) -> str:
        if self.pointer is not None:
            event = address(self.pointer)
        elif self.op == EPOLL_CTL_DEL and not (self.events or self.data):
            event = "NULL"
        else:
            event = written_record(self.events, self.data, style.dialect)
        return ", ".join(
            (
                descriptor(self.epfd, self.epoll_file),
                OPERATION.text(self.op),
                descriptor(self.fd, self.file),
                event,
            )
        )

    def make(self, kernel: Kernel) -> None:
        """Change the interest list."""
        return kernel.epoll_ctl(
            self.epfd, self.op, self.fd, self.events, self.data
        )


def _instead(op: int, shown: str, common: Common) -> int | None:
    """Return the address that is shown instead of an event.

    Raises:
        NotDecodedError: The call was made, and what it said is hidden.
    """
    at = pointer(shown)
    if op == EPOLL_CTL_DEL:
        return at or None
    if at != 0 and common.get("result") == 0:
        raise NotDecodedError(
            "struct epoll_event is not decoded: "
            "record without -e verbose and -e raw"
        )
    return UNKNOWN if at is None else at


def _not_decoded(args: str) -> ValueError:
    """Say what is wrong with the arguments of an epoll_ctl."""
    if _RAW.fullmatch(args):
        return NotDecodedError(
            "epoll_ctl is not decoded: record with strace, "
            "without -X raw, -X verbose and -e raw"
        )
    return ValueError("arguments are not as strace prints them")


READERS: Final = {
    "epoll_create": EpollCreate.read,
    "epoll_create1": EpollCreate1.read,
    "epoll_ctl": EpollCtl.read,
    "epoll_ctl_old": EpollCtl.read,
}
