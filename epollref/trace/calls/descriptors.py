"""Calls that make descriptors, or change what one is.

A tracer of the seam never sees them; an auditor of a foreign log needs them
to know what a descriptor is: a listener, blocking, a copy of another one.
Flags are kept as printed (``SOCK_STREAM|SOCK_CLOEXEC``).
"""

from dataclasses import KW_ONLY, dataclass

from epollref.trace.items import Call


@dataclass(frozen=True, slots=True)
class Socket(Call):
    """socket(2)."""

    domain: str
    kind: str
    """``SOCK_STREAM``, and the flags."""
    protocol: str
    _: KW_ONLY
    name: str = "socket"


@dataclass(frozen=True, slots=True)
class Socketpair(Call):
    """socketpair(2)."""

    domain: str
    kind: str
    protocol: str
    fds: tuple[int, int] | None
    """``None`` where it failed."""
    _: KW_ONLY
    pointer: int | None = None
    files: tuple[str, str] = ("", "")
    name: str = "socketpair"


@dataclass(frozen=True, slots=True)
class Pipe(Call):
    """pipe2(2), and pipe(2), which has no flags."""

    fds: tuple[int, int] | None
    """The reading end, then the writing end; ``None`` where it failed."""
    flags: str = "0"
    _: KW_ONLY
    pointer: int | None = None
    files: tuple[str, str] = ("", "")
    name: str = "pipe2"


@dataclass(frozen=True, slots=True)
class Dup(Call):
    """dup(2), dup2 and dup3: ``result`` is the copy."""

    fd: int
    target: int | None = None
    """The number that dup2 and dup3 ask for."""
    flags: str = "0"
    """Of dup3: ``O_CLOEXEC`` or 0."""
    _: KW_ONLY
    name: str = "dup"
    file: str = ""
    target_file: str = ""


@dataclass(frozen=True, slots=True)
class CloseRange(Call):
    """close_range(2): all descriptors from ``first`` to ``last``."""

    first: int
    last: int
    flags: str = "0"
    _: KW_ONLY
    name: str = "close_range"


@dataclass(frozen=True, slots=True)
class Listen(Call):
    """listen(2)."""

    fd: int
    backlog: int
    _: KW_ONLY
    name: str = "listen"
    file: str = ""


@dataclass(frozen=True, slots=True)
class Connect(Call):
    """connect(2)."""

    fd: int
    address: str
    """As printed, braces included."""
    length: int
    _: KW_ONLY
    name: str = "connect"
    file: str = ""


@dataclass(frozen=True, slots=True)
class Fcntl(Call):
    """fcntl(2)."""

    fd: int
    command: str
    """``F_SETFL``"""
    argument: str | None = None
    """As printed: ``O_RDWR|O_NONBLOCK``."""
    _: KW_ONLY
    name: str = "fcntl"
    file: str = ""


@dataclass(frozen=True, slots=True)
class Ioctl(Call):
    """ioctl(2); ``FIONBIO`` with ``[1]`` makes a descriptor non-blocking."""

    fd: int
    request: str
    argument: str | None = None
    _: KW_ONLY
    name: str = "ioctl"
    file: str = ""


@dataclass(frozen=True, slots=True)
class Getsockopt(Call):
    """getsockopt(2); ``SO_ERROR`` is the outcome of a connect."""

    fd: int
    level: str
    option: str
    value: str
    """As printed: ``[0]``, ``[ECONNREFUSED]``."""
    length: str
    _: KW_ONLY
    name: str = "getsockopt"
    file: str = ""


@dataclass(frozen=True, slots=True)
class Copy(Call):
    """sendfile(2) and splice(2): from one descriptor into another."""

    source: int
    target: int
    n: int
    args: str
    """All arguments as printed."""
    _: KW_ONLY
    name: str = "sendfile"
