"""Many clients at once, on one epoll instance.

Every client sends messages that no other sends, and every byte that comes
back is compared.  Sockets only: the client knows nothing of the server.
"""

import errno
import hashlib
import socket
import time
from collections.abc import Callable
from pathlib import Path

from epollref.epoll import Epoll
from epollref.masks import EPOLLET, EPOLLIN, EPOLLOUT, EPOLLRDHUP

CONNECTING_AT_ONCE = 512
"""Well below the backlog: a dropped SYN would cost a second."""

LIMIT_SECONDS = 120
IP_BIND_ADDRESS_NO_PORT = 24
"""bind(2) an address, and let connect(2) choose the port (ip(7))."""

Progress = Callable[[int], object]


def ports_for_each_address() -> int:
    """How many connections one source address can make to one server."""
    text = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text()
    lowest, highest = map(int, text.split())
    # Half of them: the kernel searches long for the last free ones, and
    # other programs need some.
    return (highest - lowest) // 2


def message(client: int, turn: int, size: int) -> bytes:
    """Return bytes that only this client sends, and only in this turn."""
    block = hashlib.blake2b(f"{client} {turn}".encode()).digest()
    return (block * (size // len(block) + 1))[:size]


class Crowd:
    """Clients of one server, numbered from 0."""

    def __init__(self, port: int) -> None:
        self._server = ("127.0.0.1", port)
        self._epoll = Epoll()
        self._sockets: list[socket.socket] = []
        self._addresses = ports_for_each_address()

    def close(self) -> None:
        """Close every socket, and the epoll instance."""
        for each in self._sockets:
            each.close()
        self._sockets.clear()
        self._epoll.close()

    def connect(self, count: int, progress: Progress) -> None:
        """Connect that many clients, and keep them."""
        waiting: set[int] = set()
        in_time = _deadline()
        while len(self._sockets) < count or waiting:
            while (
                len(waiting) < CONNECTING_AT_ONCE and len(self._sockets) < count
            ):
                waiting.add(self._knock())
            for number, _ in self._epoll.poll(in_time()):
                client = self._sockets[number]
                reason = client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if reason:
                    raise OSError(reason, errno.errorcode[reason])
                mask = EPOLLIN | EPOLLRDHUP | EPOLLET
                self._epoll.modify(client, mask, number)
                waiting.discard(number)
                progress(1)

    def _knock(self) -> int:
        number = len(self._sockets)
        client = socket.socket()
        self._sockets.append(client)
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        client.bind((f"127.0.0.{1 + number // self._addresses}", 0))
        client.connect_ex(self._server)
        self._epoll.register(client, EPOLLOUT, number)
        return number

    def echo(self, turn: int, size: int, progress: Progress) -> int:
        """Let every client say something, and compare what comes back.

        Args:
            turn: Makes the messages differ from those of other turns.
            size: Bytes of each message; small enough for a socket buffer.
            progress: Told of each answer that is complete.

        Returns:
            The number of bytes that came back.

        Raises:
            ValueError: A byte was lost, added or changed.
        """
        wanted = {
            number: message(number, turn, size)
            for number in range(len(self._sockets))
        }
        for number, text in wanted.items():
            if self._sockets[number].send(text) != size:
                raise ValueError(f"{size} bytes do not fit into a buffer")
        total = 0
        in_time = _deadline()
        while wanted:
            for number, _ in self._epoll.poll(in_time()):
                got = self._receive(number)
                left = wanted.get(number, b"")
                if not got or not left.startswith(got):
                    raise ValueError(f"client {number} got {got[:40]!r}")
                total += len(got)
                wanted[number] = left[len(got) :]
                if not wanted[number]:
                    del wanted[number]
                    progress(1)
        return total

    def _receive(self, number: int) -> bytes:
        got = b""
        while True:
            try:
                data = self._sockets[number].recv(1 << 16)
            except BlockingIOError:
                return got
            if not data:
                raise ValueError(f"client {number} was closed")
            got += data

    def leave(self, progress: Progress) -> None:
        """Half-close every client, and wait for the server's end."""
        for client in self._sockets:
            client.shutdown(socket.SHUT_WR)
        here = set(range(len(self._sockets)))
        in_time = _deadline()
        while here:
            for number, _ in self._epoll.poll(in_time()):
                if self._sockets[number].recv(1):
                    raise ValueError(f"client {number} got too much")
                self._epoll.unregister(self._sockets[number])
                here.discard(number)
                progress(1)


def _deadline() -> Callable[[], float]:
    """Return a function that says how many seconds are left."""
    end = time.monotonic() + LIMIT_SECONDS

    def left() -> float:
        seconds = end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("waited in vain")
        return seconds

    return left


def nobody(_: int) -> None:
    """Progress that nobody watches."""
