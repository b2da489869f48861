"""What a log of one server and one client says, stage by stage.

A stage begins with an act of the client: it connects, sends or
half-closes.  It holds what the server then does about the connection,
call by call, and ends when the client has received.  What the server
does with its watch comes from `epollref.trace.timeline_rows`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from epollref.trace.calls import Accept, Connect, Read, Shutdown, Wait, Write
from epollref.trace.items import Begun, Call, Item
from epollref.trace.log import Log
from epollref.trace.timeline_rows import Row, Story


@dataclass(frozen=True)
class Moment:
    """A call that the picture shows.

    Attributes:
        kind: A key of `KINDS`; of the client's calls: its `received`.
        call: The call.
        unread: Bytes that were sent and not read, when it was over.
        armed: Whether the watch is armed from here on.
    """

    kind: str
    call: Call
    unread: int
    armed: bool


@dataclass
class Stage:
    """An act of the client and what came of it.

    Attributes:
        act: What the client called.
        sent: Bytes that it sent by that.
        unread: Bytes that wait at the server when the act is over.
        moments: What the server called, and the client's receiving.
        asleep: Whether the server slept in epoll_wait as it began.
    """

    act: Call
    sent: int
    unread: int
    asleep: bool
    moments: list[Moment] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Unread bytes at its end."""
        return self.moments[-1].unread if self.moments else self.unread

    @property
    def served(self) -> list[Moment]:
        """What the server called."""
        return [m for m in self.moments if m.kind != "received"]

    @property
    def received(self) -> Call | None:
        """The call by which the client received, if it did."""
        calls = [m.call for m in self.moments if m.kind == "received"]
        return calls[0] if calls else None


@dataclass(frozen=True)
class Timeline:
    """A whole log.

    Attributes:
        fd: The server's descriptor of the connection.
        stages: In order.
        asleep: Whether the server sleeps in epoll_wait at the end.
    """

    fd: int
    stages: list[Stage]
    asleep: bool


def read(lines: Iterable[str]) -> Timeline:
    """Read a log that `record_timelines` has made.

    Raises:
        ValueError: A line makes no sense, or it is another kind of log.
    """
    log = Log(lines)
    items = list(log)
    if log.coverage.unread:
        raise ValueError(f"not read: {log.coverage.samples[0]}")
    acts = [item for item in items if isinstance(item, Connect)]
    if len(acts) != 1:
        raise ValueError("not one client that connects")
    client = acts[0].pid
    server = [item for item in items if item.pid != client]
    fd = next(item.result for item in server if isinstance(item, Accept))
    if fd is None:
        raise ValueError("nobody was accepted")
    row = next(row for row in Story(server).rows if row.fd == fd)
    return _Reading(row, fd).timeline(items, client)


class _Reading:
    """Goes through a log, and knows what is true at each place."""

    def __init__(self, row: Row, fd: int) -> None:
        self._fd = fd
        self._marks = {id(mark.call): mark for mark in row.marks}
        self._armed = row.armed
        self._stages: list[Stage] = []
        self._unread = 0
        self._asleep = False
        self._is_armed = False

    def timeline(self, items: Iterable[Item], client: int) -> Timeline:
        for item in items:
            if isinstance(item, Begun):
                self._asleep |= item.name.startswith("epoll_")
            elif isinstance(item, Call) and item.pid == client:
                self._act(item)
            elif isinstance(item, Call):
                self._serve(item)
        return Timeline(self._fd, self._stages, self._asleep)

    def _act(self, call: Call) -> None:
        if isinstance(call, Connect | Write | Shutdown):
            sent = call.result or 0 if isinstance(call, Write) else 0
            self._unread += sent
            stage = Stage(call, sent, self._unread, self._asleep)
            self._stages.append(stage)
        elif isinstance(call, Read):
            self._note("received", call)

    def _serve(self, call: Call) -> None:
        if isinstance(call, Wait):
            self._asleep = False
        mark = self._marks.get(id(call))
        if mark is None:
            return
        if isinstance(call, Read) and not call.failed:
            self._unread -= call.result or 0
        self._is_armed = any(
            start <= mark.column < end for start, end in self._armed
        )
        self._note(mark.kind, call)

    def _note(self, kind: str, call: Call) -> None:
        moment = Moment(kind, call, self._unread, self._is_armed)
        self._stages[-1].moments.append(moment)
