"""A row of a timeline: the life of one watch, and the marks on it.

A row is of one process and one descriptor, from its first mark to DEL or
close.  A number that is used again after a close is another row; a watch
that is removed and added again is the same one, with a gap.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from epollref.masks import ALWAYS_REPORTED, EPOLLONESHOT, FLAGS
from epollref.trace.calls import EpollCtl
from epollref.trace.items import Call
from epollref.trace.timeline.files import DescriptorTable, OpenFile

KINDS: Final = {
    "armed": "armed (ADD)",
    "re-armed": "re-armed (MOD)",
    "refused": "epoll_ctl failed",
    "sent": "the peer sent",
    "reported": "reported",
    "stale": "reported after its end",
    "accepted": "accepted",
    "read": "read",
    "drained": "read said EAGAIN",
    "end": "read said 0: the end",
    "written": "written",
    "full": "write said EAGAIN",
    "failed": "read or write failed",
    "received": "the peer received",
    "shut": "shutdown",
    "peer-shut": "the peer finished",
    "removed": "removed (DEL)",
    "phantom": "closed, and still watched",
    "closed": "closed",
}
"""What a mark may mean, in the order of a life."""

PEERS: Final = frozenset(("sent", "received", "peer-shut"))
"""What the other end of a connection does."""


@dataclass(slots=True)
class Mark:
    """Something that happened to a watch."""

    column: int
    kind: str
    """A key of ``KINDS``."""
    call: Call
    events: int = 0
    """What was reported."""
    unread: int | None = None
    """Bytes that the peer had sent and nobody had read, when it was over."""


@dataclass(slots=True, eq=False)
class Row:
    """The life of one watch."""

    fd: int | None
    """``None`` while only the data word of the watch is known."""
    table: DescriptorTable
    file: OpenFile
    epfd: int = -1
    """-1 for a descriptor that no call ties to an epoll."""
    data: int = 0
    epoll: OpenFile | None = None
    marks: list[Mark] = field(default_factory=list)
    armed: list[tuple[int, int]] = field(default_factory=list)
    """The columns between which it could be reported."""
    asked: int = 0
    """The mask of the last ADD or MOD."""
    oneshot: bool = False
    since: int | None = None
    """The column at which it was armed; ``None`` while it is not, or nothing
    says so."""
    last: int = 0
    """The column where it ends."""
    removed: bool = False
    """DEL has come; the row waits for the close, to show that too."""
    told: bool = False
    """An ADD or MOD says what it asks for."""
    guessed: bool = False
    """``fd`` is the data word, and no epoll_ctl says so."""
    over: bool = False
    """Nothing happens to it any more."""

    @property
    def pid(self) -> int:
        """The thread by which its process is called; 0 if unknown."""
        return self.table.pid

    @property
    def threads(self) -> set[int]:
        """Return who has done something about the watch."""
        marks = self.marks
        return {mark.call.pid for mark in marks if mark.kind not in PEERS}

    def disarm(self, column: int) -> None:
        """Note that nothing is reported from here on."""
        if self.since is not None and self.since < column:
            self.armed.append((self.since, column))
        self.since = None

    def arm(self, column: int, call: EpollCtl) -> None:
        """Note what ADD or MOD asked for."""
        self.disarm(column)
        self.data = call.data
        self.told, self.removed, self.asked = True, False, call.events
        self.oneshot = bool(call.events & EPOLLONESHOT)
        # ERR and HUP alone still come, unless the watch is disarmed.
        if call.events & ~FLAGS & ~ALWAYS_REPORTED or not self.oneshot:
            self.since = column

    def end(self, column: int) -> None:
        """Note that the watch is gone, and its descriptor too."""
        self.disarm(column)
        self.last, self.over = column, True

    def may_report(self, events: int) -> bool:
        """Return whether a report can be of this watch, by its mask."""
        return not self.told or not events & ~(self.asked | ALWAYS_REPORTED)

    def state(self) -> tuple[object, ...]:
        """Return what an ADD or MOD changes."""
        state = (self.data, self.told, self.removed, self.asked)
        return (*state, self.oneshot, self.since, list(self.armed))

    def restore(self, state: Any) -> None:
        """Take back an ADD or MOD that failed.

        Args:
            state: What ``state`` has returned before.
        """
        self.data, self.told, self.removed, self.asked, *others = state
        self.oneshot, self.since, self.armed = others
