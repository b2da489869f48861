"""What is said when something goes wrong.

A call that the kernel refuses is one line: what was going on, and the errno.
There may be thousands of them, and no traceback of ours explains a disk or a
wire.  Anything else is a mistake in a session or a handler, and its
traceback tells where.
"""

import errno
import traceback
from collections.abc import Callable
from typing import Final

from epollref.output import say

PEER_GONE_ERRORS: Final = frozenset(
    {
        errno.ECONNRESET,
        errno.EPIPE,
        errno.ECONNABORTED,
        errno.ETIMEDOUT,
        errno.EHOSTUNREACH,
        errno.ENETUNREACH,
        errno.ENETDOWN,
    }
)
"""What read and write say of a connection that has died: no error of ours."""

Report = Callable[[str, Exception], None]
"""Is told what went wrong, and the exception."""


def reason(error: Exception) -> str:
    """Return why a call failed, with the name of the errno.

    Args:
        error: What was raised.

    Examples:
        >>> from epollref.server.report import reason
        >>> reason(OSError(5, "Input/output error"))
        'EIO (Input/output error)'
        >>> reason(TimeoutError("the limit is over"))
        'the limit is over'
    """
    if not isinstance(error, OSError) or error.errno is None:
        return str(error)
    name = errno.errorcode.get(error.errno, str(error.errno))
    return f"{name} ({error.strerror})"


def message_lines(message: str, error: Exception) -> str:
    """Return what is to be said: one line, and the traceback of a mistake.

    Args:
        message: What was going on.
        error: What was raised.
    """
    if isinstance(error, OSError):
        return f"epollref: {message}: {reason(error)}\n"
    where = "".join(traceback.format_exception(error))
    return f"epollref: {message}\n{where}"


def report_on_stderr(message: str, error: Exception) -> None:
    """Write what went wrong to stderr, if somebody is there to read it.

    Args:
        message: What was going on.
        error: What was raised.
    """
    say(message_lines(message, error))
