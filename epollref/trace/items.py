"""What a log is made of: calls, signals, exits and remarks, in order.

A strace log is a sequence of lines, and so is what the tracer sees.  Each
becomes one immutable value.  All of them say who (``pid``), when (``time``)
and where in the log (``line``); what was not printed is 0, ``None`` or empty.

A finished call is one value even where strace needed two lines for it
(``<unfinished ...>`` and ``resumed``).  Who has to know the order in which
calls were entered, not left, looks at ``Begun`` too: Go reports an event
while the ADD that made it is still unfinished.
"""

from dataclasses import KW_ONLY, replace
from typing import Any, Final, Literal, Self, TypedDict

from epollref.trace.style import Style
from epollref.trace.value import value
from epollref.trace.words import error_name

EPOCH_TIMES: Final = 100_000_000
"""Times from here on are moments (1973): ``-ttt``; below they are not."""


@value
class Item:
    """What every line of a log says."""

    _: KW_ONLY
    pid: int = 0
    """The thread (strace traces threads); 0 where the log does not say."""
    time: float | None = None
    """Seconds, at the entry of a call: since the epoch (``-ttt``), since
    midnight (``-t``, ``-tt``; it does not wrap), since the first line
    (``-r``)."""
    line: int = 0
    """The line of the log, from 1: that of its end for a call."""


@value
class Call(Item):
    """A call: one that is over, or (``result`` is ``None``) to be made.

    Each call has a class of its own, in ``epollref.trace.calls``.
    """

    _: KW_ONLY
    name: str = ""
    """The system call; a class that serves a family needs it."""
    result: int | None = 0
    """What it returned, -1 with an error; ``None`` for strace's ``?``."""
    error: str = ""
    """The errno by name: ``EAGAIN``; also ``ERESTARTSYS`` and its like."""
    note: str = ""
    """What strace adds in brackets: ``Timeout``, ``flags O_RDWR``."""
    made: str = ""
    """With ``-y``: what the descriptor is that the call returned."""
    injected: bool = False
    """strace made the result up (``--inject``)."""
    duration: float | None = None
    """Seconds inside the kernel (``-T``)."""
    begun: int = 0
    """The line on which it was entered, where that is another one."""

    @property
    def failed(self) -> bool:
        """Whether it returned an error, or did not return."""
        return self.result is None or bool(self.error)

    @property
    def first_line(self) -> int:
        """The line on which it was entered."""
        return self.begun or self.line

    def arguments(self, style: Style) -> str:
        """Return what stands between the brackets, as strace prints it.

        Args:
            style: The dialect and its limits.

        Raises:
            TypeError: The class of the call has no notation.
        """
        raise TypeError(f"no notation for {type(self).__name__}")

    def make(self, kernel: Any) -> Any:
        """Make the call.

        Args:
            kernel: Has a method for the call (``epollref.kernel``).

        Returns:
            What the method returned.

        Raises:
            OSError: The call failed.
            TypeError: No kernel has a method for this class.
        """
        raise TypeError(f"no kernel makes a {type(self).__name__}")

    def answered(self, answer: Any, **end: Any) -> Self:
        """Return the call with what ``make`` returned.

        Args:
            answer: What it returned.
            end: More fields: who, when, how long, ``made``.
        """
        return replace(self, **{"result": answer or 0, **end})

    def refused(self, errno: int, **end: Any) -> Self:
        """Return the call with the error that ``make`` raised.

        Args:
            errno: Its number.
            end: More fields: who, when, how long.
        """
        return replace(self, result=-1, error=error_name(errno), **end)


class Common(TypedDict, total=False):
    """What a log says of a call beside its arguments: fields of ``Call``."""

    name: str
    pid: int
    time: float | None
    line: int
    begun: int
    result: int | None
    error: str
    note: str
    made: str
    injected: bool
    duration: float | None


@value
class OtherCall(Call):
    """A call that has no class: its arguments are kept as printed."""

    args: str

    def arguments(self, style: Style) -> str:
        """Return them as they were printed."""
        return self.args


@value
class Resumed(Call):
    """The end of a call whose beginning is not in the log."""

    args: str = ""
    """The arguments that strace prints at the end, as printed."""

    def arguments(self, style: Style) -> str:
        """Return them as they were printed."""
        return self.args


@value
class Begun(Item):
    """A call that was entered and whose end comes later, or never."""

    name: str
    args: str = ""
    """The arguments that are known at the entry, as printed."""
    fate: Literal["unfinished", "detached", "killed"] = "unfinished"
    """``unfinished``: the end comes later; ``detached``: strace left;
    ``killed``: the process died inside the call."""
    call: Call | None = None
    """The call, where all its arguments are known at the entry (as of
    epoll_ctl and close); its result is ``None``."""
    fd: int | None = None
    """The first argument, where it is a descriptor."""


@value
class Signal(Item):
    """A signal was delivered."""

    name: str
    """``SIGCHLD``"""
    info: str = ""
    """The fields of siginfo_t as printed, braces included."""


@value
class Stopped(Item):
    """The process was stopped (``--- stopped by SIGSTOP ---``)."""

    name: str
    """``SIGSTOP``"""


@value
class Exit(Item):
    """A thread is gone."""

    status: int | None = None
    """Its exit status; ``None`` if a signal killed it."""
    signal: str = ""
    """The signal that killed it."""
    core: bool = False
    """It left a core file."""
    superseded_by: int = 0
    """Another thread called execve, which goes on under this number."""


@value
class Remark(Item):
    """strace talks about itself: ``strace: Process 7 attached``."""

    text: str
