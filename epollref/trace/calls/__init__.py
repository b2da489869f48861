"""Which reader reads the arguments of which call.

A call that has no reader, or whose arguments are not as its reader expects,
is not lost: it becomes an ``OtherCall`` with its arguments as printed.  Only
the epoll calls have to be understood; where one is not, the line counts as
unread.
"""

import re
from typing import Final, Protocol

from epollref.trace.items import Call, OtherCall, Resumed
from epollref.trace.log_building import Common, quick
from epollref.trace.log_epoll import (
    read_epoll_create,
    read_epoll_create1,
    read_epoll_ctl,
    read_epoll_pwait,
    read_epoll_pwait2,
    read_epoll_wait,
)
from epollref.trace.log_files import (
    read_accept,
    read_close,
    read_eventfd,
    read_read,
    read_readv,
    read_sendfile,
    read_shutdown,
    read_splice,
    read_write,
    read_writev,
)
from epollref.trace.log_foreign import (
    read_clone,
    read_close_range,
    read_connect,
    read_dup,
    read_execve,
    read_exit,
    read_fcntl,
    read_getsockopt,
    read_io_uring_enter,
    read_io_uring_setup,
    read_ioctl,
    read_listen,
    read_pipe,
    read_socket,
    read_socketpair,
)


class Reader(Protocol):
    """Makes a call from its arguments."""

    def __call__(self, args: str, common: Common, /) -> Call:
        """Return the call, or raise ``ValueError``."""
        ...


EPOLL_READERS: Final[dict[str, Reader]] = {
    "epoll_create": read_epoll_create,
    "epoll_create1": read_epoll_create1,
    "epoll_ctl": read_epoll_ctl,
    "epoll_ctl_old": read_epoll_ctl,
    "epoll_wait": read_epoll_wait,
    "epoll_pwait": read_epoll_pwait,
    "epoll_pwait2": read_epoll_pwait2,
}

READERS: Final[dict[str, Reader]] = {
    **EPOLL_READERS,
    "read": read_read,
    "pread64": read_read,
    "recv": read_read,
    "recvfrom": read_read,
    "readv": read_readv,
    "preadv": read_readv,
    "preadv2": read_readv,
    "recvmsg": read_readv,
    "recvmmsg": read_readv,
    "write": read_write,
    "pwrite64": read_write,
    "send": read_write,
    "sendto": read_write,
    "writev": read_writev,
    "pwritev": read_writev,
    "pwritev2": read_writev,
    "sendmsg": read_writev,
    "sendmmsg": read_writev,
    "sendfile": read_sendfile,
    "splice": read_splice,
    "tee": read_splice,
    "accept": read_accept,
    "accept4": read_accept,
    "shutdown": read_shutdown,
    "close": read_close,
    "close_range": read_close_range,
    "eventfd": read_eventfd,
    "eventfd2": read_eventfd,
    "socket": read_socket,
    "socketpair": read_socketpair,
    "pipe": read_pipe,
    "pipe2": read_pipe,
    "dup": read_dup,
    "dup2": read_dup,
    "dup3": read_dup,
    "listen": read_listen,
    "connect": read_connect,
    "fcntl": read_fcntl,
    "fcntl64": read_fcntl,
    "ioctl": read_ioctl,
    "getsockopt": read_getsockopt,
    "clone": read_clone,
    "clone3": read_clone,
    "fork": read_clone,
    "vfork": read_clone,
    "execve": read_execve,
    "execveat": read_execve,
    "exit": read_exit,
    "exit_group": read_exit,
    "io_uring_setup": read_io_uring_setup,
    "io_uring_enter": read_io_uring_enter,
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

other: Final = quick(OtherCall)
resumed: Final = quick(Resumed)


def without_names(args: str) -> str:
    """Return arguments without the names that ``-N`` puts before them.

    Examples:
        >>> from epollref.trace.log_calls import without_names
        >>> without_names("epfd=3, fd=4, event={events=EPOLLIN, data=0x4}")
        '3, 4, {events=EPOLLIN, data=0x4}'
    """
    return _ARGUMENT_NAME.sub(lambda found: found[1] or found[2] or "", args)


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
        return other(args, **common)
    try:
        return reader(args, common)
    except ValueError:
        named = without_names(args)
        if named != args:
            return _read_named(reader, name, args, named, common)
        if name in EPOLL_READERS:
            raise
        return other(args, **common)


def _read_named(
    reader: Reader, name: str, args: str, named: str, common: Common
) -> Call:
    """Read a call again, without the names of its arguments."""
    try:
        return reader(named, common)
    except ValueError:
        if name in EPOLL_READERS:
            raise
        return other(args, **common)
