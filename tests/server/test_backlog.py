"""Whoever waits to be accepted when the server is told to stop."""

import errno
from collections.abc import Iterator
from typing import Any

import pytest

from epollref.server.limits import ACCEPT_BUDGET, STEP_BACK
from tests.server.ending import DRAIN, Ending, fill_up
from tests.server.faulty import FaultyKernel
from tests.server.stage import Client, Stage

Way = dict[str, Any]


@pytest.fixture
def ending(way: Way) -> Iterator[Ending]:
    ending = Ending(way)
    with ending.stage:
        yield ending


CROWD = 3 * ACCEPT_BUDGET + 8


def crowd(stage: Stage, count: int) -> list[Client]:
    """Peers that wait to be accepted, and have sent everything."""
    clients = [stage.knock() for _ in range(count)]
    for number, client in enumerate(clients):
        client.send(b"hello %d" % number)
    return clients


def expect_answers(stage: Stage, clients: list[Client]) -> None:
    """Each gets what it sent, and an orderly end."""
    for number, client in enumerate(clients):
        stage.until(lambda: client.take() and client.ended)  # noqa: B023 - awaited here
        assert client.take() == b"hello %d" % number
        client.close()


def test_whoever_waits_to_be_accepted_is_answered(ending: Ending) -> None:
    """They are connected as they see it; more than one turn takes."""
    clients = crowd(ending.stage, CROWD)
    ending.stage.server.stop()
    expect_answers(ending.stage, clients)
    ending.until_done()
    ending.assert_over()


def test_whoever_waits_for_room_is_answered_too(way: Way) -> None:
    """As others leave, one after the other."""
    ending = Ending({"max_connections": 3, **way})
    with ending.stage as stage:
        clients = crowd(stage, 20)
        stage.until(lambda: stage.server.connections == 3)
        stage.server.stop()
        expect_answers(stage, clients)
        ending.until_done()
        ending.assert_over()


def test_a_full_server_with_an_empty_queue_ends_when_they_have_left(
    way: Way,
) -> None:
    """No event tells that nobody waits; the clock stands."""
    ending = Ending({"max_connections": 1, **way})
    with ending.stage as stage:
        client = stage.connect(receive_buffer=4096)
        sent = fill_up(stage, client)
        ending.stop()
        assert not stage.server.done
        stage.until(lambda: client.take() and client.ended)
        assert len(client.take()) == sent
        client.close()
        ending.until_done()
        ending.assert_over()


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENOMEM])
def test_whoever_waits_for_a_descriptor_is_answered_too(
    way: Way, number: int
) -> None:
    """Nobody is sent away at the end: others are about to leave."""
    kernel = FaultyKernel()
    ending = Ending({"kernel": kernel, **way})
    with ending.stage as stage:
        kernel.pass_then_fail("accept4", 5, number)
        stage.server.stop()  # First in the ready list, before the peers.
        clients = crowd(stage, 10)
        stage.until(lambda: kernel.count("accept4") >= 6)
        ending.clock.now += STEP_BACK
        expect_answers(stage, clients)
        ending.until_done()
        ending.assert_over()


@pytest.mark.parametrize("why", ["a second stop", "the limit of 5 seconds"])
def test_whoever_still_waits_at_the_end_is_counted(way: Way, why: str) -> None:
    """A peer that never leaves keeps the others out, and that is said."""
    ending = Ending({"max_connections": 1, **way})
    with ending.stage as stage:
        fill_up(stage, stage.connect(receive_buffer=4096))
        crowd(stage, CROWD)
        ending.stop()
        stage.until(lambda: not stage.server.turn(0))
        if why == "a second stop":
            stage.server.stop()
        else:
            ending.clock.now += DRAIN
        ending.until_done()
        assert why in str(stage.errors[0][1])
        ending.assert_over(f"1 connections, {CROWD} not yet accepted")
