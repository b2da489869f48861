"""Descriptors and what they are: a number means nothing without its process.

A **table** is the descriptors of a process; its threads share it.  A **file**
is an open file description (open(2)): what dup and fork share, and what an
epoll watches.  It is gone when its last descriptor is.

A log may begin in the middle, so an unknown number becomes a file when it is
first used.
"""

from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class OpenFile:
    """An open file description."""

    made: bool = False
    """Its making is in the log."""
    peer: "OpenFile | None" = None
    """The other end of a pair, a pipe, or a connection that ``-yy`` names."""
    unread: int = 0
    """Bytes that its peer has sent and nobody has read."""
    places: set[tuple["DescriptorTable", int]] = field(default_factory=set)
    """Its descriptors: a table and a number each."""

    @property
    def held(self) -> bool:
        """Whether anybody has it open."""
        return any(table.spoke for table, _ in self.places)

    def known_to(self, table: "DescriptorTable") -> bool:
        """Whether a process has it open."""
        return any(owner is table for owner, _ in self.places)


class DescriptorTable:
    """The descriptors of one process.

    Args:
        pid: The thread that the log shows first.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.threads = {pid}
        """Those that live."""
        self.spoke = False
        """The log has a line of it."""
        self._files: dict[int, OpenFile] = {}
        self._until_exec: set[int] = set()

    def file(self, fd: int) -> OpenFile:
        """Return what a descriptor is, from now on if nobody has said it."""
        found = self._files.get(fd)
        if found is None:
            found = self.put(fd, OpenFile())
        return found

    def has(self, fd: int) -> bool:
        """Whether the number is in use, as far as the log says."""
        return fd in self._files

    def put(
        self, fd: int, file: OpenFile, until_exec: bool = False
    ) -> OpenFile:
        """Open a descriptor."""
        self._files[fd] = file
        file.places.add((self, fd))
        self.mark(fd, until_exec)
        return file

    def mark(self, fd: int, until_exec: bool) -> None:
        """Set or clear close-on-exec."""
        change = (
            self._until_exec.add if until_exec else self._until_exec.discard
        )
        change(fd)

    def drop(self, fd: int) -> OpenFile | None:
        """Close a descriptor; return what it was."""
        file = self._files.pop(fd, None)
        if file is not None:
            file.places.discard((self, fd))
        return file

    def copy(self, pid: int) -> "DescriptorTable":
        """Return the table of a forked child."""
        child = DescriptorTable(pid)
        for fd, file in self._files.items():
            child.put(fd, file, fd in self._until_exec)
        return child

    def numbers(self, first: int = 0, last: int | None = None) -> list[int]:
        """Return the descriptors of a range."""
        return [
            fd
            for fd in self._files
            if first <= fd and (last is None or fd <= last)
        ]

    def closed_by_exec(self) -> list[int]:
        """Return the descriptors that are close-on-exec."""
        return [fd for fd in self._files if fd in self._until_exec]


@dataclass(frozen=True, slots=True)
class Closed:
    """A descriptor is gone."""

    table: DescriptorTable
    fd: int
    file: OpenFile
    seen: bool = True
    """A line says so; else the number was used again, or its owner died."""
