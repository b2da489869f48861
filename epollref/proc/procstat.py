"""The one line about a process or a thread that everybody may read.

``/proc/PID/stat`` has a name in parentheses that may itself hold
parentheses, blanks and newlines, so the line is cut after the last one; the
numbers of the fields are those of proc_pid_stat(5).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from epollref.proc.access import ProcessGoneError

_TICKS: Final = os.sysconf("SC_CLK_TCK")
"""Clock ticks a second, the unit of times in ``stat``."""

PF_KTHREAD: Final = 0x00200000
"""A thread of the kernel (``include/linux/sched.h``)."""

ENDED: Final = "ZX"
"""States of what has ended: a zombie, and one that is being reaped."""


@dataclass(frozen=True, slots=True)
class Stat:
    """What ``stat`` says.

    Attributes:
        comm: The name, 15 bytes at most; of a thread its own.
        state: One letter: ``R`` runs or could, ``S`` sleeps, ``D`` sleeps
            without hearing signals, ``T`` is stopped, ``t`` is traced and
            stopped, ``Z`` has ended, ``I`` an idle thread of the kernel.
        parent: The number of the parent process.
        session: The session (setsid(2)).
        flags: Bits of the kernel, ``PF_KTHREAD`` among them.
        cpu: Seconds of processor time, user and system.
        threads: How many threads the process has.
        start: When it started, in clock ticks since the machine did.  With
            the number it names a process for as long as the machine runs.
    """

    comm: str
    state: str
    parent: int
    session: int
    flags: int
    cpu: float
    threads: int
    start: int

    @property
    def ended(self) -> bool:
        """Whether it runs no more, and is only waited for."""
        return self.state in ENDED


def parse_stat(line: bytes) -> Stat:
    """Take a line of ``stat`` apart.

    Args:
        line: All of the file.
    """
    head, _, tail = line.rpartition(b")")
    fields = tail.split()
    return Stat(
        comm=head.partition(b"(")[2].decode(errors="backslashreplace"),
        state=fields[0].decode(),
        parent=int(fields[1]),
        session=int(fields[3]),
        flags=int(fields[6]),
        cpu=(int(fields[11]) + int(fields[12])) / _TICKS,
        threads=int(fields[17]),
        start=int(fields[19]),
    )


def stat_of(pid: int, tid: int | None = None) -> Stat:
    """Read what ``stat`` says of a process, or of one of its threads.

    Args:
        pid: The process.
        tid: The thread; the process as a whole if left out.

    Raises:
        ProcessGoneError: There is none.

    Examples:
        >>> import os
        >>> from epollref.proc.procstat import stat_of
        >>> stat_of(os.getpid()).parent == os.getppid()
        True
    """
    path = (
        f"/proc/{pid}/stat" if tid is None else f"/proc/{pid}/task/{tid}/stat"
    )
    try:
        with open(path, "rb", buffering=0) as file:
            return parse_stat(file.read())
    except (FileNotFoundError, ProcessLookupError):
        raise ProcessGoneError(pid) from None


def processes() -> Iterator[tuple[int, Stat]]:
    """Go through all processes that can be seen, zombies included.

    Yields:
        The number of each, and what ``stat`` says; one that ends meanwhile
        is left out.
    """
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                stat = stat_of(int(name))
            except ProcessGoneError:
                continue
            yield int(name), stat
