"""Broken: a level-triggered handler under an edge-triggered mask.

breaks: EP001

It reads once per event, as before. Of a long message one buffer comes
back; the rest waits until the client sends again.

usage: echo_broken_edge_mask.py [PORT]
"""

import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass

CHUNK = 4096


@dataclass
class Connection:
    sock: socket.socket
    mask: int
    owed: bytes = b""


class Server:
    def __init__(self, port: int) -> None:
        self.epoll = select.epoll()
        self.listener = self.listen_on(port)
        self.connections: dict[int, Connection] = {}

    # --8<-- [start:listen]
    def listen_on(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        listener.setblocking(False)
        self.epoll.register(listener, select.EPOLLIN)
        return listener

    # --8<-- [end:listen]

    # --8<-- [start:accept]
    INPUT = select.EPOLLIN | select.EPOLLET
    ROOM = select.EPOLLOUT

    def accept_one(self) -> None:
        """Take one client; if more wait, epoll reports that again."""
        try:
            sock, _ = self.listener.accept()
        except OSError:
            return  # who is left in the queue is reported again
        sock.setblocking(False)
        fd = sock.fileno()
        self.connections[fd] = Connection(sock, self.INPUT)
        self.epoll.register(fd, self.INPUT)

    # --8<-- [end:accept]

    # --8<-- [start:read]
    def read_some(self, conn: Connection) -> None:
        """Read once; if more waits, epoll reports that again."""
        conn.owed = conn.sock.recv(CHUNK)
        if not conn.owed:
            raise EOFError
        self.flush(conn)

    def flush(self, conn: Connection) -> None:
        """Send what fits; wait for room if that was not all."""
        with suppress(BlockingIOError):
            sent = conn.sock.send(conn.owed)
            conn.owed = conn.owed[sent:]
        self.update_interest(
            conn, self.ROOM if conn.owed else self.INPUT
        )

    # --8<-- [end:read]

    def update_interest(self, conn: Connection, mask: int) -> None:
        """Change the mask, but only if it differs: MOD is a call."""
        if conn.mask != mask:
            self.epoll.modify(conn.sock, mask)
            conn.mask = mask

    # --8<-- [start:close]
    def close_connection(self, fd: int) -> None:
        self.epoll.unregister(fd)
        self.connections.pop(fd).sock.close()

    # --8<-- [end:close]

    # --8<-- [start:loop]
    def serve(self, fd: int, events: int) -> None:
        if events & select.EPOLLOUT:
            self.flush(self.connections[fd])
        else:  # EPOLLIN, EPOLLHUP or EPOLLERR: reading tells
            self.read_some(self.connections[fd])

    def loop(self) -> None:
        while True:
            for fd, events in self.epoll.poll():
                if fd == self.listener.fileno():
                    self.accept_one()
                    continue
                try:
                    with suppress(BlockingIOError):  # a false event
                        self.serve(fd, events)
                except (EOFError, OSError):
                    self.close_connection(fd)

    # --8<-- [end:loop]


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = Server(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print("READY", server.listener.getsockname()[1], flush=True)
    server.loop()


if __name__ == "__main__":
    main()
