"""Who wrote a line that has no number.

With ``-f -o`` every line has a number, with ``-ff`` the file has one.  On
stderr strace prints ``[pid 4711]`` only while it traces two processes or
more: the first lines of a log have none, and the last lines neither.  The
process that was alone at first is called 0 here from beginning to end, even
when its number comes to light, so that it stays one process; ``main`` says
the number.
"""

from typing import Final

MOST: Final = 65_536
"""Processes remembered; a hostile log must not fill the memory."""


class Processes:
    """The processes of a log in which not every line has a number.

    Args:
        default: Who wrote the lines without a number, where that is known
            (the name of a ``-ff`` file ends with it).
    """

    def __init__(self, default: int = 0) -> None:
        self.main = default
        """The number of the process that is called 0, once it is known."""
        self._default = default
        self._unnumbered = False
        self._main_gone = False
        self._alive: dict[int, None] = {}
        self._born: dict[int, None] = {}

    def numbered(self, pid: int) -> int:
        """Return who wrote a line with ``[pid N]``."""
        if pid not in self._alive:
            self._meet(pid)
        return self._default if pid == self.main else pid

    def _meet(self, pid: int) -> None:
        if self._unnumbered and not self.main and pid not in self._born:
            self.main = pid
        if len(self._alive) < MOST:
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
        elif len(self._born) < MOST:
            self._born[pid] = None

    def gone(self, pid: int) -> None:
        """Take note of the end of a process."""
        if pid == self._default:
            self._main_gone = True
            self._alive.pop(self.main, None)
        self._alive.pop(pid, None)
        self._born.pop(pid, None)
