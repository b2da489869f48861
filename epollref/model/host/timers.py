"""timerfd through libc: Python has it from 3.13 only.

A timer that is to expire is set to a moment long past, and then awaited:
the kernel runs it from an interrupt, soon and not at once.
"""

import ctypes
import os
import select
import struct
from typing import Final

CLOCK_MONOTONIC: Final = 1
TFD_TIMER_ABSTIME: Final = 1
ITIMERSPEC: Final = struct.Struct("4l")
"""Interval and value, each in seconds and nanoseconds."""
LONG_PAST: Final = ITIMERSPEC.pack(0, 0, 0, 1)
NEVER: Final = ITIMERSPEC.pack(0, 0, 0, 0)

_libc: Final = ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def timerfd_create() -> int:
    """Make a timer that is not set (timerfd_create(2)).

    Raises:
        OSError: EMFILE, ENFILE, ENOMEM.
    """
    flags = os.O_NONBLOCK | os.O_CLOEXEC
    return _checked(_libc.timerfd_create(CLOCK_MONOTONIC, flags))


def timerfd_settime(fd: int, expired: bool) -> None:
    """Set a timer anew; return when it has expired, if it is to.

    Args:
        fd: The timer.
        expired: Whether it expires once, or is stopped.

    Raises:
        OSError: EBADF, EINVAL (no timer).
    """
    value = LONG_PAST if expired else NEVER
    _checked(_libc.timerfd_settime(fd, TFD_TIMER_ABSTIME, value, None))
    if expired:
        poller = select.poll()
        poller.register(fd, select.POLLIN)
        poller.poll()
