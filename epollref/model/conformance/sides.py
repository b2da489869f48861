"""A script and what two kernels made of it, side by side."""

from collections.abc import Sequence

from epollref.model.conformance.script import Call, Player, ScriptKernel
from epollref.model.conformance.traced import line


def side_by_side(
    calls: Sequence[Call],
    names: tuple[str, str],
    kernels: tuple[ScriptKernel, ScriptKernel],
) -> str:
    """Play a script on two kernels and write both traces down.

    Args:
        calls: The script.
        names: What to call the two kernels.
        kernels: Two fresh ones.

    Returns:
        A line for each call; one that differs starts with ``!``.  Each half
        is in strace's notation.
    """
    rows = [(" ", *names)]
    one, other = Player(kernels[0]), Player(kernels[1])
    for call in calls:
        left, right = one.play(call), other.play(call)
        sign = " " if left == right else "!"
        rows.append((sign, line(call, left), line(call, right)))
    width = max(len(row[1]) for row in rows)
    return "\n".join(
        f"{sign} {left.ljust(width)}  {right}" for sign, left, right in rows
    )
