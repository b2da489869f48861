"""The shortest script that still shows a difference.

A random script that finds a difference is long, and most of it does not
matter.  Delta debugging leaves out parts, halves first and then ever smaller
ones, for as long as a difference remains.  A call whose descriptor was left
out fails with EBADF on both kernels, so every part of a script is a script.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

Piece = TypeVar("Piece")


def shortest(
    lines: Sequence[Piece], fails: Callable[[Sequence[Piece]], bool]
) -> list[Piece]:
    """Leave out every line that is not needed.

    Args:
        lines: A script that fails.
        fails: Says whether a shorter one still does.

    Returns:
        A script that fails, and no longer does without any one line.

    Examples:
        >>> from epollref.model.verify.shrink import shortest
        >>> shortest(range(100), lambda some: 13 in some and 71 in some)
        [13, 71]
    """
    left = list(lines)
    size = max(1, len(left) // 2)
    while True:
        before = len(left)
        start = 0
        while start < len(left):
            rest = left[:start] + left[start + size :]
            if fails(rest):
                left = rest
            else:
                start += size
        if size > 1:
            size //= 2
        elif len(left) == before:
            return left
