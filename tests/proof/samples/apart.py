"""Runs a command so that none of its processes outlives it.

    python -m tests.proof.samples.apart COMMAND [ARGUMENT...]

A sample starts servers in sessions of their own, and a test run that is
killed leaves them behind. Here every orphan becomes a child of this
process (PR_SET_CHILD_SUBREAPER, prctl(2)). When the command ends, when
this process gets SIGTERM, and when its own parent dies
(PR_SET_PDEATHSIG), whatever is left is killed.
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Sequence

from epollref.proc.procstat import processes

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PAUSE = 0.005


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def offspring(root: int) -> list[int]:
    """The children of a process, their children, and so on."""
    children: dict[int, list[int]] = {}
    for pid, stat in processes():
        children.setdefault(stat.parent, []).append(pid)
    found: list[int] = []
    new = children.get(root, [])
    while new:
        found += new
        new = [child for pid in new for child in children.get(pid, [])]
    return found


def end_all() -> None:
    """Kill all that is left, and what it starts meanwhile."""
    while True:
        for pid in offspring(os.getpid()):
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:  # it has ended, or has become another user's
                continue
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(PAUSE)


def main(command: Sequence[str]) -> int:
    """Run the command, and end what it leaves.

    Returns:
        Its status, or 128 and the number of the signal that ended it.
    """
    parent = os.getppid()
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    # Handlers, not a mask: the command must not inherit it.
    for each in (*ENDS, signal.SIGCHLD):
        signal.signal(each, lambda *_: None)
    try:
        if os.getppid() != parent:  # it died before we asked to be told
            return 128 + signal.SIGTERM
        pid = os.posix_spawnp(command[0], list(command), os.environ)
        return _wait(pid, told)
    finally:
        end_all()


def _wait(command: int, told: int) -> int:
    while True:
        for number in os.read(told, 64):
            if number in ENDS:
                return 128 + number
        ended, status = os.waitpid(-1, os.WNOHANG)
        while ended:
            if ended == command:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
            ended, status = os.waitpid(-1, os.WNOHANG)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
