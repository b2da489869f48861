"""Who wrote a line, where the line does not say it.

With ``-f -o`` every line has a number, with ``-ff`` the file has one.  On
stderr strace prints ``[pid 4711]`` only while it traces two processes or
more: the first lines of a log have none, and the last lines neither.  The
process that was alone at first is called 0 here from beginning to end, even
when its number comes to light, so that it stays one process; ``main`` says
the number.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from epollref.trace.log.coverage import Coverage
from epollref.trace.log.lines import AnyLine, Beginning, Event, Notice

MOST_PROCESSES: Final = 65_536
"""Processes remembered; a hostile log must not fill the memory."""

CONSECUTIVE: Final = 4
"""New numbers, each one more than the one in the line before, from which on
they are those of lines."""


class Processes:
    """The stage that finds out who wrote a line.

    Args:
        coverage: What gets the number of processes.
        default: Who wrote the lines without a number, where that is known
            (the name of a ``-ff`` file ends with it).
    """

    def __init__(self, coverage: Coverage, default: int = 0) -> None:
        self.main = default
        """The number of the process that is called 0, once it is known."""
        self._coverage = coverage
        self._default = default
        self._unnumbered = False
        self._main_gone = False
        self._alive: dict[int, None] = {}
        self._born: dict[int, None] = {}
        self._seen: dict[int, None] = {}
        self._newest = (0, 0)
        self._consecutive = 1

    def owned(self, lines: Iterable[AnyLine]) -> Iterator[AnyLine]:
        """Yield lines with their processes.

        Args:
            lines: Lines whose ``pid`` is not set yet.
        """
        seen = self._seen
        for line in lines:
            if line.column:
                line.pid = int(line.column)
            elif line.bracket:
                line.pid = self.numbered(int(line.bracket))
            elif isinstance(line, Notice):
                line.pid = 0
                if line.done == "attached":
                    self.attached(line.about, born=bool(line.half))
                yield line
                continue
            else:
                line.pid = self.unnumbered()
            if line.pid not in seen:
                self._first_seen(line.pid, line.number)
            if isinstance(line, Event):
                self._event(line)
            elif isinstance(line, Beginning) and line.goes_on_as:
                line.goes_on_as = self.numbered(line.goes_on_as)
            yield line

    def numbered(self, pid: int) -> int:
        """Return who wrote a line with ``[pid N]``."""
        if pid not in self._alive:
            self._meet(pid)
        return self._default if pid == self.main else pid

    def _meet(self, pid: int) -> None:
        if self._unnumbered and not self.main and pid not in self._born:
            self.main = pid
        if len(self._alive) < MOST_PROCESSES:
            self._alive[pid] = None

    def unnumbered(self) -> int:
        """Return who wrote a line without a number."""
        self._unnumbered = True
        if self._main_gone and len(self._alive) == 1:
            return next(iter(self._alive))
        return self._default

    def attached(self, pid: int, *, born: bool) -> None:
        """Take note of ``Process N attached``.

        Args:
            pid: Its number.
            born: It is the child of a call whose line this interrupts.
        """
        if born:
            self._unnumbered = True
        if not self._unnumbered and not self._born and not self.main:
            # strace -p: the first line says whom it follows.
            self.main = self._default = pid
        elif len(self._born) < MOST_PROCESSES:
            self._born[pid] = None

    def gone(self, pid: int) -> None:
        """Take note of the end of a process."""
        if pid == self._default:
            self._main_gone = True
            self._alive.pop(self.main, None)
        self._alive.pop(pid, None)
        self._born.pop(pid, None)

    def _event(self, line: Event) -> None:
        """Take note of who is gone.

        A process whose thread calls execve goes on under its own number; it
        is the number of the thread that is gone (ptrace(2), "execve(2) under
        ptrace").
        """
        found = line.found
        if found["superseded"]:
            self.gone(int(found["superseded"]))
        elif line.is_exit:
            self.gone(line.pid)

    def _first_seen(self, pid: int, number: int) -> None:
        """Count a process, and look whether its number is that of a line."""
        if len(self._seen) < MOST_PROCESSES:
            self._seen[pid] = None
            self._coverage.processes += 1
        follows = (pid - 1, number - 1) == self._newest
        self._consecutive = self._consecutive + 1 if follows else 1
        self._newest = pid, number
        if self._consecutive == CONSECUTIVE:
            self._coverage.hint(
                "the numbers at the beginning grow by one from line to line: "
                "they may be those of lines, not of processes"
            )
