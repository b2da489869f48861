"""Real sockets that have a number already: asked, and set to a size."""

import functools
import os
import socket

Name = bytes | str | tuple[str, int]
"""What a socket is bound to; "" for nothing."""


def shared(real: int) -> socket.socket:
    """Return a socket object for a file that has a number already.

    Args:
        real: The number, which stays open when the object is closed.

    Raises:
        OSError: EBADF, ENOTSOCK.
    """
    copy = os.dup(real)
    try:
        return socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        raise


def bound_name(real: int) -> Name:
    """Return what a socket is bound to (getsockname(2)).

    Args:
        real: Its number.

    Raises:
        OSError: EBADF, ENOTSOCK.
    """
    with shared(real) as bound:
        name: Name = bound.getsockname()
        return name


def connect_by_name(client: socket.socket, name: Name) -> None:
    """Connect a socket to a name, of whatever family.

    Args:
        client: The socket.
        name: What another one is bound to.

    Raises:
        OSError: As connect(2) says.
    """
    family = socket.AF_INET if isinstance(name, tuple) else socket.AF_UNIX
    copy = os.dup(client.fileno())
    with socket.socket(family, socket.SOCK_STREAM, fileno=copy) as caller:
        caller.connect(name)


def prepare(real: int, send_buffer: int | None) -> None:
    """Set the send buffer of a unix socket, if it is not the usual one.

    A TCP socket keeps its own, and sends at once.  It was made blocking: its
    connect has to be over when it returns.

    Args:
        real: Its number.
        send_buffer: Bytes; None for what the machine gives.
    """
    with shared(real) as prepared:
        if prepared.family == socket.AF_INET:
            prepared.setblocking(False)
            prepared.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        elif send_buffer is not None:
            # The kernel doubles what it is told (socket(7)).
            half = send_buffer // 2
            prepared.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, half)


@functools.cache
def usual_send_buffer() -> int:
    """Return what a new unix socket has, unless it is told otherwise."""
    with socket.socket(socket.AF_UNIX) as usual:
        return usual.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
