"""The rows of a trace: what each watch was told and what was done about it.

ADD, MOD and close count from where they were entered: another thread may be
told of an event before the ADD that made it has returned, and may get the
number of a descriptor whose close is not over yet.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final

from epollref.masks import EPOLL_CTL_ADD, EPOLL_CTL_DEL
from epollref.trace.calls import (
    Accept,
    Close,
    Copy,
    EpollCtl,
    EpollPwait,
    EpollPwait2,
    EpollWait,
    Read,
    Shutdown,
    Wait,
    Write,
)
from epollref.trace.items import Begun, Call, Item
from epollref.trace.timeline.columns import Columns
from epollref.trace.timeline.files import Closed, DescriptorTable, OpenFile
from epollref.trace.timeline.lives import Mark, Row
from epollref.trace.timeline.tables import Tables
from epollref.trace.timeline.watched import Watched

SHUT_WR: Final = 1


@dataclass(slots=True)
class _Early:
    """An ADD, MOD or close that counts before it has returned."""

    line: int
    marks: list[Mark]
    undo: Callable[[], None]


class Story:
    """Rows and columns of a trace.

    Args:
        items: What was traced, or read from a log, in order.
        fds: Only rows of these descriptors; all if empty.
        pids: Only rows of these processes, and marks of these threads.
        first: The first line of the log that is shown.  What is above still
            says what is registered.
        last: The last line that is shown; 0 is the end.
        together: All threads of the log share one table of descriptors, and
            nothing in the log says it.
    """

    def __init__(
        self,
        items: Iterable[Item],
        *,
        fds: Collection[int] = (),
        pids: Collection[int] = (),
        first: int = 0,
        last: int = 0,
        together: bool = False,
    ) -> None:
        self._columns = Columns(first, last)
        self._tables = Tables(together)
        self._watched = Watched()
        self._early: dict[int, _Early] = {}
        for item in items:
            self._follow(item)
        self.rows = self._shown(fds, pids)
        """The life of each watch, in the order in which they begin."""
        self.calls = self._columns.calls
        """The call of each column."""
        self.full_at = self._columns.full_at
        """The line from which marks are left out: there are too many."""

    @property
    def times(self) -> list[float | None]:
        """When each column began, in seconds."""
        return [call.time for call in self.calls]

    def _follow(self, item: Item) -> None:
        if isinstance(item, Begun):
            self._tables.follow(item)
            self._begin(item)
            return
        early = self._early.pop(item.pid, None) if self._early else None
        if isinstance(item, Call):
            if early is not None and early.line == item.first_line:
                self._finish(early, item)
                return
            act = self._ACTS.get(type(item))
            if act is not None:
                act(self, self._tables.of(item.pid), item)
        for closed in self._tables.follow(item):
            self._gone(closed, item if isinstance(item, Call) else None)

    def _begin(self, item: Begun) -> None:
        """Let a call count that has not returned."""
        call, self._columns.fresh = item.call, []
        undo: Callable[[], None] | None = None
        if isinstance(call, Close):
            table = self._tables.of(item.pid)
            for closed in self._tables.close(table, call.fd):
                self._gone(closed, call)
                undo = _keep
        elif isinstance(call, EpollCtl) and call.op != EPOLL_CTL_DEL:
            undo = self._arm_early(self._tables.of(item.pid), call)
        if undo is not None:
            self._early[item.pid] = _Early(item.line, self._columns.fresh, undo)

    def _arm_early(
        self, table: DescriptorTable, call: EpollCtl
    ) -> Callable[[], None] | None:
        """Let an ADD or MOD count; return what takes it back."""
        interest = self._watched.interest(table, call.epfd)
        row = interest.watches.get((call.fd, table.file(call.fd)))
        living = row is not None and not row.removed
        if living == (call.op == EPOLL_CTL_ADD):
            return None  # It will fail, or change what nobody has seen.
        before = row and row.state()
        row = self._arm(table, call)

        def undo() -> None:
            row.marks = [
                mark for mark in row.marks if mark not in self._columns.fresh
            ]
            if before is None:
                self._watched.undo(row, interest)
            else:
                interest.forget(row)
                row.restore(before)
                if living:
                    interest.place(row, row.data)

        return undo

    def _finish(self, early: _Early, call: Call) -> None:
        """Take the result of a call that has counted already."""
        if call.failed and isinstance(call, EpollCtl):
            self._columns.fresh = early.marks
            early.undo()
            self._control(self._tables.of(call.pid), call)
        for mark in early.marks:
            mark.call = self._columns.calls[mark.column] = call

    def _control(self, table: DescriptorTable, call: EpollCtl) -> None:
        interest = self._watched.interest(table, call.epfd)
        if call.failed:
            rows = self._watched.refused(table, interest, call.fd)
            self._columns.mark(rows, "refused", call)
        elif call.op == EPOLL_CTL_DEL:
            row = self._watched.watch(table, interest, call.fd, call.data)
            self._columns.mark([row], "removed", call)
            interest.forget(row)
            row.removed, row.last = True, self._columns.now
            row.disarm(row.last)
        else:
            self._arm(table, call)

    def _arm(self, table: DescriptorTable, call: EpollCtl) -> Row:
        interest = self._watched.interest(table, call.epfd)
        if call.op == EPOLL_CTL_ADD:
            row = interest.watches.get((call.fd, table.file(call.fd)))
            if row is not None and not row.removed:
                # It was closed, and the log does not show where.
                self._ended(
                    self._tables.renew(table, call.fd, OpenFile()), None
                )
        interest.learn(call.fd, call.data)
        row = self._watched.watch(table, interest, call.fd, call.data)
        interest.forget(row)
        interest.place(row, call.data)
        added = call.op == EPOLL_CTL_ADD
        self._columns.mark([row], "armed" if added else "re-armed", call)
        row.arm(self._columns.now, call)
        return row

    def _wait(self, table: DescriptorTable, call: Wait) -> None:
        if not call.ready:
            return
        interest = self._watched.interest(table, call.epfd)
        for ready in call.ready:
            for row, kind in self._watched.told(table, interest, ready):
                self._columns.mark([row], kind, call, ready.events)
                if row.oneshot and kind == "reported":
                    row.disarm(self._columns.now)

    def _transfer(self, table: DescriptorTable, call: Read | Write) -> None:
        self._tables.learn(table.file(call.fd), call.file)
        self._move(table, call, call.fd, isinstance(call, Read), call.rest)

    def _copy(self, table: DescriptorTable, call: Copy) -> None:
        if not call.failed:
            self._move(table, call, call.source, True)
        self._move(table, call, call.target, False)

    def _move(
        self,
        table: DescriptorTable,
        call: Call,
        fd: int,
        reads: bool,
        rest: str = "",
    ) -> None:
        """Mark the rows of a descriptor, and of its other end."""
        file, moved = table.file(fd), call.result or 0
        # sendfile reads a file, which no epoll watches.
        new = not (reads and isinstance(call, Copy))
        rows, kind = self._watched.of(table, fd, new), "written"
        if call.error == "EAGAIN":
            kind = "drained" if reads else "full"
        elif call.failed:
            kind, moved = "failed", 0
        elif reads:
            kind = "read" if moved else "end"
            if "MSG_PEEK" not in rest:
                file.unread = max(0, file.unread - moved)
        elif file.peer is not None:
            file.peer.unread += moved
        self._columns.mark(rows, kind, call)
        if not call.failed:
            others = self._watched.on(file.peer)
            self._columns.mark(others, "received" if reads else "sent", call)

    def _accept(self, table: DescriptorTable, call: Accept) -> None:
        kind = "drained" if call.error == "EAGAIN" else "failed"
        rows = self._watched.of(table, call.fd)
        self._columns.mark(rows, kind if call.failed else "accepted", call)

    def _shutdown(self, table: DescriptorTable, call: Shutdown) -> None:
        if not call.failed:
            self._columns.mark(self._watched.of(table, call.fd), "shut", call)
            if call.how >= SHUT_WR:
                peer = table.file(call.fd).peer
                self._columns.mark(self._watched.on(peer), "peer-shut", call)

    def _gone(self, closed: Closed, call: Call | None) -> None:
        """End what ends with a descriptor: rows, or a whole epoll."""
        file, seen = closed.file, call if closed.seen else None
        own = [
            row
            for row in self._watched.on(file)
            if row.fd == closed.fd and row.table is closed.table
        ]
        if file.held:
            for row in own:
                if seen is not None:
                    gone = row.removed or row.epoll is None
                    self._columns.mark(
                        [row], "closed" if gone else "phantom", seen
                    )
            return
        rows = self._watched.part(file)
        if seen is not None:
            self._columns.mark(rows, "closed", seen)
            self._columns.mark(self._watched.on(file.peer), "peer-shut", seen)
        for row in (*rows, *self._watched.fall(file)):
            row.end(self._columns.now)

    def _ended(self, gone: Iterable[Closed], call: Call | None) -> None:
        for closed in gone:
            self._gone(closed, call)

    def _shown(self, fds: Collection[int], pids: Collection[int]) -> list[Row]:
        """Choose rows, and number the columns that they need."""
        end = self._columns.end
        rows: list[Row] = []
        for row in self._watched.shown():
            if pids and row.pid not in pids:
                row.marks = [m for m in row.marks if m.call.pid in pids]
            if row.marks and (not fds or row.fd in fds):
                rows.append(row)
                if not row.over and not row.removed:
                    row.disarm(end)
                    row.last = end
        self._columns.close_up(rows)
        return rows

    _ACTS: Final[dict[type[Item], Callable[..., None]]] = {
        EpollCtl: _control,
        EpollWait: _wait,
        EpollPwait: _wait,
        EpollPwait2: _wait,
        Read: _transfer,
        Write: _transfer,
        Copy: _copy,
        Accept: _accept,
        Shutdown: _shutdown,
    }


def _keep() -> None:
    """Leave a close as it is: the number is free whatever it returns."""
