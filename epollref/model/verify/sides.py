"""A script and what two kernels made of it, side by side.

Two traces need a wide terminal.  In a narrow one, and in a file, what both
answered alike is written once, and where they differ one answer stands above
the other.
"""

import shutil
from collections.abc import Iterator, Sequence

from epollref.model.scripts.finished import line
from epollref.model.scripts.kernel import ScriptKernel
from epollref.model.scripts.player import Player
from epollref.trace.calls import Call

_Row = tuple[str, str, str]
"""``!`` where the two differ, and the lines of both."""


def side_by_side(
    calls: Sequence[Call],
    names: tuple[str, str],
    kernels: tuple[ScriptKernel, ScriptKernel],
    columns: int | None = None,
) -> str:
    """Play a script on two kernels and write both traces down.

    Args:
        calls: The script.
        names: What to call the two kernels.
        kernels: Two fresh ones.
        columns: How wide a line may be; the terminal is asked if left out.

    Returns:
        A line for each call, or two where they differ; those start with
        ``!``.  All are in strace's notation.
    """
    rows = list(_rows(calls, kernels))
    width = max((len(left) for _, left, _ in rows), default=0)
    most = max((len(right) for *_, right in rows), default=0)
    if columns is None:
        columns = shutil.get_terminal_size().columns
    if 2 + width + 2 + most > columns:
        return "\n".join(_stacked(rows, names))
    return "\n".join(
        f"{sign} {left.ljust(width)}  {right}"
        for sign, left, right in [(" ", *names), *rows]
    )


def _rows(
    calls: Sequence[Call], kernels: tuple[ScriptKernel, ScriptKernel]
) -> Iterator[_Row]:
    one, other = Player(kernels[0]), Player(kernels[1])
    for call in calls:
        left, right = one.play(call), other.play(call)
        sign = " " if left == right else "!"
        yield sign, line(call, left), line(call, right)


def _stacked(rows: Sequence[_Row], names: tuple[str, str]) -> Iterator[str]:
    for sign, left, right in rows:
        if sign == " ":
            yield f"  {left}"
        else:
            yield f"! {names[0]}: {left}"
            yield f"! {names[1]}: {right}"
