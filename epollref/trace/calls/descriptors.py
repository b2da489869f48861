"""Calls that copy descriptors, set them, close them, or make two at once.

An auditor of a foreign log needs them to know what a descriptor is:
blocking, a copy of another one, or gone.  Flags are kept as printed
(``O_RDWR|O_NONBLOCK``).
"""

import re
from dataclasses import KW_ONLY, replace
from typing import Any, Final, Self

from epollref.kernel import FileMaker, Kernel
from epollref.trace.calls.parts import (
    ANY,
    FD,
    POINTER,
    WORD,
    address,
    descriptor,
    matched,
    pointer,
)
from epollref.trace.items import Call, Common
from epollref.trace.style import Style
from epollref.trace.value import value

_TWO = rf"(?:\[{FD}, {FD}\]|({POINTER}))"
_PIPE: Final = re.compile(rf"{_TWO}(?:, ({WORD}))?", ANY)
_SOCKETPAIR: Final = re.compile(rf"({WORD}), ({WORD}), ({WORD}), {_TWO}", ANY)
_CLOSE: Final = re.compile(FD, re.ASCII)
_DUP: Final = re.compile(rf"{FD}(?:, {FD})?(?:, ({WORD}))?", ANY)
_RANGE: Final = re.compile(rf"(\d{{1,20}}), (\d{{1,20}}), ({WORD})", ANY)
_REQUEST = rf"_IOC\([^()]*+\)|{WORD}(?: or [^,\s]++)*"
_SET: Final = re.compile(rf"{FD}, ({_REQUEST})(?:, (.++))?", ANY)
"""Where a number has several names, strace prints them with ``or``."""


@value
class Close(Call):
    """close(2)."""

    fd: int
    _: KW_ONLY
    name: str = "close"
    file: str = ""

    @classmethod
    def read(cls, args: str, common: Common) -> "Close":
        fd, file = matched(_CLOSE, args).groups()
        return cls(int(fd), file=file or "", **common)

    def arguments(self, style: Style) -> str:
        return descriptor(self.fd, self.file)

    def make(self, kernel: Kernel) -> None:
        """Close a descriptor."""
        return kernel.close(self.fd)


@value
class CloseRange(Call):
    """close_range(2): all descriptors from ``first`` to ``last``."""

    first: int
    last: int
    flags: str = "0"
    _: KW_ONLY
    name: str = "close_range"

    @classmethod
    def read(cls, args: str, common: Common) -> "CloseRange":
        first, last, flags = matched(_RANGE, args).groups()
        return cls(int(first), int(last), flags, **common)

    def arguments(self, style: Style) -> str:
        return f"{self.first}, {self.last}, {self.flags}"


@value
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

    @classmethod
    def read(cls, args: str, common: Common) -> "Dup":
        fd, file, target, target_file, flags = matched(_DUP, args).groups()
        return cls(
            int(fd),
            None if target is None else int(target),
            flags or "0",
            file=file or "",
            target_file=target_file or "",
            **common,
        )

    def arguments(self, style: Style) -> str:
        text = descriptor(self.fd, self.file)
        if self.target is not None:
            text += f", {descriptor(self.target, self.target_file)}"
        return f"{text}, {self.flags}" if self.name == "dup3" else text

    def make(self, kernel: FileMaker) -> int:
        """Make a copy with the lowest free number."""
        return kernel.dup(self.fd)


@value
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

    @classmethod
    def read(cls, args: str, common: Common) -> "Fcntl":
        fd, file, command, argument = matched(_SET, args).groups()
        return cls(int(fd), command, argument, file=file or "", **common)

    def arguments(self, style: Style) -> str:
        text = f"{descriptor(self.fd, self.file)}, {self.command}"
        return text if self.argument is None else f"{text}, {self.argument}"


@value
class Ioctl(Call):
    """ioctl(2); ``FIONBIO`` with ``[1]`` makes a descriptor non-blocking."""

    fd: int
    request: str
    argument: str | None = None
    _: KW_ONLY
    name: str = "ioctl"
    file: str = ""

    @classmethod
    def read(cls, args: str, common: Common) -> "Ioctl":
        fd, file, request, argument = matched(_SET, args).groups()
        return cls(int(fd), request, argument, file=file or "", **common)

    def arguments(self, style: Style) -> str:
        text = f"{descriptor(self.fd, self.file)}, {self.request}"
        return text if self.argument is None else f"{text}, {self.argument}"


@value
class Two(Call):
    """What the calls that make two descriptors have in common."""

    _: KW_ONLY
    files: tuple[str, str] = ("", "")
    pointer: int | None = None

    def answered(self, answer: tuple[int, int], **end: Any) -> Self:
        """Return the call with the descriptors that it made."""
        return replace(self, **{"result": 0, "fds": answer, **end})


def _two(
    first: str | None,
    file: str | None,
    second: str | None,
    other: str | None,
    at: str | None,
) -> dict[str, Any]:
    """Return the fields of ``Two`` from the groups of ``_TWO``."""
    if first is None or second is None:
        return {"fds": None, "pointer": pointer(at)}
    return {
        "fds": (int(first), int(second)),
        "files": (file or "", other or ""),
    }


@value
class Pipe(Two):
    """pipe2(2), and pipe(2), which has no flags.

    The reading end comes first, then the writing end.
    """

    fds: tuple[int, int] | None = None
    """``None`` where it failed."""
    flags: str = "0"
    _: KW_ONLY
    name: str = "pipe2"

    @classmethod
    def read(cls, args: str, common: Common) -> "Pipe":
        *two, flags = matched(_PIPE, args).groups()
        return cls(flags=flags or "0", **_two(*two), **common)

    def arguments(self, style: Style) -> str:
        if self.name == "pipe":
            return _both(self)
        return f"{_both(self)}, {self.flags}"

    def make(self, kernel: FileMaker) -> tuple[int, int]:
        """Make a pipe."""
        return kernel.pipe()


@value
class Socketpair(Two):
    """socketpair(2)."""

    domain: str
    kind: str
    """``SOCK_STREAM``, and the flags."""
    protocol: str
    fds: tuple[int, int] | None = None
    """``None`` where it failed."""
    _: KW_ONLY
    name: str = "socketpair"

    @classmethod
    def read(cls, args: str, common: Common) -> "Socketpair":
        domain, kind, protocol, *two = matched(_SOCKETPAIR, args).groups()
        return cls(domain, kind, protocol, **_two(*two), **common)

    def arguments(self, style: Style) -> str:
        kind = f"{self.domain}, {self.kind}, {self.protocol}"
        return f"{kind}, {_both(self)}"

    def make(self, kernel: FileMaker) -> tuple[int, int]:
        """Make two sockets that are connected."""
        return kernel.socketpair()


def _both(call: Pipe | Socketpair) -> str:
    """Write the two descriptors."""
    if call.fds is None:
        return address(call.pointer)
    first, second = map(descriptor, call.fds, call.files)
    return f"[{first}, {second}]"


READERS: Final = {
    "close": Close.read,
    "close_range": CloseRange.read,
    "dup": Dup.read,
    "dup2": Dup.read,
    "dup3": Dup.read,
    "fcntl": Fcntl.read,
    "fcntl64": Fcntl.read,
    "ioctl": Ioctl.read,
    "pipe": Pipe.read,
    "pipe2": Pipe.read,
    "socketpair": Socketpair.read,
}
