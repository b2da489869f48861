"""Connections on which nothing moves, by a clock that the test turns."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from epollref.server.deadlines import TimedSession
from epollref.server.session import EchoSession
from tests.server.clock import Clock
from tests.server.lines import Lines
from tests.server.stage import Stage

LIMIT = 30.0
Way = dict[str, Any]


class Patient:
    """A stage with an idle timeout and a clock."""

    def __init__(self, way: Way) -> None:
        self.clock = Clock()
        self.stage = Stage(clock=self.clock, idle_timeout=LIMIT, **way)

    def pass_time(self, seconds: float) -> None:
        """Turn the hands, and let the loop look at them."""
        self.clock.now += seconds
        self.stage.until(lambda: not self.stage.server.turn(0))


@pytest.fixture
def patient(way: Way) -> Iterator[Patient]:
    patient = Patient(way)
    with patient.stage:
        yield patient


def test_a_connection_without_a_byte_is_closed(patient: Patient) -> None:
    """It has said nothing since it came."""
    client = patient.stage.connect()
    patient.pass_time(LIMIT - 1)
    assert patient.stage.server.connections == 1
    patient.pass_time(1)
    assert patient.stage.server.connections == 0
    patient.stage.until(lambda: client.take() == b"" and client.ended)
    patient.stage.assert_nothing_left()


def test_each_byte_puts_the_deadline_off(patient: Patient) -> None:
    """Slow is not idle."""
    client = patient.stage.connect()
    for _ in range(5):
        patient.pass_time(LIMIT - 1)
        patient.stage.echo(client, b"x")
        patient.stage.until(
            lambda: not any(c.held for c in patient.stage.connections())
        )
    patient.pass_time(LIMIT - 1)
    assert patient.stage.server.connections == 1
    patient.pass_time(1)
    assert patient.stage.server.connections == 0


def test_bytes_in_either_direction_count() -> None:
    """A read is a sign of life, and so is a write."""
    clock = Clock()
    session = TimedSession(EchoSession(), clock)
    clock.now += 10
    session.receive(b"hello")
    assert session.moved_at == clock.now
    clock.now += 10
    session.sent(5)
    assert session.moved_at == clock.now


def test_the_timer_of_a_connection_that_has_gone_finds_nobody(
    patient: Patient,
) -> None:
    """A newcomer with its number is left alone."""
    first = patient.stage.connect()
    first.close()
    patient.stage.until(lambda: not patient.stage.server.connections)
    patient.pass_time(LIMIT / 2)
    patient.stage.connect()
    patient.pass_time(LIMIT / 2)
    assert patient.stage.server.connections == 1


def test_a_crowd_that_comes_and_goes_leaves_no_timers(
    patient: Patient,
) -> None:
    """Else a long timeout would keep something of every connection."""
    stage = patient.stage
    for _ in range(3):
        stage.connect().close()
    stage.until(lambda: not stage.server.connections)
    assert len(stage.server._reactor._timers) == 0
    assert not stage.server._deadlines._silent


def test_lingering_has_a_limit_of_its_own(way: Way) -> None:
    """The session has ended first; the idle timer leaves the rest alone."""
    options = {"session": Lines, "linger_limit": 10 * LIMIT}
    patient = Patient(way | options)
    with patient.stage as stage:
        client = stage.knock()
        client.send(b"quit\n")
        stage.until(lambda: client.take() and client.ended)
        patient.pass_time(0)  # The timer of the lingering is set.
        patient.pass_time(2 * LIMIT)
        assert stage.server.connections == 1
        patient.pass_time(9 * LIMIT)
        stage.until(lambda: not stage.server.connections)


def test_a_connection_is_not_closed_under_its_worker() -> None:
    """Its handler takes longer than the timeout, and is left to finish."""
    entered, leave = threading.Event(), threading.Event()

    class Slow(EchoSession):
        def receive(self, data: bytes) -> None:
            entered.set()
            leave.wait()
            super().receive(data)

    patient = Patient({"mode": "oneshot", "workers": 1, "session": Slow})
    with patient.stage as stage:
        client = stage.knock()
        client.send(b"x")
        stage.until(entered.is_set)
        patient.pass_time(2 * LIMIT)
        assert stage.server.connections == 1
        leave.set()
        stage.expect(client, b"x")
        stage.until(lambda: not any(c.held for c in stage.connections()))
        patient.pass_time(2 * LIMIT)
        assert stage.server.connections == 0
