"""Standard streams that nobody reads: closed, full, or a broken pipe.

What is written to stdout is the result, and a result that is lost is an
error.  What is written to stderr is said by the way: where nobody can take
it, the command goes on, and its exit status tells.
"""

import os
import sys
from typing import Final

from epollref.output import say

LAST_WORDS: Final = 1.0
"""Seconds that a line waits for the reader of stderr."""


def reserve() -> None:
    """Take the numbers of streams that were closed on entry (``>&-``).

    Else the next file or socket would get them, and be written to by
    mistake.  Writing to a reserved stdout fails with EBADF, as if it were
    still closed; glibc does the same for privileged programs
    (csu/check_fds.c).
    """
    for number, flags in enumerate((os.O_WRONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)  # takes the lowest that is free
    if sys.stdout is None:
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115


def release() -> None:
    """Show closed streams to a program as Python does: as None."""
    if sys.__stdout__ is None:
        sys.stdout = sys.__stdout__
    if sys.__stderr__ is None:
        sys.stderr = sys.__stderr__


def note(text: str) -> None:
    """Write a line to stderr, if anybody takes it in time.

    Args:
        text: One line; the program's name is put before it.
    """
    say(f"epollref: {text}\n", LAST_WORDS)


def settle() -> None:
    """Throw away what stdout still holds of a result that was refused."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        discard(1)


def discard(number: int) -> None:
    """Throw away what is written to a stream from now on.

    What its buffer still holds goes there too, so that Python has nothing to
    complain about when it ends.

    Args:
        number: 1 is stdout, 2 is stderr.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)
