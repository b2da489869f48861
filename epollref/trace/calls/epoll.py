"""One finished call of the seam as a value, one small class a call.

Fields have the names of ``epollref.kernel``, numbers are numbers (a mask is
an ``int``) and strings are bytes.  A field that is not in the call but in
what strace prints about it has a default, so that a tracer gives only what
it knows.

A ``pointer`` is the address that strace prints in place of what it does not
decode: 0 is NULL, ``None`` says that there is no address to show.
A ``file`` is what ``-y`` says about a descriptor: ``TCP:[127.0.0.1:80]``.

Examples:
    >>> from epollref.masks import EPOLL_CTL_ADD, EPOLLIN
    >>> from epollref.kernel import Ready
    >>> from epollref.trace.calls import EpollCtl, EpollWait, Read
    >>> added = EpollCtl(4, EPOLL_CTL_ADD, 6, EPOLLIN, 6)
    >>> waited = EpollWait(4, (Ready(EPOLLIN, 6),), 64, -1, result=1)
    >>> done = Read(6, b"ping", 4096, result=4)
    >>> later = Read(6, None, 4096, result=-1, error="EAGAIN")
    >>> later.failed, added.failed
    (True, False)
"""

from dataclasses import KW_ONLY, dataclass
from typing import NamedTuple

from epollref.kernel import Ready
from epollref.trace.items import Call


class Timespec(NamedTuple):
    """``struct timespec``: the time-out of epoll_pwait2."""

    seconds: int
    nanoseconds: int


@dataclass(frozen=True, slots=True)
class EpollCreate(Call):
    """epoll_create(2): ``size`` means nothing, but has to be positive."""

    size: int
    _: KW_ONLY
    name: str = "epoll_create"


@dataclass(frozen=True, slots=True)
class EpollCreate1(Call):
    """epoll_create1(2)."""

    flags: int
    _: KW_ONLY
    name: str = "epoll_create1"


@dataclass(frozen=True, slots=True)
class EpollCtl(Call):
    """epoll_ctl(2)."""

    epfd: int
    op: int
    fd: int
    events: int = 0
    data: int = 0
    pointer: int | None = None
    """Where strace shows an address in place of ``events`` and ``data``.
    For DEL ``None`` is the NULL that it should be."""
    _: KW_ONLY
    name: str = "epoll_ctl"
    epoll_file: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Wait(Call):
    """What the three calls that wait have in common; see its children."""

    epfd: int
    ready: tuple[Ready, ...]
    maxevents: int
    _: KW_ONLY
    cut: bool = False
    """strace left records out (``-s``): ``ready`` is shorter than
    ``result``."""
    pointer: int | None = None
    """The address of the buffer, where records are not shown."""
    file: str = ""

    @property
    def timeout(self) -> float | None:
        """Seconds; ``None`` for ever (or where an address was printed)."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class EpollWait(Wait):
    """epoll_wait(2)."""

    timeout_ms: int
    _: KW_ONLY
    name: str = "epoll_wait"

    @property
    def timeout(self) -> float | None:
        """Seconds; ``None`` for ever."""
        return None if self.timeout_ms < 0 else self.timeout_ms / 1000


@dataclass(frozen=True, slots=True)
class EpollPwait(EpollWait):
    """epoll_pwait(2)."""

    sigmask: str = "NULL"
    """As printed: ``[INT USR1]``."""
    sigsetsize: int = 8
    _: KW_ONLY
    name: str = "epoll_pwait"


@dataclass(frozen=True, slots=True)
class EpollPwait2(Wait):
    """epoll_pwait2(2): the time-out has nanoseconds."""

    timespec: Timespec | int
    """An ``int`` is an address: 0 (NULL) waits for ever."""
    sigmask: str = "NULL"
    sigsetsize: int = 8
    _: KW_ONLY
    name: str = "epoll_pwait2"

    @property
    def timeout(self) -> float | None:
        """Seconds; ``None`` for ever, or where an address was printed."""
        if isinstance(self.timespec, int):
            return None
        return self.timespec.seconds + self.timespec.nanoseconds / 1e9


@dataclass(frozen=True, slots=True)
class Accept(Call):
    """accept4(2) and accept(2), which has no flags."""

    fd: int
    address: str = "NULL"
    """As printed: the peer, or an address where the call failed."""
    length: str = "NULL"
    flags: int = 0
    _: KW_ONLY
    name: str = "accept4"
    file: str = ""


@dataclass(frozen=True, slots=True)
class Transfer(Call):
    """What reads and writes have in common; see its children."""

    fd: int
    data: bytes | None
    """The bytes, as many as strace shows; ``None`` where it shows none
    (errors), or more than one string (readv, sendmsg)."""
    n: int
    """The room that a read has, the length that a write offers; the sum
    over the vectors of readv and its like."""
    _: KW_ONLY
    cut: bool = False
    """``data`` is only the beginning (``-s``)."""
    pointer: int | None = None
    rest: str = ""
    """Further arguments as printed; of calls with vectors, all after the
    descriptor."""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Read(Transfer):
    """read(2), pread64, readv, recvfrom, recvmsg, recvmmsg."""

    _: KW_ONLY
    name: str = "read"


@dataclass(frozen=True, slots=True)
class Write(Transfer):
    """write(2), pwrite64, writev, sendto, sendmsg, sendmmsg."""

    _: KW_ONLY
    name: str = "write"


@dataclass(frozen=True, slots=True)
class Shutdown(Call):
    """shutdown(2)."""

    fd: int
    how: int
    _: KW_ONLY
    name: str = "shutdown"
    file: str = ""


@dataclass(frozen=True, slots=True)
class Eventfd(Call):
    """eventfd2(2), the system call behind eventfd(2)."""

    initval: int
    flags: int = 0
    _: KW_ONLY
    name: str = "eventfd2"


@dataclass(frozen=True, slots=True)
class Close(Call):
    """close(2)."""

    fd: int
    _: KW_ONLY
    name: str = "close"
    file: str = ""
