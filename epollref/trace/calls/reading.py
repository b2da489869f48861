"""Which reader reads the arguments of which call.

A call that has no reader, or whose arguments are not as its reader expects,
is not lost: it becomes an ``OtherCall`` with its arguments as printed.  Only
the epoll calls have to be understood; where one is not, the line counts as
unread.

What is printed in another way is mended and read again, so that usual lines
pay nothing for it: ``-N`` names the arguments (strace 6.16), and up to 4.11
a descriptor of -1 is 4294967295.
"""

import re
from typing import Final, Protocol

from epollref.trace.calls import (
    counters,
    descriptors,
    epoll,
    io_uring,
    polls,
    processes,
    sockets,
    transfer,
    waits,
)
from epollref.trace.items import Call, Common, OtherCall


class Reader(Protocol):
    """Makes a call from its arguments."""

    def __call__(self, args: str, common: Common, /) -> Call:
        """Return the call, or raise ``ValueError``."""
        ...


EPOLL_READERS: Final[dict[str, Reader]] = {**epoll.READERS, **waits.READERS}

READERS: Final[dict[str, Reader]] = {
    **EPOLL_READERS,
    **transfer.READERS,
    **sockets.READERS,
    **descriptors.READERS,
    **counters.READERS,
    **polls.READERS,
    **processes.READERS,
    **io_uring.READERS,
}
"""By the name of the system call."""

_ARGUMENT_NAME: Final = re.compile(
    r"""
      (^|,[ ])[a-z_0-9]+=(?=[^,])              # before an argument,
    | ("[^"\\]*+(?:\\.[^"\\]*+)*"?             # not in a string,
    | <[^<>]*+>                                # in a file
    | \[ (?:[^\[\]"]++|"[^"\\]*+(?:\\.[^"\\]*+)*"|\[[^\[\]]*+\])* \]
    | \{ (?:[^{}"]++|"[^"\\]*+(?:\\.[^"\\]*+)*"|\{[^{}]*+\})* \})
    """,
    re.ASCII | re.DOTALL | re.VERBOSE,
)
"""The names that ``-N`` prints (strace 6.16), and what may hold the like.

A string that is never closed goes on to the end: one that did not match would
be looked for again at each of its quotes."""

_UNSIGNED: Final = re.compile(r"(^|, )(42949[0-9]{5})(?=[,<]|$)")
"""A descriptor below 0, as strace up to 4.11 may print it."""


def without_names(args: str) -> str:
    """Return arguments without the names that ``-N`` puts before them.

    Examples:
        >>> from epollref.trace.calls.reading import without_names
        >>> without_names("epfd=3, fd=4, event={events=EPOLLIN, data=0x4}")
        '3, 4, {events=EPOLLIN, data=0x4}'
    """
    return _ARGUMENT_NAME.sub(lambda found: found[1] or found[2] or "", args)


def _mended(args: str) -> str:
    """Return arguments as most releases of strace print them."""
    return _UNSIGNED.sub(
        lambda found: f"{found[1]}{int(found[2]) - (1 << 32)}",
        without_names(args),
    )


def read_arguments(name: str, args: str, common: Common) -> Call:
    """Return the call of a name and its arguments.

    Args:
        name: The system call.
        args: What stands between its brackets.
        common: What else is known about the call, its name included.

    Returns:
        A call of the class that belongs to the name, or an ``OtherCall``.

    Raises:
        NotDecodedError: strace was told not to decode what epoll needs.
        ValueError: The arguments of an epoll call make no sense.
    """
    reader = READERS.get(name)
    if reader is None:
        return OtherCall(args, **common)
    try:
        try:
            return reader(args, common)
        except ValueError:
            mended = _mended(args)
            if mended == args:
                raise
            return reader(mended, common)
    except ValueError:
        if name in EPOLL_READERS:
            raise
        return OtherCall(args, **common)
