"""The data word names a descriptor, and descriptors are used again.

breaks: EP012

A stale event reaches the newcomer that got the number. If it was the
hang-up of the closed one, the newcomer is thrown out.

An echo server for at most LIMIT peers: a newcomer takes the place of
the one that has been silent longest. So a connection can be closed
while its own event waits further down in the same batch, and the
newcomer can get its descriptor number. The event must not find it.

    python connection_broken_fd_key.py [PORT]
"""

import os
import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass

LIMIT = 4
CHUNK = 4096


@dataclass
class Connection:
    """One peer, and what it has sent and not yet got back."""

    token: int
    sock: socket.socket
    mask: int = select.EPOLLIN
    owed: bytes = b""


epoll = select.epoll()
LISTENER = 0
token_of: dict[int, int] = {}  # by descriptor
table: dict[int, Connection] = {}  # by token; the most silent first


# --8<-- [start:allocate]
def allocate(sock: socket.socket) -> Connection:
    """The bug: the descriptor serves as the token."""
    token = sock.fileno()
    conn = table[token] = Connection(token, sock)
    return conn
    # --8<-- [end:allocate]


# --8<-- [start:register]
def register(conn: Connection) -> None:
    """Watch the descriptor; its events mean this token from now on."""
    token_of[conn.sock.fileno()] = conn.token
    epoll.register(conn.sock, conn.mask)
    # --8<-- [end:register]


# --8<-- [start:dispatch]
def next_batch() -> list[tuple[int, int]]:
    """Wait; say at once whom each event is for."""
    return [(token_of[fd], events) for fd, events in epoll.poll()]


def dispatch(listener: socket.socket, token: int, events: int) -> None:
    """Find the connection. No token, no connection: a stale event."""
    if token == LISTENER:
        accept_all(listener)
    elif conn := table.get(token):
        serve(conn, events)
    # --8<-- [end:dispatch]


# --8<-- [start:retire]
def retire(conn: Connection) -> None:
    """The table forgets it; then DEL, then close frees the number."""
    del table[conn.token]
    epoll.unregister(conn.sock)
    conn.sock.close()
    # --8<-- [end:retire]


def accept_one(listener: socket.socket) -> None:
    """Take one connection; if full, the most silent has to leave."""
    sock, _ = listener.accept()
    if len(table) == LIMIT:
        retire(next(iter(table.values())))
    sock.setblocking(False)
    register(allocate(sock))


def accept_all(listener: socket.socket) -> None:
    """Take all that wait."""
    with suppress(OSError):  # out of descriptors: see accept/loop
        while True:
            accept_one(listener)


def serve(conn: Connection, events: int) -> None:
    """Read if nothing is owed, send, and leave at the end of file."""
    table[conn.token] = table.pop(conn.token)  # it is not silent
    if not handle(conn) or events & select.EPOLLHUP:
        retire(conn)  # what it had sent is read and answered
    else:
        update_interest(conn)


def handle(conn: Connection) -> bool:
    """Read if nothing is owed, then send; False when it is over."""
    try:
        with suppress(BlockingIOError):  # a false event, or no room
            if not conn.owed:
                conn.owed = conn.sock.recv(CHUNK)
                if not conn.owed:
                    return False
            conn.owed = conn.owed[conn.sock.send(conn.owed) :]
    except OSError:
        return False
    return True


def update_interest(conn: Connection) -> None:
    """One direction at a time: answer what is owed, then read on."""
    mask = select.EPOLLOUT if conn.owed else select.EPOLLIN
    if mask != conn.mask:
        epoll.modify(conn.sock, mask)
        conn.mask = mask


def exit_on_sigterm() -> None:
    """End with status 0; the pipe wakes a wait that has just begun."""
    wake, woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    epoll.register(wake, select.EPOLLIN)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())


def main() -> None:
    """Listen on 127.0.0.1 and serve until SIGTERM."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    exit_on_sigterm()
    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.setblocking(False)
        token_of[listener.fileno()] = LISTENER
        epoll.register(listener, select.EPOLLIN)
        print("READY", listener.getsockname()[1], flush=True)
        while True:
            for token, events in next_batch():
                dispatch(listener, token, events)


if __name__ == "__main__":
    main()
