"""One event, from the read to the re-arm, call by call."""

import errno
from collections.abc import Iterator

import pytest

from epollref.masks import (
    EPOLL_CTL_MOD,
    EPOLLET,
    EPOLLIN,
    EPOLLONESHOT,
    EPOLLOUT,
    EPOLLPRI,
    EPOLLRDHUP,
)
from epollref.server.limits import CHUNK, EDGE_BUDGET
from tests.server.faulty import FaultyKernel
from tests.server.stage import Client, Stage

RESTING = {
    "level": EPOLLIN | EPOLLRDHUP,
    "edge": EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLET,
    "oneshot": EPOLLIN | EPOLLRDHUP | EPOLLONESHOT,
    "edge-oneshot": EPOLLIN | EPOLLRDHUP | EPOLLET | EPOLLONESHOT,
}


class Watched:
    """A stage whose kernel counts, with one client accepted."""

    def __init__(self, mode: str) -> None:
        self.kernel = FaultyKernel()
        self.stage = Stage(mode, self.kernel)
        self.client = self.stage.connect()
        self.stage.settle()
        self.kernel.calls.clear()

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.kernel.calls]

    def mods(self) -> list[int]:
        """Return the masks of all MODs so far."""
        masks = []
        for name, args in self.kernel.calls:
            if name == "epoll_ctl" and args[0] == EPOLL_CTL_MOD:
                assert isinstance(args[2], int)
                masks.append(args[2])
        return masks

    def turn_until_readable(self, client: Client, size: int) -> None:
        self.stage.until(lambda: len(client.take()) >= size)


@pytest.fixture
def watched(mode: str) -> Iterator[Watched]:
    watched = Watched(mode)
    with watched.stage:
        yield watched


@pytest.fixture
def edge() -> Iterator[Watched]:
    watched = Watched("edge")
    with watched.stage:
        yield watched


def test_a_message_costs_a_read_and_a_write(
    watched: Watched, mode: str
) -> None:
    """One-shot pays for its MOD, and the short way is for the others."""
    watched.client.send(b"hello")
    watched.stage.expect(watched.client, b"hello")
    calls = [name for name in watched.names if name != "epoll_wait"]
    if "oneshot" not in mode:
        assert calls == ["read", "write"]
    else:
        assert calls[:2] == ["read", "write"]
        assert calls[-1] == "epoll_ctl"
        assert watched.mods() == [RESTING[mode]]


def test_what_the_kernel_refuses_is_kept(watched: Watched, mode: str) -> None:
    """EPOLLOUT is armed while something is owed, and only then."""
    watched.kernel.write_limit = 0
    watched.client.send(b"hello")
    watched.stage.until(lambda: watched.mods())
    assert watched.mods() == [RESTING[mode] | EPOLLOUT]
    assert bytes(watched.stage.session().owed) == b"hello"
    watched.kernel.write_limit = 1 << 20
    watched.stage.expect(watched.client, b"hello")
    assert watched.mods()[1:] == [RESTING[mode]]


def test_short_writes_lose_nothing(watched: Watched) -> None:
    """write(2) may take less than it is given."""
    watched.kernel.write_limit = 3
    data = bytes(range(256)) * 3
    watched.stage.echo(watched.client, data)


def test_more_than_the_mark_is_owed_and_input_is_not_wanted(
    watched: Watched, mode: str
) -> None:
    """The mask says EPOLLOUT alone: that is the back-pressure."""
    watched.kernel.write_limit = 0
    data = bytes(CHUNK) * 3
    watched.stage.until(
        lambda: watched.stage.session().owed or not (watched.client.send(data))
    )
    watched.stage.until(lambda: not watched.stage.session().wants_input)
    flags = RESTING[mode] & (EPOLLET | EPOLLONESHOT)
    assert watched.mods()[-1] == EPOLLOUT | flags
    assert len(watched.stage.session().owed) <= 2 * CHUNK


def test_a_read_with_nothing_there_is_no_harm(watched: Watched) -> None:
    """An event may be late: EAGAIN, and the next one counts."""
    watched.kernel.fail("read", errno.EAGAIN)
    watched.client.send(b"hello")
    watched.stage.expect(watched.client, b"hello")


@pytest.mark.parametrize("call", ["read", "write"])
@pytest.mark.parametrize(
    "number", [errno.ECONNRESET, errno.EPIPE, errno.ETIMEDOUT]
)
def test_a_dead_peer_is_no_error_of_ours(
    watched: Watched, call: str, number: int
) -> None:
    """The connection is closed, and nothing is reported."""
    watched.kernel.fail(call, number)
    watched.client.send(b"hello")
    watched.stage.until(lambda: not watched.stage.server.connections)
    watched.stage.assert_nothing_left()


@pytest.mark.parametrize("fault", [errno.ECONNRESET, errno.EPIPE])
def test_a_peer_may_die_with_bytes_owed(watched: Watched, fault: int) -> None:
    """The write that EPOLLOUT calls for fails."""
    watched.kernel.fail("write", errno.EAGAIN, errno.EAGAIN, fault)
    watched.client.send(b"hello")
    watched.stage.until(lambda: not watched.stage.server.connections)
    watched.stage.assert_nothing_left()


def test_a_peer_may_die_while_we_linger(watched: Watched) -> None:
    """The answer is out, and the read for its end fails."""
    watched.client.half_close()
    watched.kernel.pass_then_fail("read", 1, errno.ECONNRESET)
    watched.stage.until(lambda: not watched.stage.server.connections)
    watched.stage.assert_nothing_left()


def test_an_error_that_is_ours_is_reported(watched: Watched) -> None:
    """EINVAL is a bug in the server, and it should be heard of."""
    watched.kernel.fail("read", errno.EINVAL)
    watched.client.send(b"hello")
    watched.stage.until(lambda: not watched.stage.server.connections)
    ((_, error),) = watched.stage.errors
    assert isinstance(error, OSError)
    assert error.errno == errno.EINVAL
    watched.stage.errors.clear()


def test_shutdown_of_a_dead_connection_is_no_harm(watched: Watched) -> None:
    """ENOTCONN: the peer reset it between our read and our shutdown."""
    watched.kernel.fail("shutdown", errno.ENOTCONN)
    watched.client.half_close()
    watched.stage.until(lambda: not watched.stage.server.connections)
    watched.stage.assert_nothing_left()


def test_the_write_side_is_shut_before_the_close(watched: Watched) -> None:
    """Answer, shutdown, DEL, close."""
    watched.client.send(b"hello")
    watched.client.half_close()
    watched.stage.until(lambda: not watched.stage.server.connections)
    calls = [n for n in watched.names if n not in ("epoll_wait", "read")]
    assert calls[0] == "write"
    assert calls[-3:] == ["shutdown", "epoll_ctl", "close"]


def test_a_short_read_ends_the_drain(edge: Watched) -> None:
    """No EAGAIN is asked for when the event was nothing but EPOLLIN."""
    edge.client.send(b"hello")
    edge.stage.expect(edge.client, b"hello")
    assert edge.names.count("read") == 1
    assert edge.mods() == []


def test_a_short_read_with_a_half_close_does_not(edge: Watched) -> None:
    """The end came with the bytes: no second edge will tell (epoll(7))."""
    client = edge.stage.knock()
    client.send(b"hello")
    client.half_close()
    edge.stage.until(lambda: client.take() and client.ended)
    assert client.take() == b"hello"


def test_a_spent_budget_leaves_an_edge_owed_and_pays_with_a_mod(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """MOD reports what is left: all comes back, though nothing more is sent.

    The chunk is made small, so that what fits into a socket is many reads.
    """
    chunk = 1000
    monkeypatch.setattr("epollref.server.connection.CHUNK", chunk)
    monkeypatch.setattr("epollref.server.shared.CHUNK", chunk)
    edge = Watched("edge")
    with edge.stage:
        data = bytes(40 * chunk)
        edge.client.send(data)
        edge.stage.expect(edge.client, data)
        # The first read of an event is not counted in the budget.
        assert len(edge.mods()) >= 40 // (EDGE_BUDGET + 1)
        assert set(edge.mods()) == {RESTING["edge"]}


def test_a_loud_peer_does_not_starve_a_quiet_one(mode: str) -> None:
    """Between two words of the quiet one, the loud one has its budget."""
    kernel = FaultyKernel()
    with Stage(mode, kernel) as stage:
        loud, quiet = stage.connect(), stage.connect()
        block = bytes(CHUNK)
        for _ in range(20):
            while loud.send(block) == len(block):
                pass
            loud.take()
            before = len(quiet.take())
            quiet.send(b"hello")
            kernel.calls.clear()
            stage.until(lambda: len(quiet.take()) > before)  # noqa: B023 - awaited here
            turns = kernel.count("epoll_wait")
            reads = kernel.count("read")
            assert reads <= turns * (2 * EDGE_BUDGET + 2)
            assert turns <= 3
