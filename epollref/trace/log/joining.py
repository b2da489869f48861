"""Calls that strace printed in two halves.

The first half is ``epoll_wait(3,  <unfinished ...>``, and some lines of other
threads later comes ``<... epoll_wait resumed>[], 4, 5) = 0``.

While one thread is inside a call, another one speaks.  The first half is
kept until the second comes.  A thread has one call at a time, so there is
little to keep; a log that pretends otherwise is not believed for ever.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from epollref.trace.log.coverage import Coverage
from epollref.trace.log.lines import AnyLine, Beginning, Event, Whole

MOST_CHARACTERS: Final = 64 << 20
"""How much text of first halves is kept at once."""

UNFINISHED: Final = "<unfinished ...>"


class Halves:
    """The stage that joins the two halves of a call.

    Args:
        coverage: What gets the number of the calls that have no end.
    """

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage
        self._halves: dict[int, Beginning] = {}
        self._size = 0

    def joined(self, lines: Iterable[AnyLine]) -> Iterator[AnyLine]:
        """Yield lines, second halves with their first ones.

        A second half whose first one is not in the log stays one.  A call
        that ended with its process is a ``Beginning`` that was killed.

        Args:
            lines: Lines with their processes and times.
        """
        for line in lines:
            if isinstance(line, Whole):
                if line.second_half:
                    self._end(line)
                if line.result == "?" and line.args.endswith(UNFINISHED):
                    yield _killed(line)
                    continue
            elif isinstance(line, Beginning):
                if not self._begin(line):
                    continue
            elif isinstance(line, Event):
                self._event(line)
            yield line

    def _begin(self, line: Beginning) -> bool:
        """Keep a first half; return whether there was room for it."""
        if line.fate == "detached":
            return True
        pid = line.pid if line.goes_on_as is None else line.goes_on_as
        self._forget(pid)
        cost = len(line.args) + 200
        if self._size + cost > MOST_CHARACTERS:
            self._coverage.miss(
                line.number, "too many unfinished calls", line.text
            )
            return False
        self._coverage.unfinished += 1
        self._keep(pid, line)
        return True

    def _keep(self, pid: int, half: Beginning) -> None:
        """Keep the first half of a thread."""
        self._size += len(half.args) + 200
        self._halves[pid] = half

    def _forget(self, pid: int) -> Beginning | None:
        """Return the first half of a thread, which is then no longer kept."""
        half = self._halves.pop(pid, None)
        if half is not None:
            self._size -= len(half.args) + 200
        return half

    def _end(self, line: Whole) -> None:
        """Make a second half whole, if its first one is known.

        ``???`` is the name of a call that strace forgot.
        """
        half = self._forget(line.pid)
        if half is None:
            return
        if half.name != line.name and not line.name.startswith("?"):
            return
        self._coverage.unfinished -= 1
        line.second_half = False
        line.first = half
        line.name = half.name
        line.args = half.args + line.args
        line.time = half.time

    def _event(self, line: Event) -> None:
        """Forget what a dead thread began.

        An execve survives its thread: it goes on in the process whose end is
        reported here.
        """
        superseded = line.found["superseded"]
        if superseded is None and not line.is_exit:
            return
        half = self._forget(line.pid)
        if superseded is not None:
            half = self._forget(int(superseded)) or half
        if half is not None and half.name.startswith("execve"):
            self._keep(line.pid, half)


def _killed(line: Whole) -> Beginning:
    """Return a call whose result is that its process was killed in it."""
    args = line.args.removesuffix(UNFINISHED).removesuffix(" ")
    prefix = line.bracket, line.column, line.when
    groups = (*prefix, line.name, args)
    begun = Beginning(line.number, line.text, groups, "killed")
    begun.pid, begun.time = line.pid, line.time
    return begun
