"""Who has which descriptors: processes, threads, fork, dup and exec.

Threads share a table (``CLONE_FILES``), a forked child has a copy, and execve
closes what is close-on-exec (clone(2), execve(2)).

A child of which the log never says a word holds nothing: without ``-f``
nobody can tell what it has closed.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from epollref.masks import EPOLL_CLOEXEC
from epollref.trace.calls import (
    Accept,
    Clone,
    Close,
    CloseRange,
    Dup,
    EpollCreate,
    EpollCreate1,
    Eventfd,
    Execve,
    ExitCall,
    Fcntl,
    InotifyInit,
    PidfdOpen,
    Pipe,
    Signalfd,
    Socket,
    Socketpair,
    TimerfdCreate,
)
from epollref.trace.items import Begun, Call, Exit, Item, OtherCall, Remark
from epollref.trace.timeline.files import Closed, DescriptorTable, OpenFile

_MAKERS: Final = frozenset(
    ("open", "openat", "openat2", "creat", "memfd_create", "userfaultfd")
)
"""Calls that return a new descriptor and have no class of their own."""

CLONES: Final = frozenset(("clone", "clone3", "fork", "vfork"))

TOGETHER: Final = re.compile(r"attached with \d+ threads")
"""What strace says when it attaches to all threads of a process."""

ENDS: Final = re.compile(r"(\w++:\[)([^>]+)->([^>]+)\]")
"""A connection as ``-yy`` names it: ``TCP:[here->there]``."""


_FLAGGED: Final = (TimerfdCreate, Signalfd, InotifyInit, PidfdOpen)


class Tables:
    """The tables of all processes of a log.

    Args:
        together: All numbers of the log are threads of one process, which
            nothing in the log says.
    """

    def __init__(self, together: bool = False) -> None:
        self._together = together
        self._tables: dict[int, DescriptorTable] = {}
        self._cloning: dict[int, bool] = {}
        """Who is inside a clone, and whether the child will share."""
        self._ends: dict[str, OpenFile] = {}

    def of(self, pid: int) -> DescriptorTable:
        """Return the table of a thread that speaks."""
        table = self._tables.get(pid)
        if table is None:
            table = self._tables[pid] = self._meet(pid)
            table.threads.add(pid)
        table.spoke = True
        return table

    def _meet(self, pid: int) -> DescriptorTable:
        """Give a table to a thread of which nothing was said."""
        for parent, shares in reversed(self._cloning.items()):
            # The child may speak before its parent is told of it.
            table = self._tables[parent]
            return table if shares else table.copy(pid)
        if self._together and self._tables:
            return next(iter(self._tables.values()))
        return DescriptorTable(pid)

    def follow(self, item: Item) -> list[Closed]:
        """Take note of what an item makes and closes.

        Returns:
            What is gone by it, in order.
        """
        if isinstance(item, Remark):
            self._together |= TOGETHER.search(item.text) is not None
            return []
        if isinstance(item, Exit):
            return list(self._gone(item.pid))
        table = self.of(item.pid)
        if isinstance(item, Begun):
            if item.name in CLONES:
                self._cloning[item.pid] = "CLONE_FILES" in item.args
            return []
        if isinstance(item, Call):
            # What exit_group returns is not known, for it does not.
            if not item.failed or isinstance(item, ExitCall):
                return list(self._call(table, item))
            self._cloning.pop(item.pid, None)
        return []

    def _call(self, table: DescriptorTable, call: Call) -> Iterator[Closed]:
        act = self._ACTS.get(type(call))
        if act is not None:
            yield from act(self, table, call)

    def close(self, table: DescriptorTable, fd: int) -> Iterator[Closed]:
        """Close one descriptor."""
        file = table.drop(fd)
        if file is not None:
            yield Closed(table, fd, file)

    def renew(
        self,
        table: DescriptorTable,
        fd: int,
        file: OpenFile,
        until_exec: bool = False,
    ) -> Iterator[Closed]:
        """Open a descriptor; if the number was in use, it was not."""
        before = table.drop(fd)
        table.put(fd, file, until_exec)
        if before is not None:
            yield Closed(table, fd, before, seen=False)

    def learn(self, file: OpenFile, name: str) -> None:
        """Find the other end of a connection by what ``-yy`` says."""
        found = ENDS.match(name) if file.peer is None and "->" in name else None
        if found is not None:
            kind, here, there = found.groups()
            self._ends[f"{kind}{here}->{there}"] = file
            peer = self._ends.get(f"{kind}{there}->{here}")
            if peer is not None and peer.peer is None:
                file.peer, peer.peer = peer, file

    def _makes(self, table: DescriptorTable, call: Call) -> Iterator[Closed]:
        if isinstance(call, Signalfd) and call.fd >= 0:
            return  # It changes one that is there.
        file, until_exec = OpenFile(made=True), False
        if isinstance(call, Accept | EpollCreate1 | Eventfd):
            until_exec = bool(call.flags & EPOLL_CLOEXEC)
        elif isinstance(call, Socket):
            until_exec = "CLOEXEC" in call.kind
        elif isinstance(call, _FLAGGED):
            until_exec = "CLOEXEC" in call.flags
        elif isinstance(call, OtherCall):
            if call.name not in _MAKERS:
                return
            until_exec = "CLOEXEC" in call.args
        self.learn(file, call.made)
        yield from self.renew(table, call.result or 0, file, until_exec)

    def _pair(
        self, table: DescriptorTable, call: Pipe | Socketpair
    ) -> Iterator[Closed]:
        words = call.flags if isinstance(call, Pipe) else call.kind
        first, second = OpenFile(made=True), OpenFile(made=True)
        first.peer, second.peer = second, first
        for fd, file in zip(call.fds or (), (first, second), strict=False):
            yield from self.renew(table, fd, file, "CLOEXEC" in words)

    def _dup(self, table: DescriptorTable, call: Dup) -> Iterator[Closed]:
        target = call.result or 0
        if target != call.fd:
            file, before = table.file(call.fd), table.drop(target)
            table.put(target, file, "CLOEXEC" in call.flags)
            if before is not None:
                seen = call.target is not None
                yield Closed(table, target, before, seen)

    def _fcntl(self, table: DescriptorTable, call: Fcntl) -> Iterator[Closed]:
        if call.command.startswith("F_DUPFD"):
            file = table.file(call.fd)
            until_exec = call.command.endswith("CLOEXEC")
            yield from self.renew(table, call.result or 0, file, until_exec)
        elif call.command == "F_SETFD":
            table.mark(call.fd, "FD_CLOEXEC" in (call.argument or ""))

    def _range(
        self, table: DescriptorTable, call: CloseRange
    ) -> Iterator[Closed]:
        for fd in table.numbers(call.first, call.last):
            if "CLOEXEC" in call.flags:
                table.mark(fd, True)
            else:
                yield from self.close(table, fd)

    def _clone(self, table: DescriptorTable, call: Clone) -> Iterator[Closed]:
        self._cloning.pop(call.pid, None)
        child = call.result or 0
        if child and child not in self._tables:
            self._tables[child] = (
                table if call.shares_files else table.copy(child)
            )
            self._tables[child].threads.add(child)
        yield from ()

    def _exec(self, table: DescriptorTable, call: Execve) -> Iterator[Closed]:
        for fd in table.closed_by_exec():
            yield from self.close(table, fd)

    def _exit(self, table: DescriptorTable, call: ExitCall) -> Iterator[Closed]:
        threads = [call.pid] if call.name == "exit" else list(table.threads)
        for pid in threads:
            yield from self._gone(pid)

    def _gone(self, pid: int) -> Iterator[Closed]:
        """End a thread; the last one closes everything."""
        table = self._tables.pop(pid, None)
        if table is not None:
            table.threads.discard(pid)
            for fd in [] if table.threads else table.numbers():
                for closed in self.close(table, fd):
                    yield Closed(table, closed.fd, closed.file, seen=False)

    def _close(self, table: DescriptorTable, call: Close) -> Iterator[Closed]:
        yield from self.close(table, call.fd)

    _ACTS: Final[dict[type[Call], Callable[..., Iterator[Closed]]]] = {
        **dict.fromkeys((Accept, Socket, Eventfd, OtherCall), _makes),
        **dict.fromkeys(_FLAGGED, _makes),
        **dict.fromkeys((EpollCreate, EpollCreate1), _makes),
        **dict.fromkeys((Pipe, Socketpair), _pair),
        Dup: _dup,
        Fcntl: _fcntl,
        Close: _close,
        CloseRange: _range,
        Clone: _clone,
        Execve: _exec,
        ExitCall: _exit,
    }
