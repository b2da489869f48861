"""What a log is made of: calls, signals, exits and remarks, in order.

A strace log is a sequence of lines, and so is what the tracer sees.  Each
becomes one immutable value.  All of them say who (``pid``), when (``time``)
and where in the log (``line``); what was not printed is 0, ``None`` or empty.

A finished call is one value even where strace needed two lines for it
(``<unfinished ...>`` and ``resumed``).  Who has to know the order in which
calls were entered, not left, looks at ``Begun`` too: Go reports an event
while the ADD that made it is still unfinished.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What every line of a log says."""

    pid: int = 0
    """The thread (strace traces threads); 0 where the log does not say."""
    time: float | None = None
    """Seconds, at the entry of a call: since the epoch (``-ttt``), since
    midnight (``-t``, ``-tt``; it does not wrap), since the first line
    (``-r``)."""
    line: int = 0
    """The line of the log, from 1: that of its end for a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Item):
    """A call that is over.  Each call has a class of its own."""

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


@dataclass(frozen=True, slots=True)
class OtherCall(Call):
    """A call that has no class: its arguments are kept as printed."""

    args: str


@dataclass(frozen=True, slots=True)
class Resumed(Call):
    """The end of a call whose beginning is not in the log."""

    args: str = ""
    """The arguments that strace prints at the end, as printed."""


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Signal(Item):
    """A signal was delivered."""

    name: str
    """``SIGCHLD``"""
    info: str = ""
    """The fields of siginfo_t as printed, braces included."""


@dataclass(frozen=True, slots=True)
class Stopped(Item):
    """The process was stopped (``--- stopped by SIGSTOP ---``)."""

    name: str
    """``SIGSTOP``"""


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Remark(Item):
    """strace talks about itself: ``strace: Process 7 attached``."""

    text: str
