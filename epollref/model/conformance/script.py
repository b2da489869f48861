"""A script: calls one after another, and what each came to.

A call is a name and its arguments.  Its outcome is what it returned, or the
errno that it raised.  Two kernels agree on a script if every outcome is the
same; descriptors are numbers, so they have to agree on those too.

Looking is a call like any other.  poll(2) on an epoll drops stale
candidates, so to look after every call would hide what happens without a
look.
"""

import errno
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from epollref.kernel import Kernel, Ready
from epollref.masks import EVENT_BITS, OPERATIONS


class Failed(NamedTuple):
    """The outcome of a call that raised."""

    errno: int

    def __str__(self) -> str:
        return errno.errorcode[self.errno]


Argument = int | bool | bytes
Outcome = Any
"""A number, bytes, a list of records: whatever the call returns."""


class Call(NamedTuple):
    """One line of a script."""

    name: str
    arguments: tuple[Argument, ...]

    def __str__(self) -> str:
        words = [str(argument) for argument in self.arguments]
        if self.name == "epoll_ctl":
            words[1] = _operation(self.arguments[1])
            words[3:4] = [mask(n) for n in self.arguments[3:4]]
        if self.name == "write":
            words[1] = _short(self.arguments[1])
        return f"{self.name}({', '.join(words)})"


def _operation(number: Argument) -> str:
    names = {value: name for name, value in OPERATIONS.items()}
    return names.get(int(number), str(number))


def mask(bits: Argument) -> str:
    """Return a mask by the names of its bits.

    Args:
        bits: The mask.
    """
    names = [name for name, bit in EVENT_BITS.items() if int(bits) & bit]
    return "|".join(names) or "0"


def _short(data: Argument) -> str:
    if isinstance(data, bytes) and len(data) > 16:
        return f"{data[:8]!r}... {len(data)} bytes"
    return repr(data)


def shown(outcome: Outcome) -> str:
    """Return an outcome for people.

    Args:
        outcome: What ``apply`` returned.
    """
    if isinstance(outcome, bytes):
        return _short(outcome)
    if isinstance(outcome, list):
        return f"[{', '.join(map(_record, outcome))}]"
    return "0" if outcome is None else str(outcome)


def _record(record: tuple[Any, ...]) -> str:
    if isinstance(record[1], list):
        return f"thread {record[0]}: {shown(record[1])}"
    if len(record) == 2:
        return f"({mask(record[0])}, {record[1]:#x})"
    return f"(tfd {record[0]}, {mask(record[1])}, {record[2]:#x})"


class ScriptKernel(Kernel, Protocol):
    """What a script can call: the seam, and the calls that make files."""

    def socketpair(self) -> tuple[int, int]:
        """Make two connected unix stream sockets."""
        ...

    def pipe(self) -> tuple[int, int]:
        """Make a pipe: reader, writer."""
        ...

    def timerfd_create(self) -> int:
        """Make a timer that is not set."""
        ...

    def timerfd_settime(self, fd: int, expired: bool) -> None:
        """Set a timer anew, and let it expire once, or stop it."""
        ...

    def listener(self) -> int:
        """Make a listening unix stream socket."""
        ...

    def tcp_listener(self) -> int:
        """Make a listening TCP socket on the loopback."""
        ...

    def connect(self, listener: int) -> int:
        """Make a client of a listener."""
        ...

    def regular_file(self) -> int:
        """Open an empty file, which no epoll takes."""
        ...

    def sleep_in_wait(self, epfd: int, maxevents: int) -> int:
        """Let a new thread wait without end; return its number."""
        ...

    def returned(self) -> list[tuple[int, list[Ready]]]:
        """Return the threads whose wait has ended since the last time."""
        ...

    def dup(self, fd: int) -> int:
        """Return another descriptor of the same file."""
        ...

    def poll(self, fd: int) -> int:
        """Ask one file for all its conditions (poll(2))."""
        ...

    def fdinfo(self, epfd: int) -> list[tuple[int, int, int]]:
        """Return number, mask and data word of each watch, sorted."""
        ...


class Player:
    """Plays calls on one kernel.

    Args:
        kernel: Where they go.
    """

    __slots__ = ("_kernel", "_methods")

    def __init__(self, kernel: ScriptKernel) -> None:
        self._kernel = kernel
        self._methods: dict[str, Callable[..., Any]] = {}

    def play(self, call: Call) -> Outcome:
        """Make one call.

        Args:
            call: The call.

        Returns:
            What it returned, or ``Failed`` with the errno.
        """
        name, arguments = call
        method = self._methods.get(name)
        if method is None:
            method = self._methods[name] = getattr(self._kernel, name)
        try:
            return method(*arguments)
        except OSError as error:
            return Failed(error.errno or 0)


def difference(
    calls: Iterable[Call], one: ScriptKernel, other: ScriptKernel
) -> int | None:
    """Play a script on two kernels up to the first outcome that differs.

    Args:
        calls: The script.
        one: A fresh kernel.
        other: Another.

    Returns:
        The index of that call; None if they agree.
    """
    play_one, play_other = Player(one).play, Player(other).play
    for index, call in enumerate(calls):
        if play_one(call) != play_other(call):
            return index
    return None


def side_by_side(
    calls: Sequence[Call],
    names: tuple[str, str],
    kernels: tuple[ScriptKernel, ScriptKernel],
) -> str:
    """Play a script on two kernels and write down what each answered.

    Args:
        calls: The script.
        names: What to call the two kernels.
        kernels: Two fresh ones.

    Returns:
        A line for each call; one that differs starts with ``!``.
    """
    rows = [("", "call", *names)]
    one, other = Player(kernels[0]), Player(kernels[1])
    for call in calls:
        left, right = one.play(call), other.play(call)
        sign = " " if left == right else "!"
        rows.append((sign, str(call), shown(left), shown(right)))
    widths = [max(len(row[n]) for row in rows) for n in range(4)]
    lines = [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        )
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)
