"""Wait until programs in the background have nothing left to do.

A reader types the next command when all is quiet, long after the server
has answered the last one. A session types at once, and then it depends on
the scheduler whether the server sees one event or two. So a session looks
at its processes first: they are quiet when two looks in a row find every
thread asleep, or stopped, and not switched to in between.

A program that spins is never quiet. It is told from one that gets no
processor by the time it burns, and is not waited for.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from epollref.proc.process import Process
from epollref.proc.threads import threads

PAUSE = 0.005
PATIENCE = 10.0
BURNT = 0.3
AT_REST = frozenset("STt")


@dataclass(frozen=True)
class Look:
    """What some processes did until now.

    Attributes:
        threads: state and number of switches of each thread.
        seconds: the processor time that they used.
    """

    threads: frozenset[tuple[int, str, int]]
    seconds: float

    @property
    def resting(self) -> bool:
        """Whether no thread runs or waits for the processor."""
        return all(state in AT_REST for _, state, _ in self.threads)


def look(pids: Sequence[int]) -> Look:
    """Read the state of every thread; what ends meanwhile is left out."""
    found: set[tuple[int, str, int]] = set()
    seconds = 0.0
    for pid in pids:
        with suppress(OSError), Process(pid) as process:
            for each in threads(process):
                found.add((each.tid, each.state, each.switches))
                seconds += each.cpu
    return Look(frozenset(found), seconds)


def wait_until_quiet(pids: Callable[[], Sequence[int]]) -> bool:
    """Wait until the processes rest.

    Args:
        pids: tells which processes there are now.

    Returns:
        False if they spin, or do not come to rest in `PATIENCE` seconds.
    """
    deadline = time.monotonic() + PATIENCE
    first = before = look(pids())
    while before.threads and time.monotonic() < deadline:
        if before.seconds - first.seconds > BURNT:
            return False
        time.sleep(PAUSE)
        now = look(pids())
        if now.resting and now.threads == before.threads:
            return True
        before = now
    return not before.threads
