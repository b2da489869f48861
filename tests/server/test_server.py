"""What a peer gets from the server, however it is served."""

import os
import socket
from typing import Any

import pytest

from epollref.linux import LinuxKernel
from epollref.server.limits import CHUNK, HIGH_WATER
from tests.server.stage import Stage

Way = dict[str, Any]

# include/uapi/asm-generic/socket.h and include/uapi/linux/net_tstamp.h
SO_TIMESTAMPING = 37
STAMP_SENT = 1 << 1 | 1 << 4  # by software, and reported as such


@pytest.fixture(params=[socket.AF_INET, socket.AF_UNIX], ids=["tcp", "unix"])
def stage(request: pytest.FixtureRequest, way: Way) -> Stage:
    """A server for each way to serve, on TCP and on a unix socket."""
    return Stage(family=request.param, **way)


def test_bytes_come_back(stage: Stage) -> None:
    """The whole of it: what is sent is echoed."""
    with stage:
        client = stage.connect()
        stage.echo(client, b"hello")
        stage.echo(client, b"again")
        client.close()
        stage.until(lambda: not stage.server.connections)
        stage.until(lambda: not any(ref() for ref in stage.sessions))
        stage.assert_nothing_left()


@pytest.mark.big
def test_many_bytes_come_back_in_order(stage: Stage) -> None:
    """Far more than any buffer holds, sent while the echo is read."""
    data = bytes(i * i % 251 for i in range(65_521)) * 40
    with stage:
        client = stage.connect()
        stage.echo(client, data)
        client.half_close()
        stage.until(lambda: client.take() == data and client.ended)


@pytest.mark.big
@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 4 * CHUNK])
def test_no_size_of_message_is_special(way: Way, size: int) -> None:
    """A read that is just full leaves no edge behind."""
    data = bytes(i % 253 for i in range(size))
    with Stage(**way) as stage:
        client = stage.connect()
        stage.echo(client, data)
        stage.echo(client, data)


def test_a_half_close_is_answered_in_full(stage: Stage) -> None:
    """The peer sends, shuts its side, and reads only then."""
    data = bytes(range(256)) * 200
    with stage:
        client = stage.knock()
        assert client.send(data) == len(data)
        client.half_close()
        stage.until(lambda: client.take() and client.ended)
        assert client.take() == data
        stage.until(lambda: not stage.server.connections)


def test_a_half_close_without_a_word_is_answered_with_one(
    stage: Stage,
) -> None:
    """Nothing sent, nothing owed: the end comes back."""
    with stage:
        client = stage.connect()
        client.half_close()
        stage.until(lambda: not stage.server.connections)
        client.take()
        assert client.ended


def test_a_peer_that_closes_at_once_is_forgotten(stage: Stage) -> None:
    """It may be gone before it is accepted."""
    with stage:
        stage.knock().close()
        client = stage.connect()
        stage.echo(client, b"hello")
        client.close()
        stage.until(lambda: len(stage.sessions) == 2)
        stage.until(lambda: not stage.server.connections)
        stage.until(lambda: not any(ref() for ref in stage.sessions))
        stage.assert_nothing_left()


def test_a_reset_closes_the_connection_quietly(way: Way) -> None:
    """ERR and HUP come without being asked for."""
    with Stage(**way) as stage:
        client = stage.connect()
        stage.echo(client, b"hello")
        client.reset()
        stage.until(lambda: not stage.server.connections)
        assert stage.errors == []


def test_a_reset_with_bytes_unread_closes_the_connection(way: Way) -> None:
    """The bytes, then the reset, before the server looks."""
    with Stage(**way) as stage:
        client = stage.connect()
        client.send(bytes(1000))
        client.reset()
        stage.until(lambda: not stage.server.connections)
        assert stage.errors == []


def test_a_reset_before_the_accept_is_survived(way: Way) -> None:
    """accept4(2) succeeds, and the first read tells."""
    with Stage(**way) as stage:
        stage.knock().reset()
        client = stage.knock()
        client.send(b"hello")
        stage.expect(client, b"hello")
        assert stage.errors == []


@pytest.mark.big
def test_a_peer_that_never_reads_is_held_back(stage: Stage) -> None:
    """Memory is bounded: the peer stops, not the server's buffer."""
    with stage:
        client = stage.connect(receive_buffer=4096)
        block = bytes(CHUNK)
        sent, quiet = 0, 0
        while quiet < 3:
            fits = client.send(block)
            sent += fits
            stage.server.turn(TURN_MS)
            owed = len(stage.session().owed)
            assert owed <= HIGH_WATER + CHUNK
            quiet = 0 if fits else quiet + 1
        assert sent > HIGH_WATER
        assert not stage.session().wants_input
        # And when it reads at last, it gets everything.
        stage.until(lambda: len(client.take()) == sent)
        stage.echo(client, b"hello")


def test_a_held_back_peer_that_vanishes_is_forgotten(stage: Stage) -> None:
    """Nothing is read from it, and still its end is noticed."""
    with stage:
        client = stage.connect(receive_buffer=4096)
        while stage.session().wants_input:
            client.send(bytes(CHUNK))
            stage.server.turn(TURN_MS)
        client.close()
        stage.until(lambda: not stage.server.connections)
        assert stage.errors == []


@pytest.mark.big
def test_a_slow_reader_does_not_hold_up_the_others(stage: Stage) -> None:
    """One owes nothing for what another does not take."""
    with stage:
        slow = stage.connect(receive_buffer=4096)
        while stage.session().wants_input:
            slow.send(bytes(CHUNK))
            stage.server.turn(TURN_MS)
        quick = stage.connect()
        stage.echo(quick, b"hello")


def test_an_idle_server_sleeps(way: Way) -> None:
    """After the echo nothing is reported: no mask spins."""
    with Stage(**way) as stage:
        client = stage.connect()
        stage.echo(client, b"hello")
        stage.until(lambda: not any(c.held for c in stage.connections()))
        stage.until(lambda: not stage.server.turn(0))
        assert [stage.server.turn(0) for _ in range(5)] == [0] * 5


@pytest.mark.parametrize("mode", ["level", "oneshot", "edge-oneshot"])
def test_passed_descriptors_do_not_hide_what_is_behind_them(
    mode: str,
) -> None:
    """A read stops short at each; these modes look again in any case."""
    with Stage(mode, family=socket.AF_UNIX) as stage:
        client = stage.connect()
        socket.send_fds(client.socket, [b"before"], [0])
        client.send(b" and behind")
        stage.expect(client, b"before and behind")


class Stamped(LinuxKernel):
    """Accepted sockets tell on their error queue when bytes have left."""

    def accept4(self, fd: int, flags: int) -> int:
        connection = super().accept4(fd, flags)
        with socket.socket(fileno=os.dup(connection)) as same:
            same.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, STAMP_SENT)
        return connection


def test_an_error_queue_that_nobody_reads_does_not_spin(way: Way) -> None:
    """ERR without an error: the answer arrives, the connection is closed."""
    with Stage(kernel=Stamped(), **way) as stage:
        client = stage.connect()
        client.send(b"hello")
        stage.until(lambda: client.take() and client.ended)
        assert client.take() == b"hello"
        stage.until(lambda: not stage.server.connections)
        stage.settle()
        assert stage.errors == []


def test_urgent_data_does_not_hide_what_is_behind_it(way: Way) -> None:
    """A read stops short at the urgent mark (tcp(7)); more is behind it."""
    with Stage(**way) as stage:
        client = stage.connect()
        client.send(b"aaa")
        client.socket.send(b"!", socket.MSG_OOB)
        client.send(b"ccc")
        stage.expect(client, b"aaaccc")


TURN_MS = 20
