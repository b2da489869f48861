"""All rows of a trace, and how a call finds those that it is about.

A control names its watch by epoll, descriptor and file, a report by epoll and
data word, a read by its file.  What was registered before the log began gets
its row from the first of them that shows it.
"""

from collections.abc import Collection, Iterator
from typing import Final

from epollref.kernel import Ready
from epollref.trace.timeline.files import DescriptorTable, OpenFile
from epollref.trace.timeline.interest import LOW, Interest
from epollref.trace.timeline.lives import Row

STANDARD: Final = 2
"""Standard streams get no row for being written to."""


class Watched:
    """The rows of a trace."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._interests: dict[OpenFile, Interest] = {}
        self._on: dict[OpenFile, list[Row]] = {}
        """The living rows of a file."""
        self._attached: dict[DescriptorTable, dict[Interest, None]] = {}
        """The epolls of a process that are older than the log."""

    def interest(self, table: DescriptorTable, epfd: int) -> Interest:
        """Return the interest list behind a descriptor."""
        file = table.file(epfd)
        found = self._interests.get(file)
        if found is None:
            found = self._interests[file] = Interest(file, epfd)
        if not file.made:
            self._attached.setdefault(table, {})[found] = None
        return found

    def on(self, file: OpenFile | None) -> list[Row]:
        """Return the living rows of a file, whoever has it."""
        return [] if file is None else list(self._on.get(file, ()))

    def of(
        self, table: DescriptorTable, fd: int, new: bool = True
    ) -> list[Row]:
        """Return the rows that are about what a process does to a number.

        These are its own, and those of an epoll that it shares.

        Args:
            table: Whose number it is.
            fd: The number.
            new: Begin a row for one that may be watched since before the log.
        """
        file = table.file(fd)
        rows = [
            row
            for row in self.on(file)
            if row.table is table or (row.epoll and row.epoll.known_to(table))
        ]
        if rows:
            return rows
        for interest in self._attached.get(table, ()):
            row = interest.unnamed.pop(fd, None)
            if row is not None and interest.may_be(row.data) == fd:
                self._name(interest, row, fd)
                rows.append(row)
        if new and not rows and not file.made and fd > STANDARD:
            rows = [self._new(Row(fd, table, file))]
        return rows

    def _new(self, row: Row) -> Row:
        self.rows.append(row)
        self._on.setdefault(row.file, []).append(row)
        return row

    def _tie(self, row: Row, interest: Interest, data: int) -> Row:
        """Say which epoll watches a row."""
        row.epoll, row.epfd, row.data = interest.file, interest.fd, data
        if row.fd is not None:
            interest.watches[row.fd, row.file] = row
        return row

    def _name(self, interest: Interest, row: Row, fd: int) -> None:
        """Say which descriptor a row is of that had only a data word."""
        self._on[row.file].remove(row)
        row.fd, row.file, row.guessed = fd, row.table.file(fd), True
        self._on.setdefault(row.file, []).append(row)
        interest.watches[fd, row.file] = row

    def watch(
        self, table: DescriptorTable, interest: Interest, fd: int, data: int
    ) -> Row:
        """Return the row of a control, a new one if there is none."""
        file = table.file(fd)
        row = interest.watches.get((fd, file))
        if row is None:
            row = self._named(interest, fd, data) or self._untied(table, fd)
            row = row or self._new(Row(fd, table, file))
            self._tie(row, interest, row.data)
        row.guessed = False
        return row

    def _named(self, interest: Interest, fd: int, data: int) -> Row | None:
        """Return a row of which the log had shown the word alone."""
        for row in interest.words.get(data, ()):
            if row.fd is None:
                interest.unnamed.pop(data & LOW, None)
                self._name(interest, row, fd)
                return row
        return None

    def _untied(self, table: DescriptorTable, fd: int) -> Row | None:
        """Return a row of which the log had shown reads and writes alone."""
        if table.has(fd):
            for row in self.on(table.file(fd)):
                if row.epoll is None and row.table is table:
                    return row
        return None

    def told(
        self, table: DescriptorTable, interest: Interest, ready: Ready
    ) -> Iterator[tuple[Row, str]]:
        """Yield the rows that a report is about, with the kind of mark.

        Several watches may have the same word; masks tell some of them apart.
        """
        word, rows = ready.data, interest.words.get(ready.data)
        if rows:
            fitting = [row for row in rows if row.may_report(ready.events)]
            rows = fitting or rows
            yield from ((row, "reported") for row in rows)
        elif word in interest.gone:
            yield interest.gone[word], "stale"
        else:
            row = self._unknown(table, interest, word)
            interest.place(row, word)
            yield row, "reported"

    def _unknown(
        self, table: DescriptorTable, interest: Interest, word: int
    ) -> Row:
        """Return a row for a word of which nothing says whose it is."""
        fd = interest.may_be(word)
        row = None if fd is None else self._untied(table, fd)
        if (
            row is None
            and fd is not None
            and (interest.numbers or table.has(fd))
        ):
            row = self._new(Row(fd, table, table.file(fd)))
        if row is not None:
            row.guessed = True
            return self._tie(row, interest, word)
        row = self._tie(self._new(Row(None, table, OpenFile())), interest, word)
        if fd is not None:
            interest.unnamed[fd] = row
        return row

    def refused(
        self, table: DescriptorTable, interest: Interest, fd: int
    ) -> list[Row]:
        """Return the rows that a control was about which failed."""
        rows = [row for (n, _), row in interest.watches.items() if n == fd]
        if not rows and table.has(fd):
            row = self.watch(table, interest, fd, 0)
            row.removed = True
            return [row]
        return rows[-1:]

    def undo(self, row: Row, interest: Interest) -> None:
        """Take back an ADD that failed."""
        interest.forget(row)
        interest.watches.pop((row.fd or 0, row.file), None)
        self.rows.remove(row)
        self._on[row.file].remove(row)

    def part(self, file: OpenFile) -> list[Row]:
        """Forget a file that is gone; return the rows that end with it."""
        rows = self._on.pop(file, [])
        for row in rows:
            interest = self._interests.get(row.epoll) if row.epoll else None
            if interest is not None and row.fd is not None:
                interest.watches.pop((row.fd, file), None)
                interest.forget(row)
        return rows

    def fall(self, file: OpenFile) -> Collection[Row]:
        """Forget an epoll that is gone; return the rows that end with it."""
        interest = self._interests.pop(file, None)
        if interest is None:
            return ()
        rows = {*interest.watches.values(), *interest.unnamed.values()}
        for row in rows:
            self._on[row.file].remove(row)
        return rows

    def shown(self) -> list[Row]:
        """Return the rows that tell something about an epoll.

        A descriptor that no call ties to one may be watched, if its process
        has an epoll that is older than the log.
        """
        return [
            row
            for row in self.rows
            if row.epoll is not None or row.table in self._attached
        ]
