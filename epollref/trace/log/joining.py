"""Calls that strace printed in two halves.

    12005 epoll_wait(3,  <unfinished ...>
    12004 close(7)                          = 0
    12005 <... epoll_wait resumed>[], 4, 5) = 0

While one thread is inside a call, another one speaks.  The first half is
kept until the second comes.  A thread has one call at a time, so there is
little to keep; a log that pretends otherwise is not believed for ever.
"""

from dataclasses import dataclass
from typing import Final

MOST_CHARACTERS: Final = 64 << 20
"""How much text of first halves is kept at once."""


@dataclass(frozen=True, slots=True)
class Half:
    """The first half of a call."""

    name: str
    args: str
    line: int
    time: float | None


class Halves:
    """The calls that are unfinished, one a thread."""

    def __init__(self) -> None:
        self.dropped = 0
        """First halves whose second half never came."""
        self._halves: dict[int, Half] = {}
        self._size = 0

    def __len__(self) -> int:
        return len(self._halves)

    def keep(self, pid: int, half: Half) -> bool:
        """Keep a first half.

        Args:
            pid: The thread.
            half: What it began.

        Returns:
            Whether there was room for it.
        """
        if self.forget(pid):
            self.dropped += 1
        cost = len(half.args) + 200
        if self._size + cost > MOST_CHARACTERS:
            return False
        self._size += cost
        self._halves[pid] = half
        return True

    def forget(self, pid: int) -> Half | None:
        """Return the first half of a thread, which is then no longer kept."""
        half = self._halves.pop(pid, None)
        if half is not None:
            self._size -= len(half.args) + 200
        return half

    def take(self, pid: int, name: str) -> Half | None:
        """Return the first half that belongs to a second one.

        Args:
            pid: The thread.
            name: The call that is resumed; ``???`` where strace forgot.

        Returns:
            The first half, or ``None`` where the log has none that fits.
        """
        half = self.forget(pid)
        if half is None or half.name == name or name.startswith("?"):
            return half
        self.dropped += 1
        return None

    def exited(self, pid: int) -> None:
        """Forget what a dead thread began.

        An execve survives its thread: it goes on in the thread whose end is
        reported here.
        """
        half = self._halves.get(pid)
        if half is not None and not half.name.startswith("execve"):
            self.forget(pid)
            self.dropped += 1
