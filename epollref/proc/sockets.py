"""The sockets of a process's network namespace, from whoever knows more.

``ss`` shows those of its own namespace; a process in a container has others.
Where the process shares ours, sock_diag(7) is asked; else, and where that
cannot answer, the tables in ``/proc/PID/net`` are read.
"""

import os
from collections.abc import Collection, Iterator

from epollref.proc.process import Process
from epollref.proc.sock_diag import from_kernel
from epollref.proc.socket_tables import from_tables
from epollref.proc.socket_values import SocketInfo


def sockets(
    process: Process, wanted: Collection[int] | None = None
) -> Iterator[SocketInfo]:
    """Go through the sockets of a process's network namespace.

    Args:
        process: The process.
        wanted: The inodes of the sockets that are asked for; all sockets of
            the namespace if left out, those of other processes too.

    Yields:
        Each socket once.  A TCP socket that was never bound nor connected,
        or that was reset, is in no list: its descriptor alone tells of it.

    Raises:
        ProcessGoneError: The process has ended.
        PermissionError: They may not be read; the text says what helps.

    Examples:
        >>> import os, socket
        >>> from epollref.proc.process import Process
        >>> from epollref.proc.sockets import sockets
        >>> with socket.create_server(("127.0.0.1", 0)) as listener:
        ...     with Process() as process:
        ...         inode = os.fstat(listener.fileno()).st_ino
        ...         for each in sockets(process, {inode}):
        ...             print(each.protocol, each.state, each.accept_queue)
        ...
        tcp LISTEN 0
    """
    kept = None if wanted is None else frozenset(wanted)
    if kept is not None and not kept:
        return
    if _shares_our_network(process):
        try:
            found = list(from_kernel(kept))
        except OSError:
            found = None
        if found is not None:
            yield from found
            return
    yield from from_tables(process, kept)


def protocol_of(process: Process, fd: int) -> str:
    """Ask a socket for its protocol: of one that is in no list, too.

    Args:
        process: The process.
        fd: The descriptor of a socket in that process.

    Returns:
        The kernel's word: ``TCP``, ``UDP``, ``UNIX-STREAM``, ``NETLINK``;
        nothing where it does not say, or for what is no socket.

    Raises:
        ProcessGoneError: The process has ended.
        PermissionError: It may not be asked; the text says what helps.
    """
    path = f"/proc/self/fd/{process.fileno()}/{process.files()}fd/{fd}"
    try:
        name = os.getxattr(path, "system.sockprotoname")
    except (FileNotFoundError, PermissionError) as error:
        if isinstance(explained := process.explained(error), FileNotFoundError):
            return ""
        raise explained from None
    except OSError:
        return ""
    return name.rstrip(b"\0").decode()


def _shares_our_network(process: Process) -> bool:
    try:
        return process.link("ns/net") == os.readlink("/proc/self/ns/net")
    except (FileNotFoundError, PermissionError):
        return False
