"""Broken: edge-triggered, but one read for each event.

breaks: EP001

Of a long message one buffer comes back; the rest waits in the kernel,
with the loop asleep, until the client sends again.

usage: echo_broken_no_drain.py [PORT]
"""

import select
import signal
import socket
import sys
from dataclasses import dataclass

CHUNK = 4096


@dataclass
class Connection:
    sock: socket.socket
    owed: bytes = b""


class Server:
    def __init__(self, port: int) -> None:
        self.epoll = select.epoll()
        self.listener = self.listen_on(port)
        self.connections: dict[int, Connection] = {}

    # --8<-- [start:listen]
    def listen_on(self, port: int) -> socket.socket:
        """Listen level-triggered: each watch has a mode of its own."""
        listener = socket.create_server(("127.0.0.1", port))
        listener.setblocking(False)
        self.epoll.register(listener, select.EPOLLIN)
        return listener

    # --8<-- [end:listen]

    # --8<-- [start:accept]
    BOTH_WAYS = select.EPOLLIN | select.EPOLLOUT | select.EPOLLRDHUP

    def accept_one(self) -> None:
        """Register once, for all that can happen: no MOD follows."""
        try:
            sock, _ = self.listener.accept()
        except OSError:
            return  # who is left in the queue is reported again
        sock.setblocking(False)
        fd = sock.fileno()
        self.connections[fd] = Connection(sock)
        self.epoll.register(fd, self.BOTH_WAYS | select.EPOLLET)

    # --8<-- [end:accept]

    # --8<-- [start:drain]
    def drain(self, conn: Connection) -> None:
        """Read and answer once."""
        if self.flush(conn):
            conn.owed = conn.sock.recv(CHUNK)
            if not conn.owed:
                raise EOFError
            self.flush(conn)

    # --8<-- [end:drain]

    # --8<-- [start:flush]
    def flush(self, conn: Connection) -> bool:
        """Send all that is owed; False if EPOLLOUT has to call us."""
        while conn.owed:
            try:
                sent = conn.sock.send(conn.owed)
            except BlockingIOError:
                return False
            conn.owed = conn.owed[sent:]
        return True

    # --8<-- [end:flush]

    # --8<-- [start:loop]
    def loop(self) -> None:
        while True:
            for fd, _ in self.epoll.poll():
                if fd == self.listener.fileno():
                    self.accept_one()
                    continue
                try:  # whatever the event was, draining meets it
                    self.drain(self.connections[fd])
                except BlockingIOError:
                    pass  # drained: the next byte is a new edge
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
