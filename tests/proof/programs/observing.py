"""What the kernel says about a running program, without touching it.

A thread is *blocked in epoll_wait* if /proc says that it sleeps in that
system call. A program is *settled* if one thread is, all others sleep too,
and none of them ran while we looked: then nothing more happens until
somebody outside acts, and a test may draw its conclusion.
"""

from itertools import count, islice

from epollref.proc.access import ProcessGoneError
from epollref.proc.descriptors import links
from epollref.proc.process import Process
from epollref.proc.procstat import stat_of
from epollref.proc.sockets import sockets
from epollref.proc.threads import Thread, as_int, threads


def blocked_in_epoll_wait(pid: int, tid: int | None = None) -> bool:
    """Whether a thread sleeps in epoll_wait at this moment.

    Args:
        pid: The process.
        tid: One of its threads; the main thread if it is not given.
    """
    return any(
        _waits(each) for each in _threads(pid) if each.tid == (tid or pid)
    )


def asleep_since(pid: int) -> int | None:
    """How often the threads have been switched, if the program is idle.

    Returns:
        The sum of all context switches if every thread sleeps and at least
        one sleeps in epoll_wait. None if not, or if a wait there ends by
        itself. Two equal answers mean that the program did not run in
        between.
    """
    found = _threads(pid)
    if {each.state for each in found} != {"S"} or not any(map(_waits, found)):
        return None
    if any(map(_has_time_limit, found)):
        return None
    return sum(each.switches for each in found)


def queues(port: int, peer_port: int) -> tuple[int, int]:
    """The queues of one end of a TCP connection on 127.0.0.1.

    Args:
        port: The port of the end that is meant.
        peer_port: The port of the other end.

    Returns:
        Bytes it has not read yet, and bytes it sent that have not arrived
        (Recv-Q and Send-Q of ss). Zeros if there is no such connection.
    """
    ends = (f"127.0.0.1:{port}", f"127.0.0.1:{peer_port}")
    with Process() as process:
        for each in sockets(process):
            if (each.local, each.peer) == ends:
                return each.receive_queue or 0, each.send_queue or 0
    return 0, 0


def open_descriptors(pid: int) -> int:
    """How many descriptors the program has open."""
    return len(_numbers(pid))


def free_descriptor(pid: int, index: int) -> int:
    """The number a program's next descriptor but `index` will have.

    As RLIMIT_NOFILE it leaves room for exactly `index` more.
    """
    taken = _numbers(pid)
    free = (number for number in count() if number not in taken)
    return next(islice(free, index, None))


def stopped(pid: int) -> bool:
    """Whether SIGSTOP has taken effect (under strace too)."""
    return stat_of(pid).state in "Tt"


def _threads(pid: int) -> list[Thread]:
    try:
        with Process(pid) as process:
            return list(threads(process))
    except ProcessGoneError:
        return []


def _waits(thread: Thread) -> bool:
    call = thread.call
    return thread.state == "S" and call is not None and call.epfd is not None


def _has_time_limit(thread: Thread) -> bool:
    """Whether it sleeps in a wait that ends though nothing happens."""
    if not _waits(thread) or thread.call is None:
        return False
    limit = thread.call.arguments[3]
    if thread.call.name == "epoll_pwait2":
        return limit != 0  # a pointer to the time
    return as_int(limit) >= 0


def _numbers(pid: int) -> set[int]:
    with Process(pid) as process:
        return {fd for fd, _ in links(process)}
