"""A server and its clients on one thread, turn by turn.

The test is the clock: it moves a client, then lets the server take a turn.
``until`` takes turns for as long as something is awaited; each turn sleeps
in epoll_wait for at most a moment, so nothing is polled blindly and nothing
depends on how fast the machine is.
"""

import contextlib
import dataclasses
import socket
import struct
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any, Self

from epollref.kernel import Kernel
from epollref.linux import LinuxKernel
from epollref.server.connection import Connection
from epollref.server.limits import Limits
from epollref.server.listener import listen_on
from epollref.server.report import Report
from epollref.server.server import Server
from epollref.server.session import EchoSession

LIMIT_SECONDS = 60
TURN_MS = 20
LIMITS = {field.name for field in dataclasses.fields(Limits)}
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Client:
    """One peer; it never blocks."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self.socket.setblocking(False)
        self.got = bytearray()
        self.ended = False
        """Whether the server's end has been read."""

    def send(self, data: bytes) -> int:
        """Send what fits; return how much that was."""
        view = memoryview(data)
        with contextlib.suppress(BlockingIOError):
            while view:
                view = view[self.socket.send(view) :]
        return len(data) - len(view)

    def take(self, most: int = 1 << 20) -> bytes:
        """Receive what is there into ``got``, and return all of that."""
        with contextlib.suppress(BlockingIOError):
            while not self.ended and most > 0:
                data = self.socket.recv(min(most, 1 << 16))
                self.ended = not data
                self.got += data
                most -= len(data)
        return bytes(self.got)

    def half_close(self) -> None:
        """Send no more."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Close with a RST instead of a FIN (socket(7), SO_LINGER)."""
        self.socket.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE
        )
        self.socket.close()

    def close(self) -> None:
        self.socket.close()


class Stage:
    """A server that listens, and what a test does to it."""

    def __init__(
        self,
        mode: str = "level",
        kernel: Kernel | None = None,
        family: socket.AddressFamily = socket.AF_INET,
        **options: Any,
    ) -> None:
        self.errors: list[tuple[str, Exception]] = []
        self.report: Report = lambda *what: self.errors.append(what)
        self.sessions: list[weakref.ref[EchoSession]] = []
        listener = self.listen(family)
        self.address = listener.getsockname()
        self.family = listener.family
        self.clients: list[Client] = []
        options.setdefault("session", self.new_session)
        chosen = LIMITS & options.keys()
        limits = Limits(**{name: options.pop(name) for name in chosen})
        self.server = Server(
            kernel or LinuxKernel(),
            listener.detach(),
            mode,
            limits=limits,
            report=lambda *what: self.report(*what),
            **options,
        )

    @staticmethod
    def listen(family: socket.AddressFamily) -> socket.socket:
        if family == socket.AF_INET:
            return listen_on("127.0.0.1", 0)
        listener = socket.socket(family)
        listener.setblocking(False)
        # Abstract, unix(7): a path may be too long for sun_path.
        listener.bind("")
        listener.listen(64)
        return listener

    def new_session(self) -> EchoSession:
        session = EchoSession()
        self.sessions.append(weakref.ref(session))
        return session

    def session(self, number: int = 0) -> EchoSession:
        """Return a session that is still there."""
        session = self.sessions[number]()
        assert session is not None
        return session

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for client in self.clients:
            client.close()
        self.server.close()

    def until(self, condition: Callable[[], object]) -> None:
        """Let the server take turns until something holds."""
        deadline = time.monotonic() + LIMIT_SECONDS
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            self.server.turn(TURN_MS)

    def settle(self) -> None:
        """Let the server take turns until the kernel has nothing to say."""
        deadline = time.monotonic() + LIMIT_SECONDS
        while self.server.turn(0):
            assert time.monotonic() < deadline, "the loop spins"

    def knock(self, receive_buffer: int = 0) -> Client:
        """Connect; the server has yet to accept."""
        connected = socket.socket(self.family)
        if receive_buffer:
            connected.setsockopt(
                socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer
            )
        connected.settimeout(LIMIT_SECONDS)
        try:
            connected.connect(self.address)
        except OSError:
            connected.close()
            raise
        client = Client(connected)
        self.clients.append(client)
        return client

    def connect(self, receive_buffer: int = 0) -> Client:
        """Connect, and let the server accept."""
        before = len(self.sessions)
        client = self.knock(receive_buffer)
        self.until(lambda: len(self.sessions) > before)
        return client

    def expect(self, client: Client, data: bytes) -> None:
        """Wait until exactly these bytes have come back."""
        self.until(lambda: len(client.take()) >= len(data))
        assert client.take() == data

    def echo(self, client: Client, data: bytes) -> None:
        """Send it all, and wait until it has all come back."""
        left = memoryview(data)
        size = len(client.take()) + len(data)

        def pumped() -> bool:
            nonlocal left
            left = left[client.send(bytes(left[: 1 << 18])) :]
            return len(client.take()) >= size

        self.until(pumped)
        assert client.take()[-len(data) :] == data

    def connections(self) -> Iterator[Connection]:
        return (w for w in self.server.table if isinstance(w, Connection))

    def assert_nothing_left(self) -> None:
        """The table holds the listener and the wakeup, sessions are gone."""
        assert self.errors == []
        assert self.server.connections == 0
        assert len(self.server.table) == 2
        assert not [ref for ref in self.sessions if ref() is not None]
