"""Without close-on-exec a started program gets our epoll.

breaks: EP014

The program that exec starts finds an epoll instance it knows nothing
about: it can wait on it, change it, and keeps it alive.

fork() always hands the epoll descriptor on; exec() closes it if it is
marked close-on-exec. Python marks every descriptor it makes. The
program starts itself once more and looks into /proc/self/fd, before
and after.
"""

import os
import select
import sys


# --8<-- [start:create]
def create() -> select.epoll:
    """The bug: every program that we start gets this one too."""
    epoll = select.epoll()
    os.set_inheritable(epoll.fileno(), True)
    return epoll
    # --8<-- [end:create]


# --8<-- [start:exec]
def start_another() -> int:
    """Start this program anew, as the helper that only looks."""
    command = [sys.executable, __file__, "after"]
    pid = os.posix_spawn(sys.executable, command, os.environ)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)
    # --8<-- [end:exec]


# --8<-- [start:check]
def check(when: str) -> None:
    """Count the epoll instances among our descriptors."""
    descriptors = os.scandir("/proc/self/fd")
    links = [os.readlink(descriptor) for descriptor in descriptors]
    epolls = links.count("anon_inode:[eventpoll]")
    print(f"{when} exec, epoll instances: {epolls}", flush=True)
    # --8<-- [end:check]


def main() -> int:
    if sys.argv[1:] == ["after"]:
        check("after")
        return 0
    epoll = create()
    check("before")
    status = start_another()
    epoll.close()
    return status


if __name__ == "__main__":
    sys.exit(main())
