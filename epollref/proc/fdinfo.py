"""What /proc says of a file that is neither socket nor epoll.

Some kinds of files have lines of their own in ``fdinfo``
(proc_pid_fdinfo(5), Documentation/filesystems/proc.rst): the counter of an
eventfd, when a timerfd expires, which signals a signalfd takes, what an
inotify watches, what waits in the rings of an io_uring.

A registration that io_uring has made (``IORING_OP_EPOLL_CTL``) is in no
trace of system calls.  It is in the interest list of the epoll like any
other, and the ring is here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from epollref.proc.process import Process


@dataclass(frozen=True, slots=True)
class EventfdInfo:
    """An eventfd(2).

    Attributes:
        count: The counter; readable if it is not zero.
        semaphore: Whether a read takes 1 (``EFD_SEMAPHORE``); ``None``
            before Linux 6.5.
    """

    count: int
    semaphore: bool | None


@dataclass(frozen=True, slots=True)
class TimerfdInfo:
    """A timerfd(2).

    Attributes:
        clock: The clock's number (``CLOCK_REALTIME`` is 0,
            ``CLOCK_MONOTONIC`` 1).
        expirations: How often it has expired and was not read.
        left: Seconds until it expires; 0 if it is not armed.
        interval: Seconds between two expirations; 0 if it expires once.
    """

    clock: int
    expirations: int
    left: float
    interval: float


@dataclass(frozen=True, slots=True)
class SignalfdInfo:
    """A signalfd(2).

    Attributes:
        signals: The numbers of the signals that it takes.
    """

    signals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InotifyInfo:
    """An inotify(7).

    Attributes:
        watches: Watch descriptor, inode and mask of each file that it
            watches.
    """

    watches: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class PidfdInfo:
    """A pidfd (pidfd_open(2)).

    Attributes:
        pid: The process that it stands for; -1 if that has ended, 0 if it
            is in another PID namespace.
    """

    pid: int


@dataclass(frozen=True, slots=True)
class IoUringInfo:
    """An io_uring(7).

    Attributes:
        submitted: Entries that the program has submitted since the start.
        waiting: Entries that the kernel has not taken yet.
        completions: Completions that the program has not taken yet.
        files: Index and name of each registered file; the name is the text
            of a link, or the last part of a path.
        polled: The number of the operation of each request that waits for
            a file to become ready (``IORING_OP_POLL_ADD`` is 6).
        pending: Name of the operation and descriptor of each entry that the
            kernel has not taken yet, as far as it says so (Linux 6.1).
    """

    submitted: int
    waiting: int
    completions: int
    files: tuple[tuple[int, str], ...]
    polled: tuple[int, ...]
    pending: tuple[tuple[str, int], ...]


Info: TypeAlias = (
    EventfdInfo
    | TimerfdInfo
    | SignalfdInfo
    | InotifyInfo
    | PidfdInfo
    | IoUringInfo
)

_INOTIFY: Final = re.compile(
    r"^inotify wd:([0-9a-f]+) ino:([0-9a-f]+) .*?mask:([0-9a-f]+)", re.MULTILINE
)
_FILE: Final = re.compile(r"^\s*(\d+): (?!opcode:)(.+)$", re.MULTILINE)
_POLLED: Final = re.compile(r"^\s*op=(\d+),", re.MULTILINE)
_ENTRY: Final = re.compile(r"^\s*\d+: opcode:(\w+), fd:(-?\d+)", re.MULTILINE)


def info_of(process: Process, fd: int) -> Info | None:
    """Read what is particular to the kind of a descriptor.

    Args:
        process: The process.
        fd: The descriptor in that process.

    Returns:
        The value; ``None`` for a kind that has no lines of its own, or that
        has a reader of its own (``interest_list``).

    Raises:
        ProcessGoneError: The process has ended.
        FileNotFoundError: It has no such descriptor.
        PermissionError: It may not be read; the text says what helps.

    Examples:
        >>> import os
        >>> from epollref.proc.fdinfo import info_of
        >>> from epollref.proc.process import Process
        >>> fd = os.eventfd(90)
        >>> with Process() as process:
        ...     info_of(process, fd).count
        ...
        90
        >>> os.close(fd)
    """
    raw = process.read(f"{process.files()}fdinfo/{fd}")
    return parse_info(raw.decode(errors="backslashreplace"))


def parse_info(text: str) -> Info | None:
    """Take the text of an ``fdinfo`` apart.

    Args:
        text: All of the file.
    """
    lines = (line.partition(":") for line in text.split("\n"))
    fields = {name: value.strip() for name, _, value in lines}
    if "eventfd-count" in fields:
        semaphore = fields.get("eventfd-semaphore")
        return EventfdInfo(
            int(fields["eventfd-count"], 16),
            None if semaphore is None else semaphore == "1",
        )
    if "clockid" in fields:
        return TimerfdInfo(
            int(fields["clockid"]),
            int(fields["ticks"]),
            _seconds(fields["it_value"]),
            _seconds(fields["it_interval"]),
        )
    if "sigmask" in fields:
        mask = int(fields["sigmask"], 16)
        return SignalfdInfo(tuple(n for n in range(1, 65) if mask >> n - 1 & 1))
    if "SqMask" in fields:
        return _io_uring(fields, text)
    if "Pid" in fields:
        return PidfdInfo(int(fields["Pid"]))
    if watches := _INOTIFY.findall(text):
        return InotifyInfo(
            tuple((int(w, 16), int(i, 16), int(m, 16)) for w, i, m in watches)
        )
    return None


def _seconds(pair: str) -> float:
    """Read ``(seconds, nanoseconds)``."""
    seconds, nanoseconds = pair.strip("()").split(",")
    return int(seconds) + int(nanoseconds) / 1e9


def _io_uring(fields: Mapping[str, str], text: str) -> IoUringInfo:
    files = text.partition("UserFiles:")[2].partition("UserBufs:")[0]
    polled = text.partition("PollList:")[2].partition("CqOverflowList:")[0]
    return IoUringInfo(
        submitted=int(fields["SqTail"]),
        waiting=int(fields["SqTail"]) - int(fields["SqHead"]) & 0xFFFFFFFF,
        completions=int(fields["CqTail"]) - int(fields["CqHead"]) & 0xFFFFFFFF,
        files=tuple((int(index), name) for index, name in _FILE.findall(files)),
        polled=tuple(map(int, _POLLED.findall(polled))),
        pending=tuple((op, int(fd)) for op, fd in _ENTRY.findall(text)),
    )
