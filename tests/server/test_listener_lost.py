"""The listener fails, or what is done to it: for good, or for a moment."""

import errno
import os
import socket
from typing import Any

import pytest

from epollref.server.acceptor import Acceptor
from epollref.server.limits import ACCEPT_BUDGET, STEP_BACK
from epollref.server.server import Server
from tests.server.crowded import Crowded
from tests.server.faulty import FaultyKernel
from tests.server.stage import Stage


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
        crowded.clock.now += STEP_BACK
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
        crowded.clock.now += STEP_BACK
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
        crowded.clock.now += STEP_BACK
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
        crowded.clock.now += STEP_BACK
        stage.echo(stage.knock(), b"hello")
        assert [getattr(e, "errno", 0) for _, e in stage.errors] == [number]
