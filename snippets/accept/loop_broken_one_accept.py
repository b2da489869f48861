"""Broken: edge-triggered listener, but one accept for each edge.

breaks: EP002

Of two clients that arrive together the second is not greeted, until a
third arrives; and then the third waits in its place.

usage: loop_broken_one_accept.py [PORT]
"""

import errno
import os
import select
import signal
import socket
import sys
from contextlib import suppress


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
        self.reserve = os.open(os.devnull, os.O_RDONLY)

    # --8<-- [end:reserve]

    # --8<-- [start:accept]
    OUT_OF_DESCRIPTORS = (errno.EMFILE, errno.ENFILE)

    def accept_one(self) -> bool:
        """Take one client; False if nobody waits any more."""
        try:
            sock, _ = self.listener.accept()
        except BlockingIOError:
            return False
        except OSError as error:  # others: the next client may be fine
            full = error.errno in self.OUT_OF_DESCRIPTORS
            return self.turn_away() if full else True
        self.greet(sock)
        return True

    def accept_all(self) -> None:
        self.accept_one()

    # --8<-- [end:accept]

    # --8<-- [start:emfile]
    def turn_away(self) -> bool:
        """Take a client only to close it; False if nobody waits.

        accept4 reserves a number before it looks at the queue: at the
        limit it says EMFILE for an empty queue too.
        """
        os.close(self.reserve)
        try:
            self.listener.accept()[0].close()
            return True
        except BlockingIOError:
            return False
        finally:
            self.keep_reserve()

    # --8<-- [end:emfile]

    def greet(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        with suppress(OSError):  # reset already: epoll tells that too
            sock.send(b"hello\n")
        self.clients[sock.fileno()] = sock
        self.epoll.register(sock, select.EPOLLIN)

    def discard(self, fd: int) -> None:
        """Throw away what a client says; its end or a reset ends it."""
        try:
            gone = not self.clients[fd].recv(4096)
        except OSError:
            gone = True
        if gone:
            self.epoll.unregister(fd)
            self.clients.pop(fd).close()

    # --8<-- [start:loop]
    def loop(self) -> None:
        mask = select.EPOLLIN | select.EPOLLET
        self.epoll.register(self.listener, mask)
        while True:
            for fd, _ in self.epoll.poll():
                if fd == self.listener.fileno():
                    self.accept_all()
                else:
                    self.discard(fd)

    # --8<-- [end:loop]


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = Server(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print("READY", server.listener.getsockname()[1], flush=True)
    server.loop()


if __name__ == "__main__":
    main()
