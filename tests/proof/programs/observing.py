"""What the kernel says about a running program, without touching it.

A thread is *blocked in epoll_wait* if /proc says that it sleeps in that
system call. A program is *settled* if one thread is, all others sleep too,
and none of them ran while we looked: then nothing more happens until
somebody outside acts, and a test may draw its conclusion.
"""

import platform
from itertools import count, islice
from pathlib import Path

# epoll_wait, epoll_pwait and epoll_pwait2 (asm/unistd_64.h, asm/unistd.h).
_WAITS = {"x86_64": {232, 281, 441}}.get(platform.machine(), {22, 441})


def blocked_in_epoll_wait(pid: int, tid: int | None = None) -> bool:
    """Whether a thread sleeps in epoll_wait at this moment.

    Args:
        pid: The process.
        tid: One of its threads; the main thread if it is not given.
    """
    task = Path(f"/proc/{pid}/task/{tid or pid}")
    try:
        words = (task / "syscall").read_text().split()
        return _state(task) == "S" and _number(words) in _WAITS
    except (FileNotFoundError, ProcessLookupError):
        return False


def asleep_since(pid: int) -> int | None:
    """How often the threads have been switched, if the program is idle.

    Returns:
        The sum of all context switches if every thread sleeps and at least
        one sleeps in epoll_wait. None if not. Two equal answers mean that
        the program did not run in between.
    """
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        switches = sum(_switches(task) for task in tasks)
        states = {_state(task) for task in tasks}
    except (FileNotFoundError, ProcessLookupError):
        return None
    waits = [blocked_in_epoll_wait(pid, int(task.name)) for task in tasks]
    return switches if states == {"S"} and any(waits) else None


def queues(port: int, peer_port: int) -> tuple[int, int]:
    """The queues of one end of a TCP connection on 127.0.0.1.

    Args:
        port: The port of the end that is meant.
        peer_port: The port of the other end.

    Returns:
        Bytes it has not read yet, and bytes it sent that have not arrived
        (Recv-Q and Send-Q of ss). Zeros if there is no such connection.
    """
    wanted = f"0100007F:{port:04X} 0100007F:{peer_port:04X}"
    for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = row.split()
        if f"{fields[1]} {fields[2]}" == wanted:
            send, receive = fields[4].split(":")
            return int(receive, 16), int(send, 16)
    return 0, 0


def open_descriptors(pid: int) -> int:
    """How many descriptors the program has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def free_descriptor(pid: int, index: int) -> int:
    """The number a program's next descriptor but `index` will have.

    As RLIMIT_NOFILE it leaves room for exactly `index` more.
    """
    taken = {int(fd.name) for fd in Path(f"/proc/{pid}/fd").iterdir()}
    free = (number for number in count() if number not in taken)
    return next(islice(free, index, None))


def stopped(pid: int) -> bool:
    """Whether SIGSTOP has taken effect (under strace too)."""
    return _state(Path(f"/proc/{pid}/task/{pid}")) in "Tt"


def _state(task: Path) -> str:
    # The name in brackets may itself hold brackets: cut after the last one.
    return (task / "stat").read_text().rpartition(")")[2].split()[0]


def _number(words: list[str]) -> int:
    return int(words[0]) if words and words[0] != "running" else -1


def _switches(task: Path) -> int:
    status = (task / "status").read_text().splitlines()
    return sum(int(row.split()[1]) for row in status if "ctxt_sw" in row)
