"""What the methods of an epoll object take, read as CPython reads it.

A drop-in accepts what the original accepts and refuses the rest with the
same type of error: a descriptor or an object that has one, any integer with
``__index__``, a timeout in seconds (``Modules/selectmodule.c``).
"""

import math
import operator
from typing import Protocol, SupportsIndex

from epollref.linux import INT_MAX, INT_MIN


class HasFileno(Protocol):
    """A file, a socket: anything with a descriptor."""

    def fileno(self) -> int:
        """Return the descriptor."""
        ...


def as_descriptor(file: int | HasFileno) -> int:
    """Return the descriptor of a file, as CPython's select module reads it.

    Args:
        file: A descriptor, or an object with a ``fileno()`` method.

    Returns:
        The descriptor, a C int from 0.

    Raises:
        TypeError: It is neither.
        ValueError: The number is negative.
        OverflowError: The number is no C int.
    """
    if isinstance(file, int):
        fd = file
    else:
        method = getattr(file, "fileno", None)
        if method is None:
            raise TypeError(
                "argument must be an int, or have a fileno() method."
            )
        fd = method()
        if not isinstance(fd, int):
            raise TypeError("fileno() returned a non-integer")
    if fd > INT_MAX:
        raise OverflowError("Python int too large to convert to C int")
    if fd < 0:
        raise ValueError(f"file descriptor cannot be a negative integer ({fd})")
    return fd


def c_int(number: SupportsIndex) -> int:
    """Read an integer as CPython does, ``__index__`` included.

    Args:
        number: Any integer.

    Returns:
        The number, which fits in a C int.

    Raises:
        TypeError: It is no integer.
        OverflowError: It does not fit.
    """
    value = operator.index(number)
    if not INT_MIN <= value <= INT_MAX:
        raise OverflowError("Python int too large to convert to C int")
    return value


def checked_mask(eventmask: SupportsIndex) -> int:
    """Read a mask: 32 bits, and nothing is cut off in silence.

    Args:
        eventmask: Any integer.

    Returns:
        The mask.

    Raises:
        TypeError: It is no integer.
        OverflowError: It is negative or wider than 32 bits.
    """
    mask = operator.index(eventmask)
    if not 0 <= mask < 1 << 32:
        raise OverflowError("eventmask must fit in 32 bits")
    return mask


def milliseconds(timeout: float | SupportsIndex | None) -> int:
    """Turn seconds into what epoll_wait(2) takes, rounded up.

    Up is towards zero below it: a little less than nothing is nothing.

    Args:
        timeout: Seconds; ``None``, or a millisecond and more below zero,
            waits for ever.

    Returns:
        Milliseconds; -1 waits for ever.

    Raises:
        TypeError: It is no number.
        ValueError: It is not a number (NaN).
        OverflowError: The milliseconds are no C int.
    """
    if timeout is None:
        return -1
    if not isinstance(timeout, float):
        timeout = operator.index(timeout)
    rounded = math.ceil(timeout * 1000)
    if not INT_MIN <= rounded <= INT_MAX:
        raise OverflowError("timeout is too large")
    return max(rounded, -1)
