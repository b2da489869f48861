"""poll(2) and select(2), epoll's elders.

What a poll found stands behind its result:
``poll([{fd=5, events=POLLIN}], 1, -1) = 1 ([{fd=5, revents=POLLIN}])``.
Masks and sets are kept as printed.
"""

import re
from dataclasses import KW_ONLY, replace
from typing import Any, Final, NamedTuple, Self

from epollref.kernel import FileMaker
from epollref.trace.calls.parts import (
    ANY,
    FD,
    FILE,
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
from epollref.trace.words import EVENTS

_MASK = r"[\w|.]++(?: /\* [\w?]++ \*/)?"
_ONE = rf"\{{fd={FD}(?:, events=({_MASK}))?\}}"
_UNGROUPED = ungrouped(_ONE)
_REST = r"(?:(?:, )?(?:\.\.\.|\?))?\](?: 0x[0-9a-f]++)?"
_ARRAY = rf"\[(?:{_UNGROUPED}(?:, {_UNGROUPED})*)?{_REST}"
_FOUND: Final = re.compile(_ONE, ANY)
_POLL: Final = re.compile(
    rf"({_ARRAY}|{POINTER}), (\d{{1,20}}), (?:INFTIM|{INT})", ANY
)
"""``INFTIM`` is the -1 of strace up to 4.10."""
_PPOLL: Final = re.compile(
    rf"({_ARRAY}|{POINTER}), (\d{{1,20}}), {TIMESPEC}{SIGMASK}", ANY
)
_IN_SET = rf"\d{{1,10}}(?:{ungrouped(FILE)})?"
_SET = rf"(\[(?:\?|{_IN_SET}(?: {_IN_SET})*)?\]|{POINTER})"
_SELECT: Final = re.compile(
    rf"{INT}, {_SET}, {_SET}, {_SET}, (\{{[^{{}}]*+\}}|{POINTER})(?:, (.++))?",
    ANY,
)


class Polled(NamedTuple):
    """A ``struct pollfd``."""

    fd: int
    events: str = "0"
    """As printed: ``POLLIN|POLLOUT``."""
    file: str = ""

    def __str__(self) -> str:
        fd = descriptor(self.fd, self.file)
        return (
            f"{{fd={fd}, events={self.events}}}"
            if self.fd >= 0
            else f"{{fd={fd}}}"
        )


def _polled(text: str) -> tuple[tuple[Polled, ...], bool, int | None]:
    """Return what is polled, whether some is cut, or else the address."""
    if text[0] != "[":
        return (), False, pointer(text)
    fds = tuple(
        Polled(int(fd), events or "0", file)
        for fd, file, events in _FOUND.findall(text)
    )
    return fds, "..." in text or "?]" in text, None


@value
class Poll(Call):
    """poll(2)."""

    fds: tuple[Polled, ...]
    n: int
    timeout_ms: int
    _: KW_ONLY
    cut: bool = False
    """strace left some out (``-s``)."""
    pointer: int | None = None
    name: str = "poll"

    @classmethod
    def read(cls, args: str, common: Common) -> "Poll":
        array, n, timeout = matched(_POLL, args).groups()
        fds, cut, at = _polled(array)
        return cls(
            fds, int(n), signed(timeout or "-1"), cut=cut, pointer=at, **common
        )

    def arguments(self, style: Style) -> str:
        array = _array(self.fds, self.cut, self.pointer)
        return f"{array}, {self.n}, {self.timeout_ms}"

    def make(self, kernel: FileMaker) -> int:
        """Ask one file for all its conditions."""
        return kernel.poll(self.fds[0].fd)

    def answered(self, answer: int, **end: Any) -> Self:
        """Return the call with the conditions that it found."""
        if not answer:
            return replace(self, **{"result": 0, "note": "Timeout", **end})
        fd = descriptor(self.fds[0].fd, self.fds[0].file)
        mask = EVENTS.text(answer).replace("EPOLL", "POLL")
        note = f"[{{fd={fd}, revents={mask}}}]"
        return replace(self, **{"result": 1, "note": note, **end})


def _array(fds: tuple[Polled, ...], cut: bool, at: int | None) -> str:
    """Write what is polled, or its address."""
    if at is not None or not (fds or cut):
        return address(at) if at is not None else "[]"
    return f"[{', '.join([*map(str, fds), *(['...'] if cut else [])])}]"


@value
class Ppoll(Call):
    """ppoll(2): poll with nanoseconds and a set of signals."""

    fds: tuple[Polled, ...]
    n: int
    timespec: Timespec | int
    """An ``int`` is an address: 0 (NULL) waits for ever."""
    sigmask: str = "NULL"
    sigsetsize: int = 8
    _: KW_ONLY
    cut: bool = False
    pointer: int | None = None
    name: str = "ppoll"

    @classmethod
    def read(cls, args: str, common: Common) -> "Ppoll":
        array, n, *limit, mask, size = matched(_PPOLL, args).groups()
        fds, cut, at = _polled(array)
        return cls(
            fds,
            int(n),
            timespec(*limit),
            mask,
            int(size or 8),
            cut=cut,
            pointer=at,
            **common,
        )

    def arguments(self, style: Style) -> str:
        array = _array(self.fds, self.cut, self.pointer)
        limit = written_time(self.timespec)
        return f"{array}, {self.n}, {limit}, {self.sigmask}, {self.sigsetsize}"


@value
class Select(Call):
    """select(2), and pselect6 with a set of signals."""

    n: int
    """The highest number in a set, plus 1."""
    reads: str
    """As printed: ``[4 7]``."""
    writes: str
    excepts: str
    timeout: str
    """As printed: ``{tv_sec=2, tv_usec=0}``, up to 4.14 ``{2, 0}``."""
    sigmask: str = ""
    """As printed; empty where the call has none."""
    _: KW_ONLY
    name: str = "select"

    @classmethod
    def read(cls, args: str, common: Common) -> "Select":
        found = matched(_SELECT, args).groups()
        n, reads, writes, excepts, limit, mask = found
        return cls(
            signed(n), reads, writes, excepts, limit, mask or "", **common
        )

    def arguments(self, style: Style) -> str:
        sets = f"{self.reads}, {self.writes}, {self.excepts}"
        mask = f", {self.sigmask}" if self.sigmask else ""
        return f"{self.n}, {sets}, {self.timeout}{mask}"


READERS: Final = {
    "poll": Poll.read,
    "ppoll": Ppoll.read,
    "select": Select.read,
    "_newselect": Select.read,
    "pselect6": Select.read,
}
