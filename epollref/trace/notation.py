"""A whole line in strace's notation.

Who, when, what, the result, and how long it took:
``[pid  4711] 12:00:00.000042 close(6) = 0 <0.000003>``.

The left side, prefix included, is padded with blanks to column 40 (``-a``);
where it is longer, one blank stands before ``=``.

``Notation`` is used by the tracer, by the documentation and by the tests of
the reader: one place says what a line looks like.
"""

import time
from dataclasses import dataclass
from functools import singledispatchmethod
from typing import Final, Literal

from epollref.trace.calls import descriptor
from epollref.trace.items import (
    EPOCH_TIMES,
    Begun,
    Call,
    Exit,
    Item,
    Remark,
    Resumed,
    Signal,
    Stopped,
)
from epollref.trace.style import Style
from epollref.trace.words import ERROR_TEXTS

_DAY: Final = 86400


def _clock(moment: float, *, micros: bool) -> str:
    """Return the time of day; a moment since the epoch in local time."""
    seconds, micro = divmod(round(moment * 1_000_000), 1_000_000)
    if not micros:
        seconds, micro = int(moment), 0
    if moment >= EPOCH_TIMES:
        text = time.strftime("%H:%M:%S", time.localtime(seconds))
    else:
        minutes, second = divmod(seconds % _DAY, 60)
        text = f"{minutes // 60:02}:{minutes % 60:02}:{second:02}"
    return f"{text}.{micro:06}" if micros else text


@dataclass(frozen=True, slots=True)
class Notation(Style):
    """How lines are written: as strace does by default, arrays whole.

    Args:
        dialect: ``6.1`` or ``6.13``.
        strsize: ``-s``.
        abbrev: Whether arrays of events are cut, as strace does by default.
        pid: ``column`` as in a file (``-f -o``), ``brackets`` as on stderr.
        time: ``t``, ``tt`` or ``ttt``.
        duration: Whether ``-T`` is on.
        column: ``-a``.

    Examples:
        >>> from epollref.trace.calls import Close
        >>> from epollref.trace.notation import Notation
        >>> Notation().line(Close(6))
        'close(6)                                = 0'
    """

    pid: Literal["", "column", "brackets"] = ""
    time: Literal["", "t", "tt", "ttt"] = ""
    duration: bool = False
    column: int = 40

    def line(self, item: Item) -> str:
        """Return the line of an item, without the newline.

        Args:
            item: A call, a signal, an exit, a remark.

        Returns:
            The line.  A call that took two lines in its log takes one here.

        Raises:
            TypeError: The class of the item is not one of this package.
        """
        return self._line(item, self._prefix(item))

    def _prefix(self, item: Item) -> str:
        text = ""
        if self.pid == "column":
            text = f"{item.pid:<5} "
        elif self.pid == "brackets":
            text = f"[pid {item.pid:>5}] "
        if item.time is None or not self.time:
            return text
        if self.time == "ttt":
            return f"{text}{item.time:.6f} "
        return f"{text}{_clock(item.time, micros=self.time == 'tt')} "

    def _padded(self, left: str) -> str:
        return f"{left.ljust(self.column - 1)} = "

    @singledispatchmethod
    def _line(self, item: Item, prefix: str) -> str:
        raise TypeError(f"no notation for {type(item).__name__}")

    @_line.register
    def _(self, item: Call, prefix: str) -> str:
        left = f"{prefix}{item.name}({item.arguments(self)})"
        return self._padded(left) + self._result(item)

    @_line.register
    def _(self, item: Resumed, prefix: str) -> str:
        left = f"{prefix}<... {item.name} resumed>{item.args})"
        return self._padded(left) + self._result(item)

    @_line.register
    def _(self, item: Begun, prefix: str) -> str:
        left = f"{prefix}{item.name}({item.args}"
        if item.fate == "killed":
            return f"{self._padded(left + ' <unfinished ...>)')}?"
        return f"{left} <{item.fate} ...>"

    @_line.register
    def _(self, item: Signal, prefix: str) -> str:
        info = f" {item.info}" if item.info else ""
        return f"{prefix}--- {item.name}{info} ---"

    @_line.register
    def _(self, item: Stopped, prefix: str) -> str:
        return f"{prefix}--- stopped by {item.name} ---"

    @_line.register
    def _(self, item: Exit, prefix: str) -> str:
        if item.superseded_by:
            text = f"superseded by execve in pid {item.superseded_by}"
        elif item.signal:
            core = " (core dumped)" if item.core else ""
            text = f"killed by {item.signal}{core}"
        else:
            text = f"exited with {item.status}"
        return f"{prefix}+++ {text} +++"

    @_line.register
    def _(self, item: Remark, prefix: str) -> str:
        return prefix + item.text

    def _result(self, call: Call) -> str:
        """Return what stands after the equals sign."""
        text = self._number(call)
        if call.error:
            text += f" {call.error}"
        note = call.note or ERROR_TEXTS.get(call.error, "")
        if note:
            text += f" ({note})"
        if call.injected:
            text += " (INJECTED)"
        if self.duration and call.duration is not None:
            text += f" <{call.duration:.6f}>"
        return text

    def _number(self, call: Call) -> str:
        if call.result is None:
            return "?"
        if call.result and call.note.startswith("flags "):  # fcntl(F_GETFL)
            return f"{call.result:#x}"
        return descriptor(call.result, call.made)
