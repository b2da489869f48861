"""The listener, when it is too much."""

import errno
import os
import socket
from typing import Any

import pytest

from epollref.masks import EPOLL_CTL_MOD, EPOLLIN
from epollref.server.acceptor import ACCEPT_BUDGET, MOMENT, Acceptor
from epollref.server.server import Server
from tests.server.clock import Clock
from tests.server.faulty import FaultyKernel
from tests.server.stage import Stage


class Crowded:
    """A stage with a kernel that fails and a clock that stands."""

    def __init__(self, **options: Any) -> None:
        self.kernel = FaultyKernel()
        self.clock = Clock()
        self.stage = Stage(kernel=self.kernel, clock=self.clock, **options)

    def listener_masks(self) -> list[int]:
        """Return what the listener's mask was set to."""
        return [
            args[2]  # type: ignore[misc]  # the masks are the third argument
            for name, args in self.kernel.calls
            if name == "epoll_ctl" and args[0] == EPOLL_CTL_MOD
        ]

    def sleeps(self) -> bool:
        """Whether nothing is reported: the listener does not spin."""
        self.stage.settle()
        return [self.stage.server.turn(0) for _ in range(3)] == [0, 0, 0]


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
        crowded.clock.now += MOMENT
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
        crowded.clock.now += MOMENT
        # Still without a reserve: nobody can be told.
        crowded.kernel.fail("accept4", errno.EMFILE)
        crowded.kernel.fail("eventfd", errno.EMFILE)
        stage.until(lambda: crowded.listener_masks() == [0, EPOLLIN, 0])
        crowded.clock.now += MOMENT
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
        crowded.clock.now += MOMENT
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
        crowded.clock.now += MOMENT
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


def shut_down_listener(stage: Stage) -> None:
    """Somebody who has the listener too ends it for all (shutdown(2))."""
    (listener,) = (w for w in stage.server.table if isinstance(w, Acceptor))
    stranger = socket.socket(fileno=os.dup(listener.fd))
    stranger.shutdown(socket.SHUT_RDWR)
    stranger.close()


@pytest.mark.parametrize("limit", [None, 1])
def test_a_server_ends_when_its_listener_is_shut_down(
    mode: str, limit: int | None
) -> None:
    """HUP comes even to a mask of 0; what is owed is paid; run says why."""
    kernel = FaultyKernel()
    with Stage(mode, kernel, max_connections=limit) as stage:
        client = stage.connect()
        stage.echo(client, b"hello")
        stage.settle()
        kernel.write_limit = 0
        client.send(b" again")
        stage.until(lambda: stage.session().owed)
        shut_down_listener(stage)
        stage.until(lambda: len(stage.server.table) == 2)
        assert not stage.server.done
        kernel.write_limit = 1 << 20
        stage.expect(client, b"hello again")
        stage.until(lambda: client.take() and client.ended)
        client.close()
        with pytest.raises(OSError, match=r"accept4 .* EINVAL") as failed:
            stage.server.run()
        assert failed.value.errno == errno.EINVAL
        assert len(stage.server.table) == 1  # The wakeup.


FATAL = [errno.EBADF, errno.EINVAL, errno.ENOTSOCK, errno.EFAULT, errno.EIO]


@pytest.mark.parametrize("number", FATAL)
def test_a_server_ends_when_accept_fails_for_good(
    way: dict[str, Any], number: int
) -> None:
    """A server that listens no more, and lives, refuses everybody."""
    kernel = FaultyKernel()
    with Stage(kernel=kernel, **way) as stage:
        client = stage.connect()
        client.send(b"hello")
        client.half_close()
        kernel.fail("accept4", number)
        stage.knock()
        with pytest.raises(OSError, match=errno.errorcode[number]):
            stage.server.run()
        assert client.take() == b"hello"
        assert client.ended
        assert stage.errors == []


def test_a_listener_that_is_closed_on_purpose_is_no_error(mode: str) -> None:
    """By a stop, and by a close."""
    for end in (Server.stop, Server.close):
        with Stage(mode) as stage:
            stage.connect()
            end(stage.server)
            stage.server.run()


def test_nothing_but_trouble_does_not_spin() -> None:
    """The listener rests when a whole turn has taken nobody."""
    crowded = Crowded()
    with crowded.stage as stage:
        crowded.kernel.fail("accept4", *[errno.EOPNOTSUPP] * ACCEPT_BUDGET)
        client = stage.knock()
        stage.until(lambda: crowded.listener_masks() == [0])
        assert crowded.sleeps()
        crowded.clock.now += MOMENT
        stage.echo(client, b"hello")


@pytest.mark.parametrize("number", [errno.ENOMEM, errno.EIO, errno.EINTR])
def test_a_listener_that_cannot_be_re_armed_is_tried_again(
    number: int,
) -> None:
    """Room is there again, MOD fails, and nobody else would ask."""
    crowded = Crowded(max_connections=1)
    with crowded.stage as stage:
        first = stage.connect()
        assert crowded.sleeps()
        second = stage.knock()
        crowded.kernel.pass_then_fail("epoll_ctl", 1, number)  # DEL, MOD
        first.close()
        stage.until(lambda: not stage.server.connections)
        assert crowded.sleeps()
        crowded.clock.now += MOMENT
        stage.echo(second, b"hello")
        assert [getattr(e, "errno", 0) for _, e in stage.errors] == [number]


def test_a_listener_that_cannot_step_back_tries_again() -> None:
    """MOD to 0 fails; the turn after, it does not."""
    crowded = Crowded()
    with crowded.stage as stage:
        crowded.kernel.fail("accept4", errno.ENOMEM, errno.ENOMEM)
        crowded.kernel.fail("epoll_ctl", errno.ENOMEM)
        client = stage.knock()
        stage.until(lambda: crowded.listener_masks() == [0, 0])
        assert crowded.sleeps()
        crowded.clock.now += MOMENT
        stage.echo(client, b"hello")
        assert len(stage.errors) == 1


@pytest.mark.parametrize("number", [errno.EIO, errno.EINTR])
def test_a_reserve_that_cannot_be_closed_is_not_closed_twice(
    number: int,
) -> None:
    """Its number is free in any case, and may be another's by then."""
    crowded = Crowded()
    with crowded.stage as stage:
        crowded.kernel.fail("accept4", errno.EMFILE)
        crowded.kernel.fail("close", number)
        told = stage.knock()
        stage.until(lambda: crowded.listener_masks() == [0])
        stage.until(lambda: told.take() == b"" and told.ended)
        crowded.clock.now += MOMENT
        stage.echo(stage.knock(), b"hello")
        assert [getattr(e, "errno", 0) for _, e in stage.errors] == [number]


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
        crowded.clock.now += MOMENT
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
