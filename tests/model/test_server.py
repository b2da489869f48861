"""The echo server on the model: no thread, no sleep, no descriptor."""

import errno
import os
import weakref
from collections import defaultdict
from collections.abc import Callable

import pytest

from epollref.model import ModelKernel, measure
from epollref.server.server import Server
from epollref.server.session import EchoSession

MODES = ("level", "edge", "oneshot", "edge-oneshot")
SHUT_WR = 1


class FaultyView(ModelKernel):
    """The same files as another model's; reads and writes go wrong here.

    The server looks through it, and its clients do not.
    """

    def __init__(self, model: ModelKernel) -> None:
        super().__init__(measure())
        self._table = model._table
        self.write_limit = 1 << 30
        self.read_limit = 1 << 30
        self.faults: dict[str, list[int]] = defaultdict(list)

    def _fail(self, call: str) -> None:
        if self.faults[call]:
            number = self.faults[call].pop(0)
            raise OSError(number, os.strerror(number))

    def read(self, fd: int, n: int, /) -> bytes:
        self._fail("read")
        return super().read(fd, min(n, self.read_limit))

    def write(self, fd: int, data: bytes | memoryview, /) -> int:
        self._fail("write")
        return super().write(fd, data[: self.write_limit])


class World:
    """A server and its clients in one kernel; the clients see no faults."""

    def __init__(self, mode: str) -> None:
        self.kernel = ModelKernel(measure())
        self.faulty = FaultyView(self.kernel)
        self.errors: list[object] = []
        self.sessions: list[weakref.ref[EchoSession]] = []
        self.listener = self.kernel.listener()
        self.server = Server(
            self.faulty,
            self.listener,
            mode,
            session=self._session,
            clock=lambda: 0.0,
            report=lambda *what: self.errors.append(what),
        )

    def _session(self) -> EchoSession:
        session = EchoSession()
        self.sessions.append(weakref.ref(session))
        return session

    def settle(self) -> None:
        """Take turns until nothing is ready; one that spins fails."""
        for _ in range(100_000):
            if not self.server.turn(0):
                return
        raise AssertionError("the loop spins")

    def connect(self) -> int:
        client = self.kernel.connect(self.listener)
        self.settle()
        return client

    def take(self, client: int) -> bytes:
        """Read what has come back, letting the server go on."""
        parts: list[bytes] = []
        while True:
            try:
                part = self.kernel.read(client, 1 << 16)
            except (BlockingIOError, ConnectionResetError):
                return b"".join(parts)
            if not part:
                return b"".join(parts)
            parts.append(part)
            self.settle()

    def end(self) -> None:
        """Nothing is left but the listener and the wakeup."""
        assert self.errors == []
        assert self.server.connections == 0
        assert len(self.server.table) == 2
        assert not [ref for ref in self.sessions if ref() is not None]
        self.server.close()


@pytest.fixture(params=MODES)
def world(request: pytest.FixtureRequest) -> World:
    return World(request.param)


TEXT = bytes(range(256)) * 8


def test_input_comes_back_whole(world: World) -> None:
    client = world.connect()
    world.kernel.write(client, TEXT)
    world.settle()
    assert world.take(client) == TEXT
    world.kernel.close(client)
    world.settle()
    world.end()


def test_input_comes_back_byte_by_byte(world: World) -> None:
    """Reads and writes of one byte each, at the server."""
    world.faulty.read_limit = world.faulty.write_limit = 1
    client = world.connect()
    for byte in TEXT:
        world.kernel.write(client, bytes([byte]))
        world.settle()
    assert world.take(client) == TEXT
    world.kernel.close(client)
    world.settle()
    world.end()


def test_more_than_every_buffer_comes_back(world: World) -> None:
    """A client that writes a megabyte and reads only when it must."""
    client = world.connect()
    left, back = TEXT * 512, b""
    while left:
        try:
            left = left[world.kernel.write(client, left) :]
        except BlockingIOError:
            back += world.take(client)
        world.settle()
    world.kernel.shutdown(client, SHUT_WR)
    world.settle()
    back += world.take(client)
    assert back == TEXT * 512
    world.kernel.close(client)
    world.settle()
    world.end()


def test_a_half_close_is_answered_in_full(world: World) -> None:
    client = world.connect()
    world.kernel.write(client, TEXT)
    world.kernel.shutdown(client, SHUT_WR)
    world.settle()
    assert world.take(client) == TEXT
    assert world.kernel.read(client, 1) == b""
    world.kernel.close(client)
    world.settle()
    world.end()


def _reset(world: World, client: int) -> None:
    """Close with the echo unread: the server's next read says RST."""
    world.kernel.close(client)


def _end(world: World, client: int) -> None:
    world.take(client)
    world.kernel.close(client)


def _half_close(world: World, client: int) -> None:
    world.kernel.shutdown(client, SHUT_WR)
    world.settle()
    world.take(client)
    world.kernel.close(client)


@pytest.mark.parametrize("leave", [_reset, _end, _half_close])
@pytest.mark.parametrize(
    ("call", "number"),
    [
        ("", 0),
        ("read", errno.ECONNRESET),
        ("write", errno.ECONNRESET),
        ("write", errno.EPIPE),
    ],
)
def test_whatever_goes_wrong_in_the_middle_nothing_is_left(
    world: World, call: str, number: int, leave: Callable[[World, int], None]
) -> None:
    client = world.connect()
    world.kernel.write(client, TEXT)
    world.settle()
    if call:
        world.faulty.faults[call].append(number)
    world.kernel.write(client, TEXT)
    world.settle()
    leave(world, client)
    world.settle()
    world.end()


def test_short_writes_lose_no_byte(world: World) -> None:
    """Each write takes seven bytes at most."""
    world.faulty.write_limit = 7
    client = world.connect()
    world.kernel.write(client, TEXT)
    world.settle()
    assert world.take(client) == TEXT
    world.kernel.close(client)
    world.settle()
    world.end()


def test_many_clients_are_kept_apart(world: World) -> None:
    clients = [world.connect() for _ in range(20)]
    for number, client in enumerate(clients):
        world.kernel.write(client, bytes([number]) * 1000)
    world.settle()
    for number, client in enumerate(clients):
        assert world.take(client) == bytes([number]) * 1000
        world.kernel.close(client)
    world.settle()
    world.end()
