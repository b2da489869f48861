"""Workers serve connections, one at a time each, in order."""

import queue
import threading
import weakref
from typing import Any

from epollref.masks import EPOLLIN
from epollref.server.session import EchoSession
from tests.server.clock import Clock
from tests.server.faulty import FaultyKernel
from tests.server.stage import Stage

POOL: dict[str, Any] = {"mode": "oneshot", "workers": 4}


def free(stage: Stage) -> bool:
    """Whether no worker holds a connection."""
    return not any(c.held for c in stage.connections())


def test_the_order_of_each_connection_is_kept() -> None:
    """Many messages on many connections, more than there are workers."""
    with Stage(**POOL) as stage:
        clients = [stage.connect() for _ in range(10)]
        expected = [bytearray() for _ in clients]
        for n in range(200):
            for client, sent in zip(clients, expected, strict=True):
                message = f"message {n}, ".encode()
                client.send(message)
                sent += message
            stage.server.turn(0)
        for client, sent in zip(clients, expected, strict=True):
            stage.expect(client, bytes(sent))


def test_one_worker_at_a_time_has_a_connection() -> None:
    """One-shot sees to it, without a lock round the session."""
    inside, most = 0, 0
    threads: set[int] = set()

    class Counting(EchoSession):
        def receive(self, data: bytes) -> None:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            threads.add(threading.get_ident())
            super().receive(data)
            inside -= 1

    with Stage(session=Counting, **POOL) as stage:
        client = stage.knock()
        for _ in range(300):
            client.send(b"x")
            stage.server.turn(0)
        stage.expect(client, b"x" * 300)
    assert most == 1
    assert threading.get_ident() not in threads


def test_a_handler_that_blocks_holds_up_its_own_connection_only() -> None:
    """What a pool is for."""
    leave = threading.Event()

    class Slow(EchoSession):
        def receive(self, data: bytes) -> None:
            if data == b"wait":
                leave.wait()
            super().receive(data)

    with Stage(session=Slow, **POOL) as stage:
        slow, quick = stage.knock(), stage.knock()
        slow.send(b"wait")
        stage.echo(quick, b"hello")
        assert slow.take() == b""
        leave.set()
        stage.expect(slow, b"wait")


def test_workers_close_nothing_and_add_nothing() -> None:
    """The table has one owner: the loop's thread."""
    owners: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()

    class Watched(FaultyKernel):
        def close(self, fd: int) -> None:
            owners.put(("close", threading.get_ident()))
            super().close(fd)

    with Stage(kernel=Watched(), **POOL) as stage:
        for _ in range(20):
            client = stage.connect()
            stage.echo(client, b"hello")
            client.close()
        stage.until(lambda: not stage.server.connections)
        stage.until(lambda: not any(ref() for ref in stage.sessions))
        stage.assert_nothing_left()
    mine = threading.get_ident()
    while not owners.empty():
        assert owners.get() == ("close", mine)


def test_a_sleeping_worker_keeps_no_connection() -> None:
    """It forgets its last job before it waits for the next."""
    with Stage("oneshot", workers=1) as stage:
        client = stage.connect()
        gone = weakref.ref(next(stage.connections()))
        client.close()
        stage.until(lambda: not stage.server.connections)
        stage.until(lambda: gone() is None)


def test_an_event_for_a_connection_that_is_held_is_left_to_the_worker() -> None:
    """The server stops: it hands over without an event, and one comes."""
    entered, leave = threading.Event(), threading.Event()

    class Slow(EchoSession):
        def receive(self, data: bytes) -> None:
            entered.set()
            leave.wait()
            super().receive(data)

    with Stage("oneshot", session=Slow, workers=1) as stage:
        client = stage.knock()
        stage.until(lambda: stage.server.connections)
        (connection,) = stage.connections()
        client.send(b"hello")
        # As the end of the server does, before the loop sees the event.
        connection.ready(EPOLLIN)
        assert entered.wait(60)
        client.send(b" again")
        stage.server.turn()  # The event; it finds the connection held.
        assert stage.server._pool is not None
        assert stage.server._pool._jobs.empty()
        leave.set()
        stage.expect(client, b"hello again")


def test_a_stop_finds_a_connection_held_and_ends_it_all_the_same() -> None:
    """The worker sees, after its MOD, that the server stops."""
    entered, leave = threading.Event(), threading.Event()

    class Slow(EchoSession):
        def receive(self, data: bytes) -> None:
            super().receive(data)
            if data:
                entered.set()
                leave.wait()

    # The clock stands, so no limit ends what the worker forgets.
    with Stage(session=Slow, clock=Clock(), **POOL) as stage:
        client = stage.knock()
        client.send(b"hello")
        stage.until(entered.is_set)
        stage.server.stop()
        stage.server.turn()
        assert stage.server.connections == 1
        leave.set()
        stage.until(lambda: client.take() == b"hello" and client.ended)
        client.close()
        stage.until(lambda: stage.server.done)
        assert stage.errors == []
