"""Accepting with an edge-triggered listener.

Clients that arrive together make one edge, so accept until EAGAIN
(BlockingIOError). Out of descriptors, a client cannot be taken off the
queue; a reserve descriptor is spent to take it and close it. If that
fails too, or memory lacks, the wait gets a time limit and the queue
another try: no edge tells of who is left in it. So nobody waits in
vain, the loop does not spin, and whoever comes later finds room again.

Each client gets "hello" and stays until it leaves.

usage: loop.py [PORT]
"""

import errno
import io
import os
import select
import signal
import socket
import sys
from contextlib import suppress

FOR_EVER, PAUSE = -1, 0.1  # seconds


class Server:
    def __init__(self, port: int) -> None:
        self.epoll = select.epoll()
        self.listener = socket.create_server(("127.0.0.1", port))
        self.listener.setblocking(False)
        self.clients: dict[int, socket.socket] = {}
        self.keep_reserve()

    # --8<-- [start:reserve]
    def keep_reserve(self) -> None:
        """Hold a descriptor for the day there are no others."""
        with suppress(OSError):  # at the next time, then
            self.reserve = io.FileIO(os.devnull)

    # --8<-- [end:reserve]

    # --8<-- [start:accept]
    OUT_OF_DESCRIPTORS = (errno.EMFILE, errno.ENFILE)

    def accept_one(self) -> None:
        """Take one client; an OSError says why there is none."""
        try:
            sock, _ = self.listener.accept()
        except OSError as error:
            if error.errno not in self.OUT_OF_DESCRIPTORS:
                raise
            self.turn_away()
        else:
            self.register(sock)

    def accept_all(self) -> float:
        """Until the queue is empty; the time limit of the next wait.

        No edge tells of those who had to be left in the queue.
        """
        try:
            while True:
                with suppress(ConnectionAbortedError):
                    self.accept_one()
        except BlockingIOError:
            return FOR_EVER
        except OSError:
            return PAUSE

    # --8<-- [end:accept]

    # --8<-- [start:emfile]
    def turn_away(self) -> None:
        """Take a client only to close it.

        accept4 reserves a number before it looks at the queue: at the
        limit it says EMFILE for an empty queue too. Now it says EAGAIN.
        """
        self.reserve.close()
        try:
            self.listener.accept()[0].close()
        finally:
            self.keep_reserve()

    # --8<-- [end:emfile]

    def register(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.clients[sock.fileno()] = sock
        self.epoll.register(sock, select.EPOLLOUT)

    def greet(self, sock: socket.socket) -> None:
        """Say hello once there is room for it."""
        sock.send(b"hello\n")  # six bytes fit, or none does
        self.epoll.modify(sock, select.EPOLLIN)

    def discard(self, sock: socket.socket) -> None:
        """Throw away what a client says."""
        if not sock.recv(4096):
            raise EOFError

    def serve(self, fd: int, events: int) -> None:
        out = events & select.EPOLLOUT
        handle = self.greet if out else self.discard
        try:
            with suppress(BlockingIOError):  # a false event
                handle(self.clients[fd])
        except (EOFError, OSError):
            self.epoll.unregister(fd)
            self.clients.pop(fd).close()

    # --8<-- [start:loop]
    def loop(self) -> None:
        mask = select.EPOLLIN | select.EPOLLET
        limit: float = FOR_EVER
        self.epoll.register(self.listener, mask)
        while True:
            events = dict(self.epoll.poll(limit))
            came = events.pop(self.listener.fileno(), 0)
            for fd in events:
                self.serve(fd, events[fd])
            if came or limit != FOR_EVER:  # some may be left waiting
                limit = self.accept_all()

    # --8<-- [end:loop]


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = Server(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print("READY", server.listener.getsockname()[1], flush=True)
    server.loop()


if __name__ == "__main__":
    main()
