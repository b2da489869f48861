"""Calls on sockets: how they are made, connected, accepted and shut.

What an auditor has to know of a descriptor is here: which one listens, and
which one blocks.  Addresses and kinds are kept as printed
(``SOCK_STREAM|SOCK_CLOEXEC``).
"""

import re
from dataclasses import KW_ONLY
from typing import Final

from epollref.kernel import FileMaker, Kernel
from epollref.trace.calls.parts import (
    ANY,
    FD,
    INT,
    POINTER,
    WORD,
    descriptor,
    matched,
    signed,
)
from epollref.trace.items import Call, Common
from epollref.trace.style import Style
from epollref.trace.value import value
from epollref.trace.words import ACCEPT_FLAGS, HOW

_LENGTH = rf"\[[^\[\]]*+\]|{POINTER}"
_SOCKET: Final = re.compile(rf"({WORD}), ({WORD}), ({WORD})", ANY)
_LISTEN: Final = re.compile(rf"{FD}, {INT}", ANY)
_CONNECT: Final = re.compile(rf"{FD}, (.+), (\d{{1,10}})", ANY)
_ACCEPT: Final = re.compile(
    rf"{FD}, (\{{.*\}}|{POINTER}), ({_LENGTH})(?:, (.++))?", ANY
)
_OLD_NULL: Final = {"0": "NULL"}
"""How strace up to 4.11 printed an address that is NULL."""
_SHUTDOWN: Final = re.compile(rf"{FD}, (.++)", re.ASCII)
_OLD_HOW: Final = re.compile(r"([012]) /\* [a-z ]+ \*/")
_OPTION: Final = re.compile(
    rf"{FD}, ({WORD}), ({WORD}), (.+), ({_LENGTH})", ANY
)


@value
class Socket(Call):
    """socket(2)."""

    domain: str
    kind: str
    """``SOCK_STREAM``, and the flags."""
    protocol: str
    _: KW_ONLY
    name: str = "socket"

    @classmethod
    def read(cls, args: str, common: Common) -> "Socket":
        domain, kind, protocol = matched(_SOCKET, args).groups()
        return cls(domain, kind, protocol, **common)

    def arguments(self, style: Style) -> str:
        return f"{self.domain}, {self.kind}, {self.protocol}"

    def make(self, kernel: FileMaker) -> int:
        """Make the socket."""
        return kernel.stream_socket(self.domain)


@value
class Listen(Call):
    """listen(2)."""

    fd: int
    backlog: int
    _: KW_ONLY
    name: str = "listen"
    file: str = ""

    @classmethod
    def read(cls, args: str, common: Common) -> "Listen":
        fd, file, backlog = matched(_LISTEN, args).groups()
        return cls(int(fd), signed(backlog), file=file or "", **common)

    def arguments(self, style: Style) -> str:
        return f"{descriptor(self.fd, self.file)}, {self.backlog}"


@value
class Connect(Call):
    """connect(2)."""

    fd: int
    address: str
    """As printed, braces included."""
    length: int
    _: KW_ONLY
    name: str = "connect"
    file: str = ""

    @classmethod
    def read(cls, args: str, common: Common) -> "Connect":
        fd, file, address, length = matched(_CONNECT, args).groups()
        return cls(int(fd), address, int(length), file=file or "", **common)

    def arguments(self, style: Style) -> str:
        fd = descriptor(self.fd, self.file)
        return f"{fd}, {self.address}, {self.length}"


@value
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

    @classmethod
    def read(cls, args: str, common: Common) -> "Accept":
        fd, file, address, length, flags = matched(_ACCEPT, args).groups()
        return cls(
            int(fd),
            _OLD_NULL.get(address, address),
            _OLD_NULL.get(length, length),
            ACCEPT_FLAGS.value(flags) if flags else 0,
            file=file or "",
            **common,
        )

    def arguments(self, style: Style) -> str:
        fd = descriptor(self.fd, self.file)
        text = f"{fd}, {self.address}, {self.length}"
        if self.name == "accept":
            return text
        return f"{text}, {ACCEPT_FLAGS.text(self.flags)}"

    def make(self, kernel: Kernel) -> int:
        """Take one connection from a listener."""
        return kernel.accept4(self.fd, self.flags)


@value
class Shutdown(Call):
    """shutdown(2)."""

    fd: int
    how: int
    _: KW_ONLY
    name: str = "shutdown"
    file: str = ""

    @classmethod
    def read(cls, args: str, common: Common) -> "Shutdown":
        """Read it; strace 4 printed ``1 /* send */``."""
        fd, file, how = matched(_SHUTDOWN, args).groups()
        old = _OLD_HOW.fullmatch(how)
        way = int(old[1]) if old else HOW.value(how)
        return cls(int(fd), way, file=file or "", **common)

    def arguments(self, style: Style) -> str:
        return f"{descriptor(self.fd, self.file)}, {HOW.text(self.how)}"

    def make(self, kernel: Kernel) -> None:
        """Close one direction, or both."""
        return kernel.shutdown(self.fd, self.how)


@value
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

    @classmethod
    def read(cls, args: str, common: Common) -> "Getsockopt":
        found = matched(_OPTION, args).groups()
        fd, file, level, option, value, length = found
        return cls(
            int(fd), level, option, value, length, file=file or "", **common
        )

    def arguments(self, style: Style) -> str:
        fd = descriptor(self.fd, self.file)
        option = f"{self.level}, {self.option}"
        return f"{fd}, {option}, {self.value}, {self.length}"


READERS: Final = {
    "socket": Socket.read,
    "listen": Listen.read,
    "connect": Connect.read,
    "accept": Accept.read,
    "accept4": Accept.read,
    "shutdown": Shutdown.read,
    "getsockopt": Getsockopt.read,
}
