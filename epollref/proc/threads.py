"""What each thread of a process does at this moment.

``/proc/PID/task/TID`` has it (proc(5)): ``stat`` the state, ``syscall`` the
system call in which it sleeps with its six arguments, ``wchan`` the function
of the kernel, ``schedstat`` how long it ran.  A thread in a system call that
does not sleep is ``running`` there, like one that computes.

``syscall`` needs the right to attach.  Where that is missing the rest is
still told, and ``hidden`` says what helps.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from epollref.proc.process import Process
from epollref.proc.procstat import parse_stat
from epollref.proc.syscalls import (
    ELF_START,
    machine_of,
    running_machine,
    syscall_name,
)

EPOLL_WAITS: Final = frozenset(
    ("epoll_wait", "epoll_pwait", "epoll_pwait2", "epoll_wait_old")
)


@dataclass(frozen=True, slots=True)
class BlockedCall:
    """A system call in which a thread sleeps.

    Attributes:
        number: Its number on the machine of the program.
        name: Its name, or ``syscall_0xNUMBER``.
        arguments: The six registers; the call may have fewer arguments.
    """

    number: int
    name: str
    arguments: tuple[int, ...]

    @property
    def epfd(self) -> int | None:
        """The epoll on which it waits; ``None`` if it is another call."""
        if self.name not in EPOLL_WAITS:
            return None
        return as_int(self.arguments[0])


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread.

    Attributes:
        tid: Its number.
        comm: Its name, 15 bytes at most.
        state: One letter, as in ``Stat``.
        wchan: The function of the kernel in which it sleeps; nothing if it
            runs, and where the kernel does not say.
        call: The system call in which it sleeps; ``None`` if it sleeps in
            none, runs, or may not be asked.
        hidden: Why ``call`` may not be asked, and what helps; else nothing.
        cpu: Seconds of processor time.
        ran: Nanoseconds that it ran, as the scheduler counts; finer than
            ``cpu``.  ``None`` where the kernel does not count.
        queued: Nanoseconds that it was ready to run and waited for a
            processor; like ``ran``.
        switches: How often the processor was taken from it, or given up.
            The same number twice: it did not run in between.
    """

    tid: int
    comm: str
    state: str
    wchan: str
    call: BlockedCall | None
    hidden: str
    cpu: float
    ran: int | None
    queued: int | None
    switches: int

    @property
    def asleep(self) -> bool:
        """Whether it waits for something."""
        return self.state in "SDI"

    @property
    def activity(self) -> str:
        """What it does, in a few words: ``asleep in epoll_wait(4)``."""
        if self.state in "Tt":
            return "stopped"
        if not self.asleep:
            return "running" if self.state == "R" else f"state {self.state}"
        if self.call is None:
            return f"asleep in {self.wchan}" if self.wchan else "asleep"
        first = as_int(self.call.arguments[0])
        return f"asleep in {self.call.name}({first})"


def as_int(register: int) -> int:
    """Return the C ``int`` that a register holds.

    Args:
        register: As ``syscall`` shows it.

    Examples:
        >>> from epollref.proc.threads import as_int
        >>> as_int(0xffffffff)
        -1
    """
    low = register & 0xFFFFFFFF
    return low - (1 << 32) if low >> 31 else low


def threads(process: Process) -> Iterator[Thread]:
    """Go through the threads of a process.

    Args:
        process: The process.

    Yields:
        Each thread, in the order of the numbers; one that ends meanwhile is
        left out.

    Raises:
        ProcessGoneError: The process has ended.
        PermissionError: Not even the names may be read; the text says what
            helps.

    Examples:
        >>> import os
        >>> from epollref.proc.process import Process
        >>> from epollref.proc.threads import threads
        >>> with Process() as process:
        ...     os.getpid() in [each.tid for each in threads(process)]
        ...
        True
    """
    machine = _machine(process)
    for tid in process.threads():
        try:
            yield _thread(process, tid, machine)
        except FileNotFoundError:
            continue


def _thread(process: Process, tid: int, machine: int) -> Thread:
    folder = f"task/{tid}"
    call, hidden = _call(process, folder, machine)
    wchan = _optional(process, f"{folder}/wchan")
    schedstat = _optional(process, f"{folder}/schedstat").split()
    status = process.status(f"{folder}/status")
    stat = parse_stat(process.read(f"{folder}/stat"))
    return Thread(
        tid=tid,
        comm=stat.comm,
        state=stat.state,
        wchan="" if wchan == "0" else wchan,
        call=call,
        hidden=hidden,
        cpu=stat.cpu,
        ran=int(schedstat[0]) if schedstat else None,
        queued=int(schedstat[1]) if schedstat else None,
        switches=int(status["voluntary_ctxt_switches"])
        + int(status["nonvoluntary_ctxt_switches"]),
    )


def _call(
    process: Process, folder: str, machine: int
) -> tuple[BlockedCall | None, str]:
    """Return in which call a thread sleeps, or why that is not told."""
    try:
        words = process.read(f"{folder}/syscall", attach=True).split()
    except PermissionError as error:
        return None, error.strerror or ""
    except FileNotFoundError:
        return None, ""  # The architecture has no such file.
    # "running", "-1 SP PC" outside of a call, or a number and six registers.
    if len(words) < 7:
        return None, ""
    number = int(words[0])
    registers = tuple(int(word, 16) for word in words[1:7])
    return BlockedCall(number, syscall_name(number, machine), registers), ""


def _optional(process: Process, path: str) -> str:
    """Read a file that may be missing or closed to us, as a text."""
    try:
        return process.read(path).decode().strip()
    except (FileNotFoundError, PermissionError):
        return ""


def _machine(process: Process) -> int:
    """Return the machine of the program, or ours where that is not told."""
    try:
        return machine_of(process.head("exe")[:ELF_START])
    except (FileNotFoundError, PermissionError):
        return running_machine(os.uname().machine)
