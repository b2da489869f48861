"""The listener, when it is too much."""

import errno
import os
import socket

import pytest

from epollref.masks import EPOLLIN
from epollref.server.limits import ACCEPT_BUDGET, STEP_BACK
from epollref.server.server import Server
from tests.server.crowded import Crowded
from tests.server.faulty import FaultyKernel
from tests.server.stage import Stage

TRANSIENT = [
    errno.ECONNABORTED,
    errno.EINTR,
    errno.EPERM,
    errno.EPROTO,
    errno.ENETDOWN,
    errno.EHOSTUNREACH,
]


@pytest.mark.parametrize("number", TRANSIENT)
def test_trouble_of_one_waiting_connection_is_passed_over(number: int) -> None:
    """The next one in the queue is served in the same turn."""
    crowded = Crowded()
    with crowded.stage as stage:
        crowded.kernel.fail("accept4", number)
        stage.echo(stage.connect(), b"hello")
        assert stage.errors == []


def test_one_turn_takes_a_limited_number() -> None:
    """Newcomers do not starve those who are here."""
    with Stage() as stage:
        for _ in range(ACCEPT_BUDGET + 6):
            stage.knock()
        stage.server.turn()
        assert stage.server.connections == ACCEPT_BUDGET
        stage.until(lambda: stage.server.connections == ACCEPT_BUDGET + 6)


def test_accepted_sockets_do_not_block_and_do_not_survive_exec() -> None:
    """accept4(2) is asked for both: they are not inherited."""
    with Stage() as stage:
        stage.connect()
        (connection,) = stage.connections()
        assert not os.get_blocking(connection.fd)
        assert not os.get_inheritable(connection.fd)


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE])
def test_out_of_descriptors_one_peer_is_told_and_the_listener_rests(
    number: int,
) -> None:
    """The reserve is given for one; then nothing is accepted for a moment."""
    crowded = Crowded()
    with crowded.stage as stage:
        crowded.kernel.fail("accept4", number)
        told, waiting = stage.knock(), stage.knock()
        stage.until(lambda: crowded.listener_masks() == [0])
        assert crowded.sleeps()
        stage.until(lambda: told.take() == b"" and told.ended)
        assert stage.server.connections == 0
        crowded.clock.now += STEP_BACK
        waiting.send(b"hello")
        stage.expect(waiting, b"hello")
        assert crowded.listener_masks() == [0, EPOLLIN]
        waiting.close()
        stage.until(lambda: not stage.server.connections)
        stage.assert_nothing_left()


def test_the_reserve_may_be_lost_and_is_taken_again_later() -> None:
    """Another thread was quicker, twice; the listener rests all the same."""
    crowded = Crowded()
    with crowded.stage as stage:
        crowded.kernel.fail("accept4", errno.EMFILE, errno.EMFILE)
        crowded.kernel.fail("eventfd", errno.EMFILE, errno.EMFILE)
        client = stage.knock()
        stage.until(lambda: crowded.listener_masks() == [0])
        assert crowded.sleeps()
        crowded.clock.now += STEP_BACK
        # Still without a reserve: nobody can be told.
        crowded.kernel.fail("accept4", errno.EMFILE)
        crowded.kernel.fail("eventfd", errno.EMFILE)
        stage.until(lambda: crowded.listener_masks() == [0, EPOLLIN, 0])
        crowded.clock.now += STEP_BACK
        stage.echo(client, b"hello")
        # Now there is a reserve again, and a peer can be told.
        crowded.kernel.fail("accept4", errno.EMFILE)
        told = stage.knock()
        stage.until(lambda: told.take() == b"" and told.ended)
        assert stage.errors == []


@pytest.mark.parametrize("number", [errno.ENOMEM, errno.ENOBUFS])
def test_out_of_memory_the_listener_rests(number: int) -> None:
    """The peer waits in the backlog."""
    crowded = Crowded()
    with crowded.stage as stage:
        crowded.kernel.fail("accept4", number)
        client = stage.knock()
        stage.until(lambda: crowded.listener_masks() == [0])
        assert crowded.sleeps()
        crowded.clock.now += STEP_BACK
        stage.echo(client, b"hello")


def test_a_full_interest_list_is_like_being_out_of_memory() -> None:
    """ADD says ENOSPC (max_user_watches): the connection cannot be kept."""
    crowded = Crowded()
    with crowded.stage as stage:
        crowded.kernel.fail("epoll_ctl", errno.ENOSPC)
        client = stage.knock()
        stage.until(lambda: client.take() == b"" and client.ended)
        assert [getattr(e, "errno", 0) for _, e in stage.errors] == [
            errno.ENOSPC
        ]
        crowded.clock.now += STEP_BACK
        stage.echo(stage.connect(), b"hello")
        stage.errors.clear()


def test_more_than_the_limit_wait_outside() -> None:
    """They are accepted when one has left, and no bytes are lost."""
    crowded = Crowded(max_connections=2)
    with crowded.stage as stage:
        first, second = stage.connect(), stage.connect()
        third = stage.knock()
        third.send(b"hello")
        assert crowded.sleeps()
        assert stage.server.connections == 2
        assert crowded.listener_masks() == [0]
        first.close()
        stage.expect(third, b"hello")
        stage.echo(second, b"hello")
        assert stage.server.connections == 2
        assert crowded.listener_masks() == [0, EPOLLIN, 0]


def test_a_reserve_is_not_taken_again_after_the_end() -> None:
    """The timer of the step back rings when the listener is gone."""
    crowded = Crowded()
    with crowded.stage as stage:
        crowded.kernel.fail("accept4", errno.EMFILE)
        crowded.kernel.fail("eventfd", errno.EMFILE)
        stage.knock()
        crowded.sleeps()
        stage.server.stop()
        stage.until(lambda: stage.server.done)
        before = crowded.kernel.count("eventfd")
        crowded.clock.now += STEP_BACK
        stage.server.turn(0)
        assert crowded.kernel.count("eventfd") == before


@pytest.mark.parametrize("call", ["epoll_create1", "eventfd", "epoll_ctl"])
def test_a_server_that_cannot_be_made_leaves_the_listener_alone(
    call: str,
) -> None:
    """What it opened is closed; the listener is still its owner's."""
    kernel = FaultyKernel()
    kernel.pass_then_fail(call, int(call != "epoll_create1"), errno.EMFILE)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with pytest.raises(OSError, match="Too many"):
            Server(kernel, listener.fileno(), "level")
        assert listener.getsockname()
