"""strace itself: which dialect it speaks, and how to record with it.

The recommended line is the one that an audit needs: all threads (``-f``),
what each descriptor is (``-yy``), when (``-ttt``) and how long (``-T``), and
no array of events cut short (``abbrev``).

``--seccomp-bpf`` makes a call that is not traced cost 0.2 µs in place of
20 µs.  The filter is set before execve(2), so it cannot be had with ``-p``.
A name with a ``?`` may be missing: not every machine has ``epoll_wait``.
"""

import os
import re
import subprocess
from collections.abc import Sequence
from typing import Final

from epollref.trace.style import Dialect

SYSCALLS: Final = (
    "epoll_create epoll_create1 epoll_ctl",
    "epoll_wait epoll_pwait epoll_pwait2",
    "read readv recvfrom recvmsg recvmmsg",
    "write writev sendto sendmsg sendmmsg sendfile splice",
    "accept accept4 connect socket socketpair listen shutdown getsockopt",
    "close close_range dup dup2 dup3 fcntl ioctl",
    "pipe pipe2 eventfd eventfd2 timerfd_create signalfd4",
    "inotify_init1 pidfd_open",
    "clone clone3 fork vfork execve exit_group",
    "io_uring_setup io_uring_enter poll ppoll select pselect6",
)
"""What an audit of epoll wants to see, and nothing else."""

WHOLE: Final = "abbrev=!epoll_wait,epoll_pwait,epoll_pwait2"
"""Print every record of these calls, not the first 32."""

_VERSION: Final = re.compile(r"version (\d+)\.(\d+)")


def recording_line(
    log: str | None, *, command: Sequence[str] = (), pid: int | None = None
) -> list[str]:
    """Return the words of the recommended strace line.

    Args:
        log: The file that strace writes; ``None`` for its stderr.
        command: The program and its arguments; or none, with ``pid``.
        pid: The process to attach to.

    Returns:
        The words, ``strace`` first.

    Examples:
        >>> from epollref.trace.strace import recording_line
        >>> recording_line("app.strace", pid=4711)[:6]
        ['strace', '-f', '-yy', '-ttt', '-T', '-s']
    """
    line = ["strace", "-f", "-yy", "-ttt", "-T"]
    if pid is None:
        line.append("--seccomp-bpf")
    names = ",".join(f"?{name}" for name in " ".join(SYSCALLS).split())
    line += ["-s", "32", "-e", WHOLE, "-e", f"trace={names}"]
    if log is not None:
        line += ["-o", log]
    if pid is not None:
        return [*line, "-p", str(pid)]
    return [*line, "--", *command]


def complaint() -> str:
    """Find out whether strace is here, and may trace.

    The recommended line is run once, on a program that ends at once: what
    strace cannot do, it says then and not in the middle of the work.

    Returns:
        What strace says, in one line; nothing if all is well.

    Raises:
        OSError: ENOENT: it is not installed.
    """
    done = subprocess.run(
        recording_line(os.devnull, command=["strace", "-V"]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    if not done.returncode:
        return ""
    words = [line.removeprefix("strace: ") for line in done.stderr.splitlines()]
    return words[0] if words else f"status {done.returncode}"


def dialect_of(version: str) -> Dialect:
    """Return the dialect of a version, out of the two that we write.

    Args:
        version: What ``strace --version`` prints.

    Examples:
        >>> from epollref.trace.strace import dialect_of
        >>> dialect_of("strace -- version 6.16")
        '6.13'
        >>> dialect_of("something else")
        '6.1'
    """
    found = _VERSION.search(version)
    if found and (int(found[1]), int(found[2])) >= (6, 13):
        return "6.13"
    return "6.1"


def installed_dialect() -> Dialect:
    """Return the dialect of the strace of this machine; 6.1 without one."""
    try:
        done = subprocess.run(
            ["strace", "--version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError:
        return "6.1"
    return dialect_of(done.stdout)
