r"""Calls that move bytes: most lines of a log, and what drains an edge.

With one buffer strace shows its beginning, or its address where the call
failed.  Of calls with several buffers all arguments are kept as printed, in
whichever of these forms:

- ``[{"abc", 3}], 1`` up to 4.14,
- ``[{iov_base="abc", iov_len=3}], 1`` later,
- ``{msg_name(0)=NULL, msg_iov(1)=[{"abc", 3}], …}, 0`` up to 4.14,
- ``{msg_name=NULL, …, msg_iov=[{iov_base="abc", …}], …}, 0`` later.
"""

import re
from dataclasses import KW_ONLY, replace
from typing import Any, Final, Self

from epollref.kernel import Kernel
from epollref.trace.calls.parts import (
    ANY,
    FD,
    POINTER,
    address,
    descriptor,
    matched,
    pointer,
)
from epollref.trace.items import Call, Common
from epollref.trace.strings import QUOTED, quoted, unquoted
from epollref.trace.style import Style
from epollref.trace.value import value

_BUFFER: Final = re.compile(
    rf"{FD}, (?:{QUOTED}|({POINTER})), (\d{{1,20}})(?:, (.*+))?", ANY
)
_VECTOR: Final = re.compile(rf"{FD}, (.*+)", ANY)
_LENGTH: Final = re.compile(
    r"""
      "[^"\\]*+(?:\\.[^"\\]*+)*                 # a string is passed over,
      (?:"(?:\.\.\.)?(?:,[ ](\d{1,20})\})?)?    # its length behind it, or
    | iov_len=(\d{1,20})                        # with its name, or
    | \{(?:NULL|0x[0-9a-f]{1,16}),[ ](\d{1,20})\}
    """,
    ANY | re.VERBOSE,
)
"""The length of one buffer of several."""
_COPY: Final = re.compile(
    rf"{FD}, (?:{FD}|(?:NULL|\[\d*\]), {FD}), .*?(\d{{1,20}})(?:, [\w|]+)?", ANY
)


@value
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

    @classmethod
    def read(cls, args: str, common: Common) -> Self:
        """Read a transfer of one buffer."""
        found = matched(_BUFFER, args)
        fd, file, inside, dots, at, n, rest = found.groups()
        return cls(
            int(fd),
            None if inside is None else unquoted(inside),
            int(n),
            cut=dots is not None,
            pointer=pointer(at),
            rest=rest or "",
            file=file or "",
            **common,
        )

    @classmethod
    def read_vector(cls, args: str, common: Common) -> Self:
        """Read a transfer of several buffers: what they hold together."""
        fd, file, rest = matched(_VECTOR, args).groups()
        lengths = ("".join(each) for each in _LENGTH.findall(rest))
        room = sum(int(length) for length in lengths if length)
        return cls(int(fd), None, room, rest=rest, file=file or "", **common)

    def arguments(self, style: Style) -> str:
        fd = descriptor(self.fd, self.file)
        if self.name in VECTORED:
            return f"{fd}, {self.rest}"
        if self.data is None:
            buffer = address(self.pointer)
        else:
            buffer = quoted(self.data, style.strsize, cut=self.cut)
        text = f"{fd}, {buffer}, {self.n}"
        return f"{text}, {self.rest}" if self.rest else text


@value
class Read(Transfer):
    """read(2), pread64, readv, recvfrom, recvmsg, recvmmsg."""

    _: KW_ONLY
    name: str = "read"

    def make(self, kernel: Kernel) -> bytes:
        """Read at most ``n`` bytes."""
        return kernel.read(self.fd, self.n)

    def answered(self, answer: bytes, **end: Any) -> Self:
        """Return the call with the bytes that it returned."""
        return replace(self, **{"result": len(answer), "data": answer, **end})


@value
class Write(Transfer):
    """write(2), pwrite64, writev, sendto, sendmsg, sendmmsg."""

    _: KW_ONLY
    name: str = "write"

    def make(self, kernel: Kernel) -> int:
        """Write ``data``."""
        return kernel.write(self.fd, self.data or b"")


@value
class Copy(Call):
    """sendfile(2), splice and tee: from one descriptor into another."""

    source: int
    target: int
    n: int
    args: str
    """All arguments as printed."""
    _: KW_ONLY
    name: str = "sendfile"

    @classmethod
    def read_sendfile(cls, args: str, common: Common) -> "Copy":
        """Read sendfile: into the first descriptor, from the second."""
        found = matched(_COPY, args)
        source, target = found[3] or found[5], found[1]
        return cls(int(source), int(target), int(found[7]), args, **common)

    @classmethod
    def read_splice(cls, args: str, common: Common) -> "Copy":
        """Read splice: from the first descriptor into the second."""
        found = matched(_COPY, args)
        source, target = found[1], found[3] or found[5]
        return cls(int(source), int(target), int(found[7]), args, **common)

    def arguments(self, style: Style) -> str:
        return self.args


_VECTOR_READS = ("readv", "preadv", "preadv2", "recvmsg", "recvmmsg")
_VECTOR_WRITES = ("writev", "pwritev", "pwritev2", "sendmsg", "sendmmsg")
VECTORED: Final = frozenset(_VECTOR_READS + _VECTOR_WRITES)
"""Calls with more than one buffer: their arguments are kept as printed."""

READERS: Final = {
    **dict.fromkeys(("read", "pread", "pread64"), Read.read),
    **dict.fromkeys(("recv", "recvfrom"), Read.read),
    **dict.fromkeys(_VECTOR_READS, Read.read_vector),
    **dict.fromkeys(("write", "pwrite", "pwrite64"), Write.read),
    **dict.fromkeys(("send", "sendto"), Write.read),
    **dict.fromkeys(_VECTOR_WRITES, Write.read_vector),
    **dict.fromkeys(("sendfile", "sendfile64"), Copy.read_sendfile),
    **dict.fromkeys(("splice", "tee"), Copy.read_splice),
}
