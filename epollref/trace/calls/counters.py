"""Descriptors that are neither files nor sockets: counters, timers, signals.

They are what programs wake an epoll with.  Flags are kept as printed, but
for those of eventfd2, which is a call of the seam.
"""

import re
from dataclasses import KW_ONLY
from typing import Final

from epollref.kernel import FileMaker, Kernel
from epollref.trace.calls.parts import (
    ANY,
    FD,
    POINTER,
    SIGMASK,
    TIMESPEC,
    WORD,
    Timespec,
    address,
    descriptor,
    matched,
    pointer,
    timespec,
    written_time,
)
from epollref.trace.items import Call, Common
from epollref.trace.style import Style
from epollref.trace.value import value
from epollref.trace.words import EVENTFD_FLAGS

_EVENTFD: Final = re.compile(r"(\d{1,10})(?:, (.++))?", re.ASCII)
_TIMERFD: Final = re.compile(rf"({WORD}), ({WORD})", ANY)
_LIMITS = rf"\{{it_interval={TIMESPEC}, it_value={TIMESPEC}\}}"
_SETTIME: Final = re.compile(
    rf"{FD}, ({WORD}), (?:{_LIMITS}|({POINTER})), (.++)", ANY
)
_PIDFD: Final = re.compile(rf"(-?\d{{1,10}})(?:<[^<>]*+>)?, ({WORD})", ANY)
_SIGNALFD: Final = re.compile(rf"{FD}{SIGMASK}(?:, ({WORD}))?", ANY)


@value
class Eventfd(Call):
    """eventfd2(2), the system call behind eventfd(2)."""

    initval: int
    flags: int = 0
    _: KW_ONLY
    name: str = "eventfd2"

    @classmethod
    def read(cls, args: str, common: Common) -> "Eventfd":
        initval, flags = matched(_EVENTFD, args).groups()
        bits = EVENTFD_FLAGS.value(flags) if flags else 0
        return cls(int(initval), bits, **common)

    def arguments(self, style: Style) -> str:
        if self.name == "eventfd":
            return str(self.initval)
        return f"{self.initval}, {EVENTFD_FLAGS.text(self.flags)}"

    def make(self, kernel: Kernel) -> int:
        """Make a counter."""
        return kernel.eventfd(self.initval, self.flags)


@value
class TimerfdCreate(Call):
    """timerfd_create(2)."""

    clock: str = "CLOCK_MONOTONIC"
    flags: str = "0"
    _: KW_ONLY
    name: str = "timerfd_create"

    @classmethod
    def read(cls, args: str, common: Common) -> "TimerfdCreate":
        clock, flags = matched(_TIMERFD, args).groups()
        return cls(clock, flags, **common)

    def arguments(self, style: Style) -> str:
        return f"{self.clock}, {self.flags}"

    def make(self, kernel: FileMaker) -> int:
        """Make a timer that is not set."""
        return kernel.timerfd_create()


@value
class TimerfdSettime(Call):
    """timerfd_settime(2)."""

    fd: int
    flags: str = "0"
    interval: Timespec | int = Timespec(0, 0)
    limit: Timespec | int = Timespec(0, 0)
    """When it expires first; 0 stops it."""
    old: str = "NULL"
    """As printed: what it was set to."""
    _: KW_ONLY
    pointer: int | None = None
    """Where strace shows an address in place of both."""
    name: str = "timerfd_settime"
    file: str = ""

    @classmethod
    def read(cls, args: str, common: Common) -> "TimerfdSettime":
        fd, file, flags, *limits, at, old = matched(_SETTIME, args).groups()
        if at is None:
            both = timespec(*limits[:3]), timespec(*limits[3:])
        else:
            both = Timespec(0, 0), Timespec(0, 0)
        return cls(
            int(fd),
            flags,
            *both,
            old,
            pointer=pointer(at),
            file=file or "",
            **common,
        )

    def arguments(self, style: Style) -> str:
        if self.pointer is not None:
            limits = address(self.pointer)
        else:
            interval = written_time(self.interval)
            first = written_time(self.limit)
            limits = f"{{it_interval={interval}, it_value={first}}}"
        fd = descriptor(self.fd, self.file)
        return f"{fd}, {self.flags}, {limits}, {self.old}"


@value
class Signalfd(Call):
    """signalfd4(2), and signalfd(2), which has no flags."""

    fd: int
    """-1 makes a new one."""
    sigmask: str
    sigsetsize: int = 8
    flags: str = "0"
    _: KW_ONLY
    name: str = "signalfd4"
    file: str = ""

    @classmethod
    def read(cls, args: str, common: Common) -> "Signalfd":
        found = matched(_SIGNALFD, args).groups()
        fd, file, mask, size, flags = found
        return cls(
            int(fd),
            mask,
            int(size or 8),
            flags or "0",
            file=file or "",
            **common,
        )

    def arguments(self, style: Style) -> str:
        fd = descriptor(self.fd, self.file)
        text = f"{fd}, {self.sigmask}, {self.sigsetsize}"
        return text if self.name == "signalfd" else f"{text}, {self.flags}"


@value
class InotifyInit(Call):
    """inotify_init1(2), and inotify_init(2), which has no flags."""

    flags: str = "0"
    _: KW_ONLY
    name: str = "inotify_init1"

    @classmethod
    def read(cls, args: str, common: Common) -> "InotifyInit":
        return cls(args or "0", **common)

    def arguments(self, style: Style) -> str:
        return "" if self.name == "inotify_init" else self.flags


@value
class PidfdOpen(Call):
    """pidfd_open(2)."""

    process: int
    flags: str = "0"
    _: KW_ONLY
    name: str = "pidfd_open"

    @classmethod
    def read(cls, args: str, common: Common) -> "PidfdOpen":
        process, flags = matched(_PIDFD, args).groups()
        return cls(int(process), flags, **common)

    def arguments(self, style: Style) -> str:
        return f"{self.process}, {self.flags}"


READERS: Final = {
    "eventfd": Eventfd.read,
    "eventfd2": Eventfd.read,
    "timerfd_create": TimerfdCreate.read,
    "timerfd_settime": TimerfdSettime.read,
    "timerfd_settime64": TimerfdSettime.read,
    "signalfd": Signalfd.read,
    "signalfd4": Signalfd.read,
    "inotify_init": InotifyInit.read,
    "inotify_init1": InotifyInit.read,
    "pidfd_open": PidfdOpen.read,
}
