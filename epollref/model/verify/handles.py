"""Names that outlive a cut: what a number in a script stands for.

Leave out the first ``eventfd`` of a script, and every later descriptor has
another number: the rest means something else.  So before a script is
shortened its numbers become handles, "the second descriptor that call 7
made", and each shorter script gets its numbers anew.  A handle whose maker
was left out becomes -1, which is EBADF everywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from epollref.model.scripts.finished import descriptor_fields, with_descriptors
from epollref.model.scripts.kernel import ScriptKernel
from epollref.model.scripts.player import Player, made
from epollref.trace.calls import Call

Handle = tuple[int, int]
"""Which call made it, and which of its descriptors it is."""


class NamedCall(NamedTuple):
    """A call, and what its descriptors stand for."""

    number: int
    """Its place in the script that nothing was left out of."""
    call: Call
    handles: Mapping[str, Handle]
    """Which arguments are descriptors, and whose."""


def named(calls: Sequence[Call], kernel: ScriptKernel) -> list[NamedCall]:
    """Find out what each number stands for, by playing the script.

    Args:
        calls: The script.
        kernel: A fresh one.
    """
    play = Player(kernel).play
    makers: dict[int, Handle] = {}
    lines = []
    for number, call in enumerate(calls):
        handles = {
            field: makers[fd]
            for field, fd in descriptor_fields(call).items()
            if fd in makers
        }
        lines.append(NamedCall(number, call, handles))
        for position, fd in enumerate(made(call, play(call))):
            makers[fd] = (number, position)
    return lines


def numbered(
    lines: Sequence[NamedCall], make_kernel: Callable[[], ScriptKernel]
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
        call = with_descriptors(
            line.call,
            {
                field: numbers.get(handle, -1)
                for field, handle in line.handles.items()
            },
        )
        calls.append(call)
        for position, fd in enumerate(made(call, play(call))):
            numbers[line.number, position] = fd
    return calls
