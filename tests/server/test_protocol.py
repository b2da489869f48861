"""Any protocol that is a session is served."""

import errno
import gc
from typing import Any

import pytest

from epollref.server.limits import DEFAULT_LIMITS
from tests.server.clock import Clock
from tests.server.faulty import FaultyKernel
from tests.server.lines import Lines
from tests.server.stage import Stage

Way = dict[str, Any]


class Mute(Lines):
    """Wants nothing, ever: it is parked."""

    @property
    def wants_input(self) -> bool:
        return False

    @property
    def wants_output(self) -> bool:
        return False


class Curt(Lines):
    """Does not greet."""

    def __init__(self) -> None:
        super().__init__()
        self.sent(len(self.owed))


class Broken(Lines):
    """Has a bug."""

    def receive(self, data: bytes) -> None:
        raise ValueError("bad session")


def test_a_session_may_speak_first(way: Way) -> None:
    """What it owes from the start is written before anything is read."""
    with Stage(session=Lines, **way) as stage:
        stage.expect(stage.knock(), b"hello\n")


def test_a_session_may_answer_line_by_line(way: Way) -> None:
    """The bytes come as they like; the lines are the session's matter."""
    with Stage(session=Lines, **way) as stage:
        client = stage.knock()
        stage.expect(client, b"hello\n")
        client.send(b"on")
        client.send(b"e\ntwo\nthr")
        stage.expect(client, b"hello\nONE\nTWO\n")


def test_a_session_may_end_first(way: Way) -> None:
    """All is answered, and then the server waits for the peer's end."""
    with Stage(session=Lines, **way) as stage:
        client = stage.knock()
        client.send(b"quit\n")
        stage.until(lambda: client.take() and client.ended)
        assert client.take() == b"hello\nQUIT\n"
        assert stage.server.connections == 1
        client.send(b"who is there?\n")  # Read, and thrown away.
        client.close()
        stage.until(lambda: not stage.server.connections)
        assert stage.errors == []


def test_a_peer_that_does_not_end_is_given_up(way: Way) -> None:
    """Lingering has a limit."""
    with Stage(session=Lines, linger_limit=0, **way) as stage:
        client = stage.knock()
        client.send(b"quit\n")
        stage.until(lambda: client.take() and client.ended)
        stage.until(lambda: not stage.server.connections)
        assert client.take() == b"hello\nQUIT\n"
        assert stage.errors == []


def test_a_limit_that_cannot_be_kept_is_set_anew(way: Way) -> None:
    """ENOTCONN: the peer has reset the connection, or so it seems."""
    kernel, clock = FaultyKernel(), Clock()
    options: Way = {"session": Lines, "kernel": kernel, "clock": clock}
    with Stage(**options, **way) as stage:
        client = stage.knock()
        client.send(b"quit\n")
        stage.until(lambda: client.take() and client.ended)
        stage.settle()
        for number in (errno.ENOTCONN, 0):
            kernel.fail("shutdown", number)
            clock.now += DEFAULT_LIMITS.linger_limit
            stage.server.turn(0)
        stage.until(lambda: not stage.server.connections)
        assert stage.errors == []


def test_a_stop_gives_a_lingering_connection_its_time(way: Way) -> None:
    """Its peer may still end in peace."""
    with Stage(session=Lines, **way) as stage:
        client = stage.knock()
        client.send(b"quit\n")
        stage.until(lambda: client.take() and client.ended)
        stage.settle()
        stage.server.stop()
        stage.server.turn(0)
        assert stage.server.connections == 1
        client.close()
        stage.until(lambda: stage.server.done)
        assert stage.errors == []


def test_lingering_owes_no_edge(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes and the end are left behind a session that has ended first.

    The one event that told of them is taken, and no second will come.
    """
    chunk = 1000
    monkeypatch.setattr("epollref.server.connection.CHUNK", chunk)
    monkeypatch.setattr("epollref.server.shared.CHUNK", chunk)
    with Stage(session=Curt, **way) as stage:
        client = stage.knock()
        client.send(b"quit\n".ljust(chunk + 100))
        client.half_close()
        stage.until(lambda: client.take() and client.ended)
        stage.until(lambda: not stage.server.connections)
        assert client.take() == b"QUIT\n"


def test_a_session_that_wants_nothing_is_left_alone(way: Way) -> None:
    """Its peer may send what it likes; nothing is read, nothing spins."""
    with Stage(session=Mute, **way) as stage:
        client = stage.knock()
        stage.until(lambda: stage.server.connections)
        client.send(b"x")
        stage.settle()
        assert stage.server.connections == 1
        client.reset()
        stage.until(lambda: not stage.server.connections)


def test_a_session_that_fails_costs_its_connection(way: Way) -> None:
    """The error is reported; the others are served."""
    with Stage(session=Broken, **way) as stage:
        client = stage.knock()
        client.send(b"x")
        stage.until(lambda: stage.errors and not stage.server.connections)
        assert [str(error) for _, error in stage.errors] == ["bad session"]
        other = stage.knock()
        stage.expect(other, b"hello\n")
    stage.errors.clear()
    gc.collect()  # The traceback holds frames that hold each other.


@pytest.mark.parametrize("error", [ValueError("no"), OSError("no")])
def test_a_session_that_cannot_be_made_costs_its_connection(
    error: Exception,
) -> None:
    """The listener goes on."""
    answers: list[Exception | None] = [error, None]

    def make() -> Lines:
        answer = answers.pop(0)
        if answer is not None:
            raise answer
        return Lines()

    with Stage(session=make) as stage:
        first = stage.knock()
        stage.until(lambda: first.take() == b"" and first.ended)
        assert [error for _, error in stage.errors] == [error]
        stage.expect(stage.knock(), b"hello\n")
        assert stage.server.connections == 1
