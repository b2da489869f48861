"""What a script asks of a kernel: system calls, and a few words more.

Both kernels have these methods, the model and the host.  What is no system
call stands for several, or for one whose arguments do not matter here.
"""

from typing import Protocol

from epollref.kernel import FileMaker, Ready


class ScriptKernel(FileMaker, Protocol):
    """What a script can call: the seam, and the calls that make files."""

    def timerfd_settime(self, fd: int, expired: bool) -> None:
        """Set a timer anew, and let it expire once, or stop it."""
        ...

    def listener(self) -> int:
        """Make a listening unix stream socket."""
        ...

    def tcp_listener(self) -> int:
        """Make a listening TCP socket on the loopback."""
        ...

    def connect(self, listener: int) -> int:
        """Make a client of a listener."""
        ...

    def connect_to(self, fd: int, listener: int) -> None:
        """Connect a socket to a listener."""
        ...

    def regular_file(self) -> int:
        """Open an empty file, which no epoll takes."""
        ...

    def sleep_in_wait(self, epfd: int, maxevents: int) -> int:
        """Let a new thread wait without end; return its number."""
        ...

    def returned(self) -> list[tuple[int, list[Ready]]]:
        """Return the threads whose wait has ended since the last time."""
        ...

    def fdinfo(self, epfd: int) -> list[tuple[int, int, int]]:
        """Return number, mask and data word of each watch, sorted."""
        ...
