"""What is looked at before strace is started, so that it cannot fail later.

Once strace runs, its exit status is the program's: a failure of its own could
not be told from the program's.  So whatever can be known before is asked
before, and is status 2 with the remedy.
"""

import contextlib
import errno
import os
import shutil
import stat
from typing import Final

from epollref.proc.access import yama_remedy
from epollref.proc.process import Process
from epollref.proc.snapshot import take_snapshot, to_json
from epollref.trace.strace import complaint

NO_STRACE: Final = (
    "strace is not installed: apt install strace (Debian, Ubuntu), "
    "dnf install strace (Fedora), apk add strace (Alpine)"
)

MAY_NOT_TRACE: Final = (
    "a container may need --cap-add SYS_PTRACE; Python programs can be "
    "traced without it: epollref trace"
)

TOO_OLD: Final = "strace 5.3 or later is needed"


def check_strace() -> None:
    """Find out whether strace is installed, and may trace a program.

    Raises:
        ValueError: No; the text says what helps.
    """
    if shutil.which("strace") is None:
        raise ValueError(NO_STRACE)
    said = complaint()
    if said:
        old = "option" in said or "invalid" in said
        remedy = TOO_OLD if old else yama_remedy() or MAY_NOT_TRACE
        raise ValueError(f"strace cannot trace here: {said}; {remedy}")


def check_program(name: str) -> str:
    """Find a program as strace will, and see whether it can be run.

    Args:
        name: A path, or a word to look up in ``PATH``.

    Returns:
        Its path.

    Raises:
        OSError: ENOENT, EISDIR or EACCES: it is not there, or is none.
    """
    path = name if "/" in name else shutil.which(name)
    if path is None:
        raise FileNotFoundError(errno.ENOENT, "no such program in PATH")
    if stat.S_ISDIR(os.stat(path).st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not os.access(path, os.X_OK, effective_ids=True):
        raise PermissionError(errno.EACCES, "it may not be executed (chmod +x)")
    return path


def lost_rights(path: str) -> str:
    """Return which rights a program has that it gets not while it is traced.

    execve(2) grants no rights to a program that is traced, unless the tracer
    may trace everybody (ptrace(2)), as root may.

    Args:
        path: The program.

    Returns:
        The rights in words; nothing if it has none, or keeps them.
    """
    if os.geteuid() == 0:
        return ""
    about = os.stat(path)
    if about.st_mode & stat.S_ISUID and about.st_uid != os.geteuid():
        return "set-user-ID"
    if about.st_mode & stat.S_ISGID and about.st_gid != os.getegid():
        return "set-group-ID"
    with contextlib.suppress(OSError):
        os.getxattr(path, "security.capability")
        return "privileged by file capabilities"
    return ""


def snapshot_of(pid: int) -> str:
    """Say what /proc says of a process that may be traced, as JSON.

    Args:
        pid: The process.

    Raises:
        OSError: There is no such process, or it may not be traced; the text
            says what helps.
    """
    with Process(pid) as process:
        process.check_traceable()
        return to_json(take_snapshot(process))
