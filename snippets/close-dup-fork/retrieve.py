"""Find who keeps a phantom alive, and delete it without the instance.

An eventfd is watched, a child is forked, the eventfd is closed. The
child's copy keeps the watch alive, and the next eventfd gets the same
number. The inode cannot tell the two files apart, for all eventfds
share one. kcmp(2) compares the files; pidfd_getfd(2) fetches the copy
from the child, and put back under its number it can be deleted.

Linux 5.6 or later, and the right to trace the other process.
"""

import ctypes
import os
import select
import signal

SYS_KCMP = {"x86_64": 312, "aarch64": 272}[os.uname().machine]
SYS_PIDFD_GETFD = 438
KCMP_EPOLL_TFD = 7

libc = ctypes.CDLL(None, use_errno=True)


class Slot(ctypes.Structure):
    """Which watch: struct kcmp_epoll_slot of linux/kcmp.h."""

    _fields_ = [
        ("efd", ctypes.c_uint32),
        ("tfd", ctypes.c_uint32),
        ("toff", ctypes.c_uint32),
    ]


def system_call(what: str, *arguments: object) -> int:
    """Make a call that Python has no function for."""
    result = int(libc.syscall(*arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
    return result


def show(what: str, epoll: select.epoll) -> None:
    """Print the interest list as the kernel has it."""
    with open(f"/proc/self/fdinfo/{epoll.fileno()}") as info:
        words = [line.split() for line in info]
    listed = " ".join(word[1] for word in words if word[0] == "tfd:")
    print(f"{what:27} interest list: {listed or 'empty'}")


# --8<-- [start:compare]
def is_watched(pid: int, fd: int, epfd: int, tfd: int) -> bool:
    """Whether that descriptor is the file that is watched as tfd."""
    slot = Slot(epfd, tfd, 0)  # 0: the first one of tfd
    order = system_call(
        *("kcmp", SYS_KCMP, pid, os.getpid(), KCMP_EPOLL_TFD),
        *(ctypes.c_ulong(fd), ctypes.byref(slot)),
    )
    return order == 0  # other results only sort the two files
    # --8<-- [end:compare]


# --8<-- [start:find]
def find_copy(pid: int, epfd: int, tfd: int) -> int:
    """The descriptor by which that process holds the watched file."""
    numbers = map(int, os.listdir(f"/proc/{pid}/fd"))
    return next(fd for fd in numbers if is_watched(pid, fd, epfd, tfd))
    # --8<-- [end:find]


# --8<-- [start:fetch]
def fetch(pid: int, fd: int) -> int:
    """A copy of another process's descriptor."""
    pidfd = os.pidfd_open(pid)
    copy = system_call("pidfd_getfd", SYS_PIDFD_GETFD, pidfd, fd, 0)
    os.close(pidfd)
    return copy
    # --8<-- [end:fetch]


# --8<-- [start:unregister]
def unregister(epoll: select.epoll, tfd: int, copy: int) -> None:
    """DEL the watched file, under a number that has a new owner."""
    newcomer = os.dup(tfd)
    os.dup2(copy, tfd, inheritable=False)
    epoll.unregister(tfd)
    os.dup2(newcomer, tfd, inheritable=False)
    os.close(newcomer)
    os.close(copy)
    # --8<-- [end:unregister]


def main() -> None:
    epoll = select.epoll()
    fd = os.eventfd(0)
    epoll.register(fd, select.EPOLLIN)
    inode = os.fstat(fd).st_ino
    child = os.fork()
    if child == 0:
        signal.alarm(60)  # should we end before we kill it
        signal.pause()
    os.close(fd)
    show(f"fork, close {fd}", epoll)

    newcomer = os.eventfd(0)
    print(f"a new eventfd has number {newcomer}")
    print("  the same inode:", os.fstat(newcomer).st_ino == inode)
    same = is_watched(os.getpid(), newcomer, epoll.fileno(), fd)
    print("  the same file:", same)

    its = find_copy(child, epoll.fileno(), fd)
    print(f"the child holds the watched file as {its}")
    unregister(epoll, fd, fetch(child, its))
    show(f"fetch {its}, DEL {fd}", epoll)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(newcomer)
    epoll.close()


if __name__ == "__main__":
    main()
