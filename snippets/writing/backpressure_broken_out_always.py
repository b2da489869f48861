"""Broken: EPOLLOUT is always wanted.

breaks: EP006

An idle socket has room, so epoll_wait returns at once, again and again:
one idle client costs a whole processor.

usage: backpressure_broken_out_always.py [PORT]
"""

import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field

CHUNK = 16 * 1024
LIMIT = 64 * 1024


@dataclass
class Connection:
    sock: socket.socket
    owed: bytearray = field(default_factory=bytearray)
    ended: bool = False  # the client has sent all it had to say
    mask: int = select.EPOLLIN


class Server:
    def __init__(self, port: int) -> None:
        self.epoll = select.epoll()
        self.listener = socket.create_server(("127.0.0.1", port))
        self.listener.setblocking(False)
        self.connections: dict[int, Connection] = {}

    def accept_one(self) -> None:
        try:
            sock, _ = self.listener.accept()
        except OSError:
            return  # out of descriptors: see accept/loop
        sock.setblocking(False)
        conn = Connection(sock)
        self.connections[sock.fileno()] = conn
        self.epoll.register(sock, conn.mask)

    # --8<-- [start:read]
    def read_some(self, conn: Connection) -> None:
        data = conn.sock.recv(CHUNK)
        conn.ended = not data
        conn.owed += data

    # --8<-- [end:read]

    # --8<-- [start:flush]
    def flush(self, conn: Connection) -> None:
        """Send what fits and keep the rest: EPOLLOUT goes on."""
        with suppress(BlockingIOError):
            sent = conn.sock.send(conn.owed)
            del conn.owed[:sent]

    # --8<-- [end:flush]

    # --8<-- [start:interest]
    def interest(self, conn: Connection) -> int:
        mask = 0
        if not conn.ended and len(conn.owed) < LIMIT:
            mask |= select.EPOLLIN
        mask |= select.EPOLLOUT
        return mask

    def update_interest(self, conn: Connection) -> None:
        """Tell epoll, but only if it differs: MOD is a call."""
        mask = self.interest(conn)
        if mask != conn.mask:
            self.epoll.modify(conn.sock, mask)
        conn.mask = mask

    # --8<-- [end:interest]

    # --8<-- [start:loop]
    def serve(self, conn: Connection, events: int) -> None:
        if events & select.EPOLLIN:
            self.read_some(conn)
        if conn.owed:
            self.flush(conn)
        if conn.ended and not conn.owed:
            raise EOFError  # all is answered
        self.update_interest(conn)

    def loop(self) -> None:
        self.epoll.register(self.listener, select.EPOLLIN)
        while True:
            for fd, events in self.epoll.poll():
                if fd == self.listener.fileno():
                    self.accept_one()
                    continue
                try:
                    with suppress(BlockingIOError):  # a false event
                        self.serve(self.connections[fd], events)
                except (EOFError, OSError):
                    self.close_connection(fd)

    # --8<-- [end:loop]

    def close_connection(self, fd: int) -> None:
        self.epoll.unregister(fd)
        self.connections.pop(fd).sock.close()


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = Server(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print("READY", server.listener.getsockname()[1], flush=True)
    server.loop()


if __name__ == "__main__":
    main()
