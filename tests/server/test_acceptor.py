"""The listener, when it is too much."""

import errno
import os
import resource
import socket
import subprocess
import sys
from typing import Any

import pytest

from epollref.masks import EPOLL_CTL_MOD, EPOLLIN
from epollref.server.acceptor import ACCEPT_BUDGET, MOMENT
from epollref.server.server import Server
from tests.server.clock import Clock
from tests.server.faulty import FaultyKernel
from tests.server.stage import Client, Stage


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


def test_a_listener_that_is_shut_down_is_retired() -> None:
    """HUP comes without being asked for; accept4(2) says EINVAL."""
    with Stage() as stage:
        client = stage.connect()
        (listener,) = (
            w for w in stage.server.table if type(w).__name__ == "Acceptor"
        )
        stranger = socket.socket(fileno=os.dup(listener.fd))
        stranger.shutdown(socket.SHUT_RDWR)
        stranger.close()
        stage.until(lambda: stage.errors)
        assert [getattr(e, "errno", 0) for _, e in stage.errors] == [
            errno.EINVAL
        ]
        stage.echo(client, b"hello")
        client.close()
        stage.until(lambda: not stage.server.connections)
        stage.errors.clear()


def test_a_full_server_does_not_spin_on_a_listener_that_is_shut_down() -> None:
    """Its mask is 0, and HUP comes all the same."""
    with Stage(max_connections=1) as stage:
        client = stage.connect()
        stage.settle()
        (listener,) = (
            w for w in stage.server.table if type(w).__name__ == "Acceptor"
        )
        stranger = socket.socket(fileno=os.dup(listener.fd))
        stranger.shutdown(socket.SHUT_RDWR)
        stranger.close()
        stage.until(lambda: stage.errors)
        stage.settle()
        stage.echo(client, b"hello")
        stage.errors.clear()


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


FEW = 24


def _run_out_of_descriptors() -> None:
    """Serve more peers than there are descriptors; in a child process."""
    peers = 40
    with Stage("edge") as stage:
        # The clients' descriptors are made before the limit falls.
        sockets = [socket.socket(stage.family) for _ in range(peers)]
        highest = max(each.fileno() for each in sockets)
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (highest + 1 + FEW, highest + 1 + FEW)
        )
        clients = []
        for each in sockets:
            each.connect(stage.address)
            client = Client(each)
            client.send(b"hello")
            clients.append(client)
        served, told = [], []
        while clients:
            for client in list(clients):
                try:
                    got = client.take()
                except ConnectionResetError:
                    client.ended = True  # Closed with its bytes unread.
                    got = b""
                if got == b"hello":
                    served.append(client)
                elif not client.ended:
                    continue
                else:
                    told.append(client)
                clients.remove(client)
                client.close()
            stage.server.turn(20)
        assert len(served) + len(told) == peers
        assert len(served) >= FEW
        stage.until(lambda: not stage.server.connections)
        stage.assert_nothing_left()
        sys.stdout.write(f"{len(served)} served, {len(told)} told\n")


def test_really_out_of_descriptors_every_peer_gets_an_answer() -> None:
    """RLIMIT_NOFILE is reached: some are told, all others are served."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.server.test_acceptor"],
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert child.returncode == 0, child.stderr
    assert "served" in child.stdout


if __name__ == "__main__":
    _run_out_of_descriptors()
