"""All that /proc says of a process at one moment, and as JSON.

A log of strace that began in the middle lacks what was registered before.
``epollref record -p`` saves a snapshot beside such a log, and whoever reads
the log can begin with it.

The JSON has the names of the values' attributes, and their units.  A reader
of version 1 may rely on them; what is new gets a new name, and ``version``
is raised when an old name changes its meaning.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from epollref.proc.descriptors import Descriptor, descriptors
from epollref.proc.fdinfo import (
    EventfdInfo,
    Info,
    InotifyInfo,
    IoUringInfo,
    PidfdInfo,
    SignalfdInfo,
    TimerfdInfo,
    info_of,
)
from epollref.proc.interest import Registration, interest_list
from epollref.proc.process import Process
from epollref.proc.socket_values import SocketInfo
from epollref.proc.sockets import sockets
from epollref.proc.threads import BlockedCall, Thread, threads

FORMAT: Final = "epollref.proc.snapshot"
VERSION: Final = 1

_INFOS: Final[Mapping[str, type[Info]]] = {
    "eventfd": EventfdInfo,
    "timerfd": TimerfdInfo,
    "signalfd": SignalfdInfo,
    "inotify": InotifyInfo,
    "pidfd": PidfdInfo,
    "io_uring": IoUringInfo,
}
"""The value that each kind of descriptor has beside ``Descriptor``."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A process at one moment.

    Attributes:
        taken: When the reading began, in seconds since 1970: the clock of
            ``strace -ttt``.
        pid: The process.
        start: When it started, as in ``Stat``.
        command: The words that started it.
        threads: What each thread did.
        descriptors: Its descriptors.
        infos: What is particular to the kind of a descriptor, by its number.
        interest_lists: The registrations of each epoll, by its descriptor.
        sockets: Those of its descriptors that are sockets.
    """

    taken: float
    pid: int
    start: int
    command: tuple[str, ...]
    threads: tuple[Thread, ...]
    descriptors: tuple[Descriptor, ...]
    infos: Mapping[int, Info]
    interest_lists: Mapping[int, tuple[Registration, ...]]
    sockets: tuple[SocketInfo, ...]


def take_snapshot(process: Process) -> Snapshot:
    """Read all of it.

    Args:
        process: The process, which runs on meanwhile.

    Raises:
        ProcessGoneError: The process has ended.
        PermissionError: It may not be read; the text says what helps.
    """
    taken = time.time()
    found = tuple(descriptors(process))
    inodes = {
        each.inode
        for each in found
        if each.kind == "socket" and each.inode is not None
    }
    return Snapshot(
        taken=taken,
        pid=process.pid,
        start=process.stat().start,
        command=tuple(process.command()),
        threads=tuple(threads(process)),
        descriptors=found,
        infos=dict(_infos(process, found)),
        interest_lists=dict(_interest_lists(process, found)),
        sockets=tuple(sockets(process, inodes)),
    )


def _infos(
    process: Process, found: tuple[Descriptor, ...]
) -> Iterator[tuple[int, Info]]:
    for each in found:
        if each.kind in _INFOS:
            try:
                info = info_of(process, each.fd)
            except FileNotFoundError:
                continue
            if isinstance(info, _INFOS[each.kind]):
                yield each.fd, info


def _interest_lists(
    process: Process, found: tuple[Descriptor, ...]
) -> Iterator[tuple[int, tuple[Registration, ...]]]:
    for each in found:
        if each.kind == "epoll":
            try:
                yield each.fd, tuple(interest_list(process, each.fd))
            except FileNotFoundError:
                continue


def to_json(snapshot: Snapshot) -> str:
    """Write a snapshot as JSON, a line for each descriptor and registration.

    Args:
        snapshot: What was taken.

    Returns:
        The text, with a newline at its end.
    """
    rows = {
        "threads": [asdict(each) for each in snapshot.threads],
        "descriptors": [
            asdict(each) | _as_row(snapshot.infos.get(each.fd))
            for each in snapshot.descriptors
        ],
        "registrations": [
            {"epoll": epfd} | asdict(each)
            for epfd, registrations in snapshot.interest_lists.items()
            for each in registrations
        ],
        "sockets": [asdict(each) for each in snapshot.sockets],
    }
    head = {
        "format": FORMAT,
        "version": VERSION,
        "taken": snapshot.taken,
        "pid": snapshot.pid,
        "start": snapshot.start,
        "command": snapshot.command,
        "epolls": list(snapshot.interest_lists),
    }
    parts = [f"{json.dumps(k)}: {json.dumps(v)}" for k, v in head.items()]
    for name, each in rows.items():
        lines = ",\n  ".join(map(json.dumps, each))
        parts.append(
            f"{json.dumps(name)}: [\n  {lines}\n ]"
            if lines
            else f"{json.dumps(name)}: []"
        )
    return "{\n " + ",\n ".join(parts) + "\n}\n"


def _as_row(info: Info | None) -> dict[str, Any]:
    return {} if info is None else {"info": asdict(info)}


def from_json(text: str) -> Snapshot:
    """Read a snapshot back.

    Args:
        text: What ``to_json`` has written.

    Raises:
        ValueError: It is no snapshot, or one of a later version.
    """
    try:
        raw = json.loads(text)
        if raw["format"] != FORMAT:
            raise ValueError(f"its format is {raw['format']!r}")
        if raw["version"] != VERSION:
            raise ValueError(
                f"its version is {raw['version']}, this reads {VERSION}"
            )
        return _snapshot(raw)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"no snapshot of a process: {error}") from None


def _snapshot(raw: Mapping[str, Any]) -> Snapshot:
    lists: dict[int, list[Registration]] = {epfd: [] for epfd in raw["epolls"]}
    for row in raw["registrations"]:
        epfd = row.pop("epoll")
        lists[epfd].append(Registration(**row))
    infos = {
        row["fd"]: _INFOS[row["kind"]](**_tuples(row.pop("info")))
        for row in raw["descriptors"]
        if "info" in row
    }
    return Snapshot(
        taken=raw["taken"],
        pid=raw["pid"],
        start=raw["start"],
        command=tuple(raw["command"]),
        threads=tuple(map(_thread, raw["threads"])),
        descriptors=tuple(Descriptor(**row) for row in raw["descriptors"]),
        infos=infos,
        interest_lists={epfd: tuple(rows) for epfd, rows in lists.items()},
        sockets=tuple(SocketInfo(**row) for row in raw["sockets"]),
    )


def _thread(row: Mapping[str, Any]) -> Thread:
    call = row["call"]
    return Thread(
        **{**row, "call": call and BlockedCall(**_tuples(call))},
    )


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    """Make of the lists that JSON has the tuples that values have."""

    def made(value: Any) -> Any:
        return tuple(map(made, value)) if isinstance(value, list) else value

    return {name: made(value) for name, value in row.items()}
