"""What happened to each watch, in the order of the calls.

A **row** is the life of one watch, from ADD to DEL or close; a number that
is used again is another row.  A **column** is one call, or one batch of
events.  Columns count calls and not seconds: what matters lies microseconds
apart, and the sleep between two batches may be an hour.

A report names its watch by the data word, so a row is found as the kernel
found it.  A report whose data word is unknown is a stale one: no row.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from epollref.masks import (
    ALWAYS_REPORTED,
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLLONESHOT,
    FLAGS,
)
from epollref.trace.calls import (
    Close,
    EpollCtl,
    Read,
    Shutdown,
    Transfer,
    Wait,
    Write,
)
from epollref.trace.items import Call, Item

KINDS: Final = {
    "armed": "armed (ADD)",
    "re-armed": "re-armed (MOD)",
    "reported": "reported",
    "read": "read",
    "drained": "read said EAGAIN",
    "end": "read said 0: the end",
    "written": "written",
    "full": "write said EAGAIN",
    "failed": "read or write failed",
    "shut": "shutdown",
    "removed": "removed (DEL)",
    "closed": "closed",
}
"""What a mark may mean, in the order of a life."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to a watch."""

    column: int
    kind: str
    """A key of ``KINDS``."""
    call: Call


@dataclass(slots=True)
class Row:
    """The life of one watch."""

    fd: int
    epfd: int
    data: int
    marks: list[Mark] = field(default_factory=list)
    armed: list[tuple[int, int]] = field(default_factory=list)
    """The columns between which it could be reported."""
    oneshot: bool = False
    since: int | None = None
    """The column at which it was armed; ``None`` while it is not."""
    last: int = 0
    """The column where it ends."""
    removed: bool = False
    """DEL has come; the row waits for the close, to show that too."""

    def disarm(self, column: int) -> None:
        """Note that nothing is reported from here on."""
        if self.since is not None:
            self.armed.append((self.since, column))
        self.since = None

    def arm(self, column: int, call: EpollCtl) -> None:
        """Note what ADD or MOD asked for."""
        self.disarm(column)
        self.data = call.data
        self.oneshot = bool(call.events & EPOLLONESHOT)
        # ERR and HUP alone still come, unless the watch is disarmed.
        if call.events & ~FLAGS & ~ALWAYS_REPORTED or not self.oneshot:
            self.since = column


class Story:
    """Rows and columns of a trace.

    Args:
        items: What was traced, in order; what is no call is left out.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self.rows: list[Row] = []
        self.times: list[float | None] = []
        """When each column began."""
        self._watched: dict[tuple[int, int], Row] = {}
        """The living rows, by epoll and descriptor."""
        for item in items:
            for kind, act in self._ACTS.items():
                if isinstance(item, kind):
                    act(self, item)
        for row in self._watched.values():
            if not row.removed:
                row.disarm(len(self.times))
                row.last = len(self.times)

    def _column(self, call: Call) -> int:
        self.times.append(call.time)
        return len(self.times) - 1

    def _of(self, fd: int) -> list[Row]:
        return [row for (_, n), row in self._watched.items() if n == fd]

    def _mark(self, rows: list[Row], kind: str, call: Call) -> None:
        if rows:
            column = self._column(call)
            for row in rows:
                row.marks.append(Mark(column, kind, call))

    def _control(self, call: EpollCtl) -> None:
        if call.failed:
            return
        key = call.epfd, call.fd
        if call.op == EPOLL_CTL_ADD:
            self._watched[key] = Row(call.fd, call.epfd, call.data)
            self.rows.append(self._watched[key])
            kind = "armed"
        else:
            kind = "removed" if call.op == EPOLL_CTL_DEL else "re-armed"
        row = self._watched.get(key)
        if row is None:
            return  # It was added before the trace began.
        self._mark([row], kind, call)
        row.last = len(self.times) - 1
        if kind == "removed":
            row.removed = True
            row.disarm(row.last)
        else:
            row.arm(row.last, call)

    def _wait(self, call: Wait) -> None:
        words = {ready.data for ready in call.ready}
        reported = [
            row
            for row in self._watched.values()
            if row.epfd == call.epfd and row.data in words and not row.removed
        ]
        self._mark(reported, "reported", call)
        for row in reported:
            if row.oneshot:
                row.disarm(len(self.times) - 1)

    def _transfer(self, call: Transfer) -> None:
        reads = isinstance(call, Read)
        if call.error == "EAGAIN":
            kind = "drained" if reads else "full"
        elif call.failed:
            kind = "failed"
        elif reads and not call.result:
            kind = "end"
        else:
            kind = "read" if reads else "written"
        self._mark(self._of(call.fd), kind, call)

    def _shutdown(self, call: Shutdown) -> None:
        if not call.failed:
            self._mark(self._of(call.fd), "shut", call)

    def _close(self, call: Close) -> None:
        """End the rows of a descriptor, or of a whole epoll."""
        ending = [
            key for key in self._watched if call.fd in key and not call.failed
        ]
        rows = [self._watched.pop(key) for key in ending]
        self._mark([row for row in rows if row.fd == call.fd], "closed", call)
        for row in rows:
            row.disarm(len(self.times) - 1)
            row.last = len(self.times) - 1

    _ACTS: Final[dict[type[Item], Callable[..., None]]] = {
        EpollCtl: _control,
        Wait: _wait,
        Read: _transfer,
        Write: _transfer,
        Shutdown: _shutdown,
        Close: _close,
    }
