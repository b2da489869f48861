"""Why /proc refuses: the process is gone, or somebody else may look.

Most files of ``/proc/PID`` are open to whoever may trace the process
(ptrace(2), "Ptrace access mode checking"): the same user, and root.  Some
processes are closed to their own user too, and Yama closes what needs the
right to attach.  The kernel says EACCES to all of it; here the reason is
looked up, and the message says what helps.
"""

import errno
import os
import pwd
from typing import Final

YAMA: Final = "/proc/sys/kernel/yama/ptrace_scope"

_YAMA_REMEDIES: Final = {
    1: "Yama lets only its ancestors trace it (ptrace_scope is 1): "
    "run this as root (sudo), or start the program under it",
    2: "Yama lets only root trace (ptrace_scope is 2): run this as root (sudo)",
    3: "Yama lets nobody trace until the next boot (ptrace_scope is 3)",
}


class ProcessGoneError(ProcessLookupError):
    """The process has ended, or there never was one (errno ESRCH)."""

    def __init__(self, pid: int, reason: str = "") -> None:
        super().__init__(errno.ESRCH, reason or f"process {pid} has ended")


def no_process(pid: int) -> OSError:
    """Return why there is no folder for a number in ``/proc``.

    Args:
        pid: The number that was asked for.

    Returns:
        ``ProcessGoneError``; or ``PermissionError``, if there is such a
        process, and ``/proc`` is mounted so as to hide it (``hidepid`` in
        proc(5)).
    """
    if not os.path.exists("/proc/self"):
        return FileNotFoundError(errno.ENOENT, "/proc is not mounted here")
    try:
        os.kill(pid, 0)  # No signal is sent: kill(2) only looks.
    except (PermissionError, OverflowError) as error:
        if isinstance(error, PermissionError):
            return PermissionError(
                errno.EACCES,
                f"/proc hides process {pid}, which belongs to another user "
                "(hidepid): run this as root (sudo)",
            )
    except OSError:
        pass
    return ProcessGoneError(
        pid,
        f"there is no process {pid}; in a container, processes have "
        "other numbers than outside",
    )


def refusal(pid: int, owner: int, *, attach: bool) -> PermissionError:
    """Return the error that says why a process may not be looked at.

    Args:
        pid: The process.
        owner: The real user ID of the process, as this user namespace has
            it.
        attach: Whether the right to attach was asked for, which Yama can
            refuse; else the right to read.

    Returns:
        The error (errno EACCES), with the remedy in its text.
    """
    return PermissionError(errno.EACCES, _reason(pid, owner, attach))


def _reason(pid: int, owner: int, attach: bool) -> str:
    ours = os.geteuid()
    if ours == 0:
        return (
            f"process {pid} is closed to this root, which lacks "
            "CAP_SYS_PTRACE over it: run this outside of the container, or "
            "give the container that capability (--cap-add SYS_PTRACE)"
        )
    if owner != ours:
        name = user_name(owner)
        helps = f"as {name} or as root (sudo)" if owner else "as root (sudo)"
        return f"process {pid} belongs to {name}: run this {helps}"
    if attach and (remedy := yama_remedy()):
        return f"process {pid} may not be traced: {remedy}"
    return (
        f"process {pid} is closed to its own user, because it has more "
        "rights than you or keeps secrets (PR_SET_DUMPABLE in prctl(2)): "
        "run this as root (sudo)"
    )


def yama_remedy() -> str:
    """Return what Yama forbids and what helps; nothing if it forbids nothing.

    Root is not bound by scopes 1 and 2 (Documentation/admin-guide/LSM/Yama).
    """
    try:
        with open(YAMA) as file:
            return _YAMA_REMEDIES.get(int(file.read()), "")
    except (OSError, ValueError):
        return ""


def user_name(uid: int) -> str:
    """Return a user's name, or the number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
