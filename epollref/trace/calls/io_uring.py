"""io_uring, which hides calls from strace."""

import re
from dataclasses import KW_ONLY
from typing import Final

from epollref.trace.calls.parts import ANY, FD, matched
from epollref.trace.items import Call, Common
from epollref.trace.style import Style
from epollref.trace.value import value

_SETUP: Final = re.compile(r"(\d{1,10}), .++", ANY)
_ENTER: Final = re.compile(rf"{FD}, (\d{{1,10}}), .++", ANY)


@value
class IoUringSetup(Call):
    """io_uring_setup(2): ``result`` is the descriptor of the ring."""

    entries: int
    args: str
    """All arguments as printed."""
    _: KW_ONLY
    name: str = "io_uring_setup"

    @classmethod
    def read(cls, args: str, common: Common) -> "IoUringSetup":
        return cls(int(matched(_SETUP, args)[1]), args, **common)

    def arguments(self, style: Style) -> str:
        return self.args


@value
class IoUringEnter(Call):
    """io_uring_enter(2): what is submitted here is in no log."""

    fd: int
    to_submit: int
    args: str
    """All arguments as printed."""
    _: KW_ONLY
    name: str = "io_uring_enter"
    file: str = ""

    @classmethod
    def read(cls, args: str, common: Common) -> "IoUringEnter":
        fd, file, count = matched(_ENTER, args).groups()
        return cls(int(fd), int(count), args, file=file or "", **common)

    def arguments(self, style: Style) -> str:
        return self.args


READERS: Final = {
    "io_uring_setup": IoUringSetup.read,
    "io_uring_enter": IoUringEnter.read,
}
