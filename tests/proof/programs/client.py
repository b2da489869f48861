"""A small TCP client that can also be rude.

Every operation has a limit, far beyond what a loaded machine needs: it only
ends a test whose server never answers.
"""

import fcntl
import select
import socket
import struct
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

from tests.proof.programs.waiting import LIMIT_SECONDS

_RST_ON_CLOSE = struct.pack("ii", 1, 0)


class Client:
    """One connection to a snippet's server."""

    def __init__(self, port: int, *, receive_buffer: int = 0) -> None:
        """Connect to a port of 127.0.0.1.

        Args:
            port: Where the snippet listens.
            receive_buffer: SO_RCVBUF in bytes; 0 leaves the default. A
                small one makes the server's short writes come early.
        """
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer:
            option = socket.SO_RCVBUF
            self.socket.setsockopt(socket.SOL_SOCKET, option, receive_buffer)
        self.socket.settimeout(LIMIT_SECONDS)
        self.socket.connect(("127.0.0.1", port))

    def __enter__(self) -> Self:
        """Keep the connection until the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send all of it; blocks while the server does not read."""
        self.socket.sendall(data)

    def send_what_fits(self, limit: int = 1 << 30) -> int:
        """Send until the two kernels and the server take no more now.

        Args:
            limit: Stop after this many bytes at the latest.

        Returns:
            How many bytes they took. Call it again until the server
            leaves some unread: then it takes no more at all.
        """
        sent = 0
        with self._not_waiting(), suppress(BlockingIOError):
            while sent < limit:
                sent += self.socket.send(b"x" * min(65536, limit - sent))
        return sent

    def receive(self, count: int) -> bytes:
        """Receive exactly `count` bytes, or fewer if the server closes."""
        got = b""
        while len(got) < count:
            chunk = self.socket.recv(count - len(got))
            if not chunk:
                break
            got += chunk
        return got

    def receive_available(self) -> bytes:
        """Receive what has arrived, without waiting."""
        got = b""
        with self._not_waiting(), suppress(BlockingIOError):
            while chunk := self.socket.recv(65536):
                got += chunk
        return got

    def receive_all(self) -> bytes:
        """Receive until the server closes its side."""
        got = bytearray()
        while chunk := self.socket.recv(65536):
            got += chunk
        return bytes(got)

    def exchange(self, data: bytes) -> bytes:
        """Send `data` and receive as much, both at once: an echo."""
        left, got = memoryview(data), bytearray()
        with self._not_waiting():
            while len(got) < len(data):
                output = [self.socket] if left else []
                readable, writable, _ = select.select(
                    [self.socket], output, [], LIMIT_SECONDS
                )
                assert readable or writable, f"only {len(got)} came back"
                if writable:
                    left = left[self.socket.send(left) :]
                if readable:
                    chunk = self.socket.recv(65536)
                    assert chunk, f"closed after {len(got)} of {len(data)}"
                    got += chunk
        return bytes(got)

    def half_close(self) -> None:
        """Say that no more will be sent; receiving goes on."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Close with a RST instead of a FIN (SO_LINGER 0)."""
        self.socket.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, _RST_ON_CLOSE
        )
        self.socket.close()

    def close(self) -> None:
        """Close the connection in the ordinary way."""
        self.socket.close()

    def closed_by_server(self) -> bool:
        """Whether the server has closed its side, without waiting."""
        with self._not_waiting():
            try:
                return self.socket.recv(1, socket.MSG_PEEK) == b""
            except BlockingIOError:
                return False
            except ConnectionResetError:
                return True

    @property
    def local_port(self) -> int:
        """The client's own port, by which the kernel's tables name it."""
        port: int = self.socket.getsockname()[1]
        return port

    @property
    def unacknowledged(self) -> int:
        """Bytes that have not arrived in the server's kernel yet."""
        answer = fcntl.ioctl(self.socket, termios.TIOCOUTQ, b"\0" * 4)
        count: int = struct.unpack("i", answer)[0]
        return count

    @contextmanager
    def _not_waiting(self) -> Iterator[None]:
        self.socket.setblocking(False)
        try:
            yield
        finally:
            self.socket.settimeout(LIMIT_SECONDS)
