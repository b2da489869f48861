"""The socket that the server listens on.

It is made here, with the standard library, because making it is no epoll
matter.  The server gets its descriptor and makes system calls on it.
"""

import errno
import socket
from typing import Any, Final

from epollref.server.limits import ACCEPT_QUEUE

ADDRESS_NOT_LOCAL: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
"""The address is right, and this machine has not got it."""


# --8<-- [start:listen]
def listen_on(
    host: str, port: int, backlog: int = ACCEPT_QUEUE
) -> socket.socket:
    """Return a listening TCP socket.

    It is non-blocking: a connection that is reset before accept4(2) takes
    it may be gone from the queue, and a blocking accept would wait for the
    next one (accept(2)).  Accepted sockets do *not* inherit that on Linux,
    but they do inherit ``TCP_NODELAY``: an echo has no time to lose.
    ``SO_REUSEADDR`` lets a restarted server listen at once, although old
    connections are still in TIME_WAIT (tcp(7)).

    Args:
        host: A local address or its name, the first that the machine has;
            ``""`` for every IPv4 address.
        port: 0 to 65535; 0 is any free port.
        backlog: How many connections may wait to be accepted; the kernel
            cuts it to ``net.core.somaxconn`` (listen(2)).

    Returns:
        The socket.  ``Server`` wants its descriptor: ``.detach()`` it.

    Raises:
        ValueError: The port is out of range.
        OSError: EADDRINUSE, EADDRNOTAVAIL (not local), EACCES; or
            ``socket.gaierror`` (no such host).

    Examples:
        >>> from epollref.server.listener import listen_on
        >>> with listen_on("127.0.0.1", 0) as listener:
        ...     listener.getblocking()
        ...
        False
    """
    if not 0 <= port <= 65535:
        raise ValueError(f"port {port} is out of range: 0 to 65535")
    *others, last = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    for family, _, _, _, address in others:
        try:
            return _bind_and_listen(family, address, backlog)
        except OSError as error:
            # A name may mean more addresses than this machine has: a
            # container may know ``localhost`` as ``::1`` and have no IPv6.
            if error.errno not in ADDRESS_NOT_LOCAL:
                raise
    return _bind_and_listen(last[0], last[4], backlog)


def _bind_and_listen(
    family: int, address: tuple[Any, ...], backlog: int
) -> socket.socket:
    kind = socket.SOCK_STREAM | socket.SOCK_NONBLOCK
    listener = socket.socket(family, kind)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen(backlog)
    except OSError:
        listener.close()
        raise
    return listener


# --8<-- [end:listen]
