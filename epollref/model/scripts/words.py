"""Calls of scripts that are no system calls, as values of a trace.

A word stands for several system calls (``listener``, ``connect``,
``drain``), for one whose arguments do not matter here (``timerfd_settime``),
or for a look (``fdinfo``).  Each is a class as in ``epollref.trace.calls``:
its arguments, how they are written, how it is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, replace
from typing import Any, Final, Self

from epollref.kernel import Ready
from epollref.model.files import OutsideScopeError
from epollref.model.scripts.kernel import ScriptKernel
from epollref.trace.calls import Call, descriptor, written_record
from epollref.trace.style import Style
from epollref.trace.value import value
from epollref.trace.words import EVENTS

FILL_PIECE: Final = bytes(b"abcdefghijklmnopqrstuvwxyz" * 158)[:4096]
"""What ``fill`` writes at a time, and as much as ``drain`` reads."""
MOST_PIECES: Final = 10_000

Names = Mapping[int, str]
"""What a script calls its descriptors; as ``-y`` says what they are."""


@value
class MakeListener(Call):
    """A listening unix stream socket on a name of its own."""

    _: KW_ONLY
    name: str = "listener"

    def arguments(self, style: Style) -> str:
        """Write it: the name is nobody's business."""
        return ""

    def make(self, kernel: ScriptKernel) -> int:
        """Make the socket."""
        return kernel.listener()


@value
class MakeTcpListener(MakeListener):
    """A listening TCP socket on a free port of the loopback."""

    _: KW_ONLY
    name: str = "tcp_listener"

    def make(self, kernel: ScriptKernel) -> int:
        """Make the socket."""
        return kernel.tcp_listener()


@value
class MakeRegularFile(MakeListener):
    """An empty file, which no epoll takes."""

    _: KW_ONLY
    name: str = "regular_file"

    def make(self, kernel: ScriptKernel) -> int:
        """Open it."""
        return kernel.regular_file()


@value
class OnOne(Call):
    """What words about one descriptor have in common."""

    fd: int
    _: KW_ONLY
    file: str = ""

    def arguments(self, style: Style) -> str:
        """Write the descriptor."""
        return descriptor(self.fd, self.file)


@value
class ConnectTo(OnOne):
    """A socket that connects to a listener, ``fd``."""

    _: KW_ONLY
    name: str = "connect"

    def make(self, kernel: ScriptKernel) -> int:
        """Make the socket, and connect it."""
        return kernel.connect(self.fd)


@value
class ConnectSocket(OnOne):
    """A connect of a socket, ``fd``, to the name of a listener."""

    listener: int
    _: KW_ONLY
    name: str = "connect"
    listener_file: str = ""

    def arguments(self, style: Style) -> str:
        """Write both descriptors."""
        listener = descriptor(self.listener, self.listener_file)
        return f"{descriptor(self.fd, self.file)}, {listener}"

    def make(self, kernel: ScriptKernel) -> None:
        """Connect the socket."""
        return kernel.connect_to(self.fd, self.listener)


@value
class SetTimer(OnOne):
    """A timer set anew: it expires once, or is stopped."""

    expired: bool
    _: KW_ONLY
    name: str = "timerfd_settime"

    def arguments(self, style: Style) -> str:
        """Write it."""
        word = "expired" if self.expired else "stopped"
        return f"{descriptor(self.fd, self.file)}, {word}"

    def make(self, kernel: ScriptKernel) -> None:
        """Set the timer."""
        return kernel.timerfd_settime(self.fd, self.expired)


@value
class Fdinfo(OnOne):
    """The interest list of an epoll, as /proc shows it."""

    _: KW_ONLY
    name: str = "fdinfo"

    def make(self, kernel: ScriptKernel) -> list[tuple[int, int, int]]:
        """Look at the list."""
        return kernel.fdinfo(self.fd)

    def answered(
        self, answer: Sequence[tuple[int, int, int]], **end: Any
    ) -> Self:
        """Return the call with the watches behind its result."""
        return replace(
            self, **{"result": len(answer), "note": listed(answer), **end}
        )


def listed(
    watches: Sequence[tuple[int, int, int]], names: Names | None = None
) -> str:
    """Write an interest list.

    Args:
        watches: Number, mask and data word of each watch.
        names: What the descriptors are called.
    """
    known = names or {}
    return ", ".join(
        f"{descriptor(fd, known.get(fd, ''))} {EVENTS.text(events)} {word:#x}"
        for fd, events, word in watches
    )


@value
class Drain(OnOne):
    """Reads until the kernel refuses, or the end."""

    _: KW_ONLY
    name: str = "drain"

    def make(self, kernel: ScriptKernel) -> int:
        """Read."""
        for _ in range(MOST_PIECES):
            if not kernel.read(self.fd, len(FILL_PIECE)):
                return 0
        raise OutsideScopeError("read never comes to an end here")


@value
class Fill(OnOne):
    """Writes until the kernel refuses."""

    _: KW_ONLY
    name: str = "fill"

    def make(self, kernel: ScriptKernel) -> int:
        """Write."""
        for _ in range(MOST_PIECES):
            if not kernel.write(self.fd, FILL_PIECE):
                return 0
        raise OutsideScopeError("write never comes to an end here")


@value
class SleepInWait(Call):
    """A new thread that waits without end; its number is the result."""

    epfd: int
    maxevents: int
    _: KW_ONLY
    name: str = "sleep_in_wait"
    file: str = ""

    def arguments(self, style: Style) -> str:
        """Write it."""
        return f"{descriptor(self.epfd, self.file)}, {self.maxevents}"

    def make(self, kernel: ScriptKernel) -> int:
        """Start the thread."""
        return kernel.sleep_in_wait(self.epfd, self.maxevents)


@value
class Returned(Call):
    """The threads whose wait has ended since the last time."""

    _: KW_ONLY
    name: str = "returned"

    def arguments(self, style: Style) -> str:
        """Write it: it has none."""
        return ""

    def make(self, kernel: ScriptKernel) -> list[tuple[int, list[Ready]]]:
        """Ask for them."""
        return kernel.returned()

    def answered(
        self, answer: Sequence[tuple[int, Sequence[Ready]]], **end: Any
    ) -> Self:
        """Return the call with what each thread was told."""
        note = "; ".join(
            f"thread {thread}: "
            + ", ".join(written_record(*each, "6.13") for each in records)
            for thread, records in answer
        )
        return replace(self, **{"result": len(answer), "note": note, **end})
