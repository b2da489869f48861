"""Calls that make processes and end them.

Who shares a table of descriptors with whom is decided here: threads share
it (``CLONE_FILES``), a forked child has a copy, and execve closes what is
close-on-exec.
"""

import re
from dataclasses import KW_ONLY
from typing import Final

from epollref.trace.calls.parts import ANY, POINTER, matched
from epollref.trace.items import Call, Common
from epollref.trace.strings import QUOTED, unquoted
from epollref.trace.style import Style
from epollref.trace.value import value

_FLAGS: Final = re.compile(r"(?:^|[{ ])flags=([^,}\s]++)", ANY)
_EXECVE: Final = re.compile(
    rf"(?:[^\",]++, )?(?:{QUOTED}|({POINTER})), .*+", ANY
)
_EXIT: Final = re.compile(r"-?\d{1,10}", ANY)


@value
class Clone(Call):
    """clone(2), clone3, fork and vfork: ``result`` is the child."""

    flags: str = ""
    """As printed; empty for fork and vfork."""
    args: str = ""
    """All arguments as printed."""
    _: KW_ONLY
    name: str = "clone"

    @classmethod
    def read(cls, args: str, common: Common) -> "Clone":
        flags = _FLAGS.search(args)
        return cls(flags[1] if flags else "", args, **common)

    def arguments(self, style: Style) -> str:
        return self.args

    @property
    def thread(self) -> bool:
        """Whether the child is a thread of the same process."""
        return "CLONE_THREAD" in self.flags

    @property
    def shares_files(self) -> bool:
        """Whether parent and child share one table of descriptors."""
        return "CLONE_FILES" in self.flags


@value
class Execve(Call):
    """execve(2) and execveat."""

    path: bytes | None
    """The program; ``None`` where strace shows an address."""
    args: str
    """All arguments as printed."""
    _: KW_ONLY
    name: str = "execve"

    @classmethod
    def read(cls, args: str, common: Common) -> "Execve":
        inside = matched(_EXECVE, args)[1]
        path = None if inside is None else unquoted(inside)
        return cls(path, args, **common)

    def arguments(self, style: Style) -> str:
        return self.args


@value
class ExitCall(Call):
    """exit_group(2) and exit(2), which ends one thread."""

    status: int
    _: KW_ONLY
    name: str = "exit_group"

    @classmethod
    def read(cls, args: str, common: Common) -> "ExitCall":
        return cls(int(matched(_EXIT, args)[0]), **common)

    def arguments(self, style: Style) -> str:
        return str(self.status)


READERS: Final = {
    "clone": Clone.read,
    "clone3": Clone.read,
    "fork": Clone.read,
    "vfork": Clone.read,
    "execve": Execve.read,
    "execveat": Execve.read,
    "exit": ExitCall.read,
    "_exit": ExitCall.read,
    "exit_group": ExitCall.read,
}
