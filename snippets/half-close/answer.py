"""An echo server that answers in full when its peer half-closes.

A peer may end its own side first, by shutdown(SHUT_WR), and go on
reading. EPOLLRDHUP tells us so while data may still wait to be read.
The server reads to the end, sends every byte back, ends its own side,
and closes only then.

    python answer.py [PORT]
    printf hello | nc -N 127.0.0.1 PORT
"""

import os
import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass

LIMIT = 64 * 1024  # bytes that one connection may owe
READING = select.EPOLLIN | select.EPOLLRDHUP


@dataclass
class Connection:
    """One peer, and what it has sent and not yet got back."""

    sock: socket.socket
    mask: int = READING
    owed: bytes = b""
    ended: bool = False  # the peer's last byte has been read


epoll = select.epoll()
connections: dict[int, Connection] = {}


# --8<-- [start:interest]
def update_interest(conn: Connection) -> None:
    """One direction at a time: answer what is owed, then read on.

    RDHUP stays true once it is true. Armed while we write, it would
    be reported by every wait.
    """
    mask = select.EPOLLOUT if conn.owed else READING
    if mask != conn.mask:
        epoll.modify(conn.sock, mask)
        conn.mask = mask
    # --8<-- [end:interest]


# --8<-- [start:read]
def read_some(conn: Connection, events: int) -> None:
    """Read once; after RDHUP read on, to the end or a full buffer.

    RDHUP means that the peer's end of file is already here, behind
    its last byte.
    """
    while room := LIMIT - len(conn.owed):
        chunk = conn.sock.recv(room)
        conn.owed += chunk
        conn.ended = chunk == b""
        if conn.ended or not events & select.EPOLLRDHUP:
            break
    # --8<-- [end:read]


# --8<-- [start:shut_and_close]
def shut_and_close(conn: Connection) -> None:
    """End our side behind the last byte, then close."""
    with suppress(OSError):  # the peer may be gone by now
        conn.sock.shutdown(socket.SHUT_WR)
    close_connection(conn)
    # --8<-- [end:shut_and_close]


# --8<-- [start:loop]
def serve(conn: Connection, events: int) -> None:
    """RDHUP is news; only an empty read is the end."""
    with suppress(BlockingIOError):  # a false event, or no room
        if not conn.owed:
            read_some(conn, events)
        flush(conn)
    if conn.ended and not conn.owed:
        shut_and_close(conn)
    else:
        update_interest(conn)


def loop(listener: socket.socket) -> None:
    """Serve until SIGTERM."""
    while True:
        for fd, events in epoll.poll():
            if fd == listener.fileno():
                accept_one(listener)
                continue
            try:
                serve(connections[fd], events)
            except OSError:  # this one is broken, no other
                close_connection(connections[fd])
    # --8<-- [end:loop]


def flush(conn: Connection) -> None:
    """Send what the kernel takes now."""
    if conn.owed:
        conn.owed = conn.owed[conn.sock.send(conn.owed) :]


def accept_one(listener: socket.socket) -> None:
    """Take one connection; the listener is level-triggered."""
    try:
        sock, _ = listener.accept()
    except OSError:
        return  # out of descriptors: see accept/loop
    sock.setblocking(False)
    connections[sock.fileno()] = Connection(sock)
    epoll.register(sock, READING)


def close_connection(conn: Connection) -> None:
    """Forget it, take it off the interest list, close it."""
    del connections[conn.sock.fileno()]
    epoll.unregister(conn.sock)
    conn.sock.close()


def exit_on_sigterm() -> None:
    """End with status 0; the pipe wakes a wait that has just begun."""
    wake, woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    epoll.register(wake, select.EPOLLIN)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())


def main() -> None:
    """Listen on 127.0.0.1 and serve."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    exit_on_sigterm()
    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.setblocking(False)
        epoll.register(listener, select.EPOLLIN)
        print("READY", listener.getsockname()[1], flush=True)
        loop(listener)


if __name__ == "__main__":
    main()
