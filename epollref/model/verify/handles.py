"""Names that outlive a cut: what a number in a script stands for.

Leave out the first ``eventfd`` of a script, and every later descriptor has
another number: the rest means something else.  So before a script is
shortened its numbers become handles, "the second descriptor that call 7
made", and each shorter script gets its numbers anew.  A handle whose maker
was left out becomes -1, which is EBADF everywhere.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from epollref.model.scripts.player import (
    MAKERS,
    Argument,
    Call,
    Crashed,
    Failed,
    Outcome,
    Player,
    ScriptKernel,
)

NO_DESCRIPTOR = frozenset(("epoll_create1", "eventfd"))

Handle = tuple[int, int]
"""Which call made it, and which of its descriptors it is."""


class Line(NamedTuple):
    """A call, and what its descriptors stand for."""

    number: int
    """Its place in the script that nothing was left out of."""
    call: Call
    handles: tuple[tuple[int, Handle], ...]
    """Which arguments are descriptors, and whose."""


def _places(call: Call) -> tuple[int, ...]:
    """Return which arguments are descriptors."""
    if call.name == "epoll_ctl":
        return (0, 2)
    return (0,) if call.arguments and call.name not in NO_DESCRIPTOR else ()


def _made(call: Call, outcome: Outcome) -> tuple[int, ...]:
    if call.name not in MAKERS or isinstance(outcome, Failed | Crashed):
        return ()
    return outcome if isinstance(outcome, tuple) else (outcome,)


def named(calls: Sequence[Call], kernel: ScriptKernel) -> list[Line]:
    """Find out what each number stands for, by playing the script.

    Args:
        calls: The script.
        kernel: A fresh one.
    """
    play = Player(kernel).play
    makers: dict[Argument, Handle] = {}
    lines = []
    for number, call in enumerate(calls):
        handles = tuple(
            (place, makers[call.arguments[place]])
            for place in _places(call)
            if call.arguments[place] in makers
        )
        lines.append(Line(number, call, handles))
        for position, fd in enumerate(_made(call, play(call))):
            makers[fd] = (number, position)
    return lines


def numbered(
    lines: Sequence[Line], make_kernel: Callable[[], ScriptKernel]
) -> list[Call]:
    """Give a script the numbers that it has when played as it is.

    Args:
        lines: A script, perhaps with lines left out.
        make_kernel: Makes a fresh kernel to play it on.
    """
    play = Player(make_kernel()).play
    numbers: dict[Handle, int] = {}
    calls = []
    for line in lines:
        arguments = list(line.call.arguments)
        for place, handle in line.handles:
            arguments[place] = numbers.get(handle, -1)
        call = Call(line.call.name, tuple(arguments))
        calls.append(call)
        for position, fd in enumerate(_made(call, play(call))):
            numbers[line.number, position] = fd
    return calls
