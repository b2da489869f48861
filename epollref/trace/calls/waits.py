"""The three calls that wait for events, with the records that they return.

strace prints the records at the end of the call: up to 4.11 they stand in
braces, later in brackets.  Where there are none to print it shows the
address of the buffer: the call failed, or none was given.
"""

import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, replace
from typing import Any, Final, Self

from epollref.kernel import Kernel, Ready
from epollref.trace.calls.epoll import RECORD, read_record, written_record
from epollref.trace.calls.parts import (
    FD,
    INT,
    POINTER,
    SIGMASK,
    TIMESPEC,
    Timespec,
    address,
    descriptor,
    matched,
    pointer,
    signed,
    timespec,
    ungrouped,
    written_time,
)
from epollref.trace.items import Call, Common
from epollref.trace.style import Style
from epollref.trace.value import value

_UNGROUPED = ungrouped(RECORD)
_MISSING = r"(?:\.\.\.(?: /\* 0x[0-9a-f]++ \*/)?|\?|0x[0-9a-f]++)"
"""What stands for records that are left out, or that strace cannot read."""
_RECORDS = rf"{_UNGROUPED}(?:, {_UNGROUPED})*(?:, {_MISSING})?"
_ARRAY = rf"[\[{{](?:{_MISSING}|{_RECORDS})?[\]}}](?: 0x[0-9a-f]++)?"
_RECORD: Final = re.compile(RECORD, re.ASCII)

_WAIT = rf"{FD}, ({_ARRAY}|{POINTER}), {INT}"
_EPOLL_WAIT: Final = re.compile(rf"{_WAIT}, {INT}", re.ASCII)
_EPOLL_PWAIT: Final = re.compile(rf"{_WAIT}, {INT}{SIGMASK}", re.ASCII)
_EPOLL_PWAIT2: Final = re.compile(rf"{_WAIT}, {TIMESPEC}{SIGMASK}", re.ASCII)


@value
class Wait(Call):
    """What the three calls that wait have in common; see its children."""

    epfd: int
    ready: tuple[Ready, ...]
    maxevents: int
    _: KW_ONLY
    cut: bool = False
    """strace left records out (``-s``): ``ready`` is shorter than
    ``result``."""
    pointer: int | None = None
    """The address of the buffer, where records are not shown."""
    file: str = ""

    @property
    def timeout(self) -> float | None:
        """Seconds; ``None`` for ever (or where an address was printed)."""
        raise NotImplementedError

    def answered(self, answer: Sequence[Ready], **end: Any) -> Self:
        """Return the call with the records that it returned."""
        ready = tuple(Ready(*each) for each in answer)
        return replace(self, **{"result": len(ready), "ready": ready, **end})

    def _reported(self, style: Style) -> str:
        """Write the first three arguments."""
        if self.error or self.pointer is not None:
            array = address(self.pointer)
        else:
            most = style.strsize if style.abbrev else None
            shown = [
                written_record(ready.events, ready.data, style.dialect)
                for ready in self.ready[:most]
            ]
            if self.cut or len(shown) < len(self.ready):
                shown.append("...")
            array = f"[{', '.join(shown)}]"
        return f"{descriptor(self.epfd, self.file)}, {array}, {self.maxevents}"


def _buffer(text: str) -> tuple[tuple[Ready, ...], bool, int | None]:
    """Return the records of a wait, whether some are cut, the pointer."""
    if text[0] not in "[{":
        return (), False, pointer(text)
    records = tuple(read_record(*found) for found in _RECORD.findall(text))
    return records, not text.endswith(("}]", "}}", "[]", "{}")), None


@value
class EpollWait(Wait):
    """epoll_wait(2)."""

    timeout_ms: int
    _: KW_ONLY
    name: str = "epoll_wait"

    @property
    def timeout(self) -> float | None:
        """Seconds; ``None`` for ever."""
        return None if self.timeout_ms < 0 else self.timeout_ms / 1000

    @classmethod
    def read(cls, args: str, common: Common) -> "EpollWait":
        epfd, file, array, most, timeout = matched(_EPOLL_WAIT, args).groups()
        ready, cut, at = _buffer(array)
        return cls(
            int(epfd),
            ready,
            signed(most),
            signed(timeout),
            cut=cut,
            pointer=at,
            file=file or "",
            **common,
        )

    def arguments(self, style: Style) -> str:
        return f"{self._reported(style)}, {self.timeout_ms}"

    def make(self, kernel: Kernel) -> list[Ready]:
        """Wait until something is ready."""
        return kernel.epoll_wait(self.epfd, self.maxevents, self.timeout_ms)


@value
class EpollPwait(EpollWait):
    """epoll_pwait(2)."""

    sigmask: str = "NULL"
    """As printed: ``[INT USR1]``."""
    sigsetsize: int = 8
    _: KW_ONLY
    name: str = "epoll_pwait"

    @classmethod
    def read(cls, args: str, common: Common) -> "EpollPwait":
        found = matched(_EPOLL_PWAIT, args)
        epfd, file, array, most, timeout, mask, size = found.groups()
        ready, cut, at = _buffer(array)
        return cls(
            int(epfd),
            ready,
            signed(most),
            signed(timeout),
            mask,
            int(size or 8),
            cut=cut,
            pointer=at,
            file=file or "",
            **common,
        )

    def arguments(self, style: Style) -> str:
        return (
            f"{self._reported(style)}, {self.timeout_ms}, "
            f"{self.sigmask}, {self.sigsetsize}"
        )


@value
class EpollPwait2(Wait):
    """epoll_pwait2(2): the time-out has nanoseconds."""

    timespec: Timespec | int
    """An ``int`` is an address: 0 (NULL) waits for ever."""
    sigmask: str = "NULL"
    sigsetsize: int = 8
    _: KW_ONLY
    name: str = "epoll_pwait2"

    @property
    def timeout(self) -> float | None:
        """Seconds; ``None`` for ever, or where an address was printed."""
        if isinstance(self.timespec, int):
            return None
        return self.timespec.seconds + self.timespec.nanoseconds / 1e9

    @classmethod
    def read(cls, args: str, common: Common) -> "EpollPwait2":
        found = matched(_EPOLL_PWAIT2, args)
        epfd, file, array, most, *limit, mask, size = found.groups()
        ready, cut, at = _buffer(array)
        return cls(
            int(epfd),
            ready,
            signed(most),
            timespec(*limit),
            mask,
            int(size or 8),
            cut=cut,
            pointer=at,
            file=file or "",
            **common,
        )

    def arguments(self, style: Style) -> str:
        return (
            f"{self._reported(style)}, {written_time(self.timespec)}, "
            f"{self.sigmask}, {self.sigsetsize}"
        )


READERS: Final = {
    "epoll_wait": EpollWait.read,
    "epoll_wait_old": EpollWait.read,
    "epoll_pwait": EpollPwait.read,
    "epoll_pwait2": EpollPwait2.read,
}
