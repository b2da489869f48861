"""The socket that the server listens on.

It is made here, with the standard library, because making it is no epoll
matter.  The server gets its descriptor and makes system calls on it.
"""

import socket


# --8<-- [start:listen]
def listen(host: str, port: int, backlog: int = 4096) -> socket.socket:
    """Return a listening TCP socket.

    It is non-blocking: a connection that is reset before accept4(2) takes
    it may be gone from the queue, and a blocking accept would wait for the
    next one (accept(2)).  Accepted sockets do *not* inherit that on Linux,
    but they do inherit ``TCP_NODELAY``: an echo has no time to lose.
    ``SO_REUSEADDR`` lets a restarted server listen at once, although old
    connections are still in TIME_WAIT (tcp(7)).

    Args:
        host: A local address or its name; ``""`` for every IPv4 address.
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
        >>> from epollref.server.listener import listen
        >>> with listen("127.0.0.1", 0) as listener:
        ...     listener.getblocking()
        False
    """
    if not 0 <= port <= 65535:
        raise ValueError(f"port {port} is out of range: 0 to 65535")
    family, kind, protocol, _, address = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind | socket.SOCK_NONBLOCK, protocol)
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
