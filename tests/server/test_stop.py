"""The graceful end: what is owed is paid, and then it is over."""

import errno
from collections.abc import Iterator
from typing import Any

import pytest

from epollref.server.limits import CHUNK
from tests.server.clock import Clock
from tests.server.ending import DRAIN, Ending, fill_up
from tests.server.faulty import FaultyKernel
from tests.server.stage import Stage

Way = dict[str, Any]


@pytest.fixture
def ending(way: Way) -> Iterator[Ending]:
    ending = Ending(way)
    with ending.stage:
        yield ending


def test_a_server_without_connections_ends_at_once(ending: Ending) -> None:
    """Nothing is owed to anybody."""
    ending.stop()
    assert ending.stage.server.done
    ending.assert_over()


def test_a_quiet_connection_is_closed_at_once(ending: Ending) -> None:
    """It need not say anything for that."""
    client = ending.stage.connect()
    ending.stage.echo(client, b"hello")
    ending.stage.until(
        lambda: not any(c.held for c in ending.stage.connections())
    )
    ending.stop()
    ending.until_done()
    ending.stage.until(lambda: client.take() and client.ended)
    ending.assert_over()


def test_what_has_arrived_is_answered(ending: Ending) -> None:
    """It lies in the socket when the stop comes."""
    client = ending.stage.connect()
    client.send(b"hello")
    ending.stop()
    ending.stage.until(lambda: client.take() == b"hello" and client.ended)
    client.close()
    ending.until_done()
    ending.assert_over()


def test_what_is_owed_is_paid(ending: Ending) -> None:
    """A slow reader gets all that was read from it, then the end."""
    stage = ending.stage
    client = stage.connect(receive_buffer=4096)
    sent = fill_up(stage, client)
    ending.stop()
    assert not stage.server.done
    stage.until(lambda: client.take() and client.ended)
    assert len(client.take()) == sent
    client.close()
    ending.until_done()
    ending.assert_over()


def test_a_peer_that_goes_on_sending_loses_no_answer(ending: Ending) -> None:
    """A close with its bytes unread would reset what is on its way."""
    stage = ending.stage
    client = stage.connect()
    pattern = bytes(i * i % 251 for i in range(CHUNK + 1))
    sent = bytearray()
    sent += pattern[: client.send(pattern)]
    stage.until(lambda: client.take())
    stage.server.stop()

    def pumped() -> bool:
        sent.extend(pattern[: client.send(pattern)])
        client.take()  # A reset would raise here.
        return client.ended

    stage.until(pumped)
    got = client.take()
    assert got == sent[: len(got)]
    client.close()
    ending.until_done()
    ending.assert_over()


def test_bytes_do_not_end_a_lingering_close(way: Way) -> None:
    """They are read and thrown away; only the peer's end ends it."""
    kernel = FaultyKernel()
    with Stage(kernel=kernel, **way) as stage:
        client = stage.connect()
        stage.server.stop()  # First in the ready list, before the bytes.
        client.send(b"hello")
        stage.until(lambda: client.take() == b"hello" and client.ended)
        stage.until(lambda: not stage.server.turn(0))
        reads = kernel.count("read")
        client.send(b"more")
        stage.until(lambda: kernel.count("read") > reads)
        stage.until(lambda: not stage.server.turn(0))
        assert stage.server.connections == 1
        client.close()
        stage.until(lambda: stage.server.done)


def test_a_peer_that_was_owed_something_is_lingered_for() -> None:
    """What was just written may still be on its way, and more may come.

    Edge-triggered, so that nothing but the stop makes the server write.
    """
    kernel = FaultyKernel()
    with Stage("edge", kernel) as stage:
        client = stage.connect()
        kernel.write_limit = 0
        client.send(b"hello")
        stage.until(lambda: stage.session().owed)
        stage.until(lambda: not stage.server.turn(0))
        kernel.write_limit = 100
        stage.server.stop()
        stage.until(lambda: client.take() == b"hello" and client.ended)
        stage.until(lambda: not stage.server.turn(0))
        assert stage.server.connections == 1
        client.close()
        stage.until(lambda: stage.server.done)


def test_the_listener_is_closed_first(ending: Ending) -> None:
    """A newcomer is refused while the others are served to the end."""
    client = ending.stage.connect()
    client.send(b"hello")
    ending.stop()
    with pytest.raises(ConnectionRefusedError):
        ending.stage.knock()
    client.close()
    ending.until_done()


def test_a_peer_that_neither_reads_nor_ends_is_given_up(
    ending: Ending,
) -> None:
    """The limit: what is still open is closed."""
    client = ending.stage.connect(receive_buffer=4096)
    fill_up(ending.stage, client)
    ending.stop()
    ending.clock.now += DRAIN - 1
    ending.stage.server.turn(20)
    assert not ending.stage.server.done
    ending.clock.now += 1
    ending.until_done()
    ending.assert_over("1 connections, 0 not yet accepted")


def test_a_second_stop_ends_at_once(ending: Ending) -> None:
    """Whatever is owed."""
    client = ending.stage.connect(receive_buffer=4096)
    fill_up(ending.stage, client)
    ending.stop()
    assert not ending.stage.server.done
    ending.stop()
    ending.until_done()
    ending.stop()  # It is over already.
    ending.assert_over("1 connections, 0 not yet accepted")


@pytest.mark.parametrize("call", ["epoll_ctl", "close"])
def test_a_stop_goes_on_when_the_listener_cannot_be_closed(
    way: Way, call: str
) -> None:
    """Every peer hears the end, whatever DEL and close say."""
    kernel = FaultyKernel()
    with Stage(kernel=kernel, clock=Clock(), **way) as stage:
        clients = [stage.connect() for _ in range(3)]
        stage.until(lambda: not any(c.held for c in stage.connections()))
        stage.settle()
        kernel.fail(call, *[errno.EIO] * 3)
        stage.server.stop()
        for client in clients:
            stage.until(lambda: client.take() == b"" and client.ended)  # noqa: B023 - awaited here
            client.close()
        stage.until(lambda: stage.server.done)
        assert {getattr(e, "errno", 0) for _, e in stage.errors} == {errno.EIO}


def test_the_drain_does_not_spin(way: Way) -> None:
    """While it waits for a slow reader, the loop sleeps."""
    ending = Ending(way)
    with ending.stage as stage:
        client = stage.connect(receive_buffer=4096)
        fill_up(stage, client)
        ending.stop()
        stage.until(lambda: not stage.server.turn(0))
        stage.until(lambda: not any(c.held for c in stage.connections()))
        stage.until(lambda: not stage.server.turn(0))
        assert [stage.server.turn(0) for _ in range(5)] == [0] * 5


def test_a_stop_before_the_first_turn_counts(mode: str) -> None:
    """It waits in the eventfd."""
    with Stage(mode) as stage:
        stage.server.stop()
        stage.server.run()
        assert stage.server.done
