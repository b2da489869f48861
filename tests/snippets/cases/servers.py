"""Servers that stall, spin, or lose what they were sent."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.proof.programs import arriving
from tests.proof.programs.harness import Client, Program, serving, until
from tests.proof.programs.scenarios import (
    Answer,
    answer_to_a_long_message,
    gone,
    needs,
)
from tests.snippets.cases.case import Case

HELLO = b"hello\n"
CHUNK, LONG = 4096, 65536
MESSAGE = bytes(range(256)) * 100
MANY = 100


# accept/loop


@dataclass(frozen=True)
class Greeted:
    """Which clients have been greeted when the server sleeps again.

    Attributes:
        together: The two that arrived while the server was stopped.
        with_third: The same and a third that came later.
    """

    together: list[bool]
    with_third: list[bool]


def two_together_and_a_third(source: Path, how: str) -> Greeted:
    """Let two clients arrive at once, and then one more."""
    with serving(source, how=how) as program:
        program.wait_until_settled()
        with program.frozen():
            clients = [program.connect(), program.connect()]
        together = _greeted(program, clients)
        clients.append(program.connect())
        after = _greeted(program, clients)
        for client in clients:
            client.close()
        both = [*together, False]
        with_third = [a or b for a, b in zip(both, after, strict=True)]
        return Greeted(together, with_third)


def _greeted(program: Program, clients: list[Client]) -> list[bool]:
    """Who has been greeted since the last look, once the server sleeps."""
    program.wait_until_settled(*clients)
    return [client.receive_available() == HELLO for client in clients]


ALL_GREETED = Greeted([True, True], [True, True, True])
ONE_LEFT_WAITING = Greeted([True, False], [True, True, False])
"""The second waits for the third, and the third in its place."""


# edge/echo, level/echo


def long_message(source: Path, how: str) -> Answer:
    """Send more than one buffer holds, all at once."""
    return answer_to_a_long_message(source, LONG, how)


DRAINED = Answer(at_once=LONG, unread=0, after_one_more=1)
STALLED = Answer(at_once=CHUNK, unread=LONG - CHUNK, after_one_more=CHUNK)
"""One buffer comes back; the loop sleeps; new data revives it."""


# half-close/answer


def answer_to_data_and_fin(program: Program) -> bytes:
    """Let data and FIN come in one event; what is sent back."""
    with gone(program), program.connect() as client:
        program.wait_until_settled(client)
        with program.frozen():
            client.send(MESSAGE)
            arriving.half_close(program, client)
        program.wait_until_settled()
        got = b""
        # Reset: it closed with data unread.
        with suppress(ConnectionResetError):
            while chunk := client.socket.recv(len(MESSAGE)):
                got += chunk
        return got


def half_closed(source: Path, how: str) -> str:
    """Let data and FIN come in one event; how much is answered."""
    with serving(source, how=how) as program:
        got = answer_to_data_and_fin(program)
    assert MESSAGE.startswith(got)
    return "all" if got == MESSAGE else "less"


# oneshot/rearm


@dataclass(frozen=True)
class Second:
    """What became of a second message, when the server sleeps again.

    Attributes:
        unread: Bytes that wait in the server's kernel.
        answer: What came back.
    """

    unread: int
    answer: bytes


def second_message(source: Path, how: str) -> Second:
    """Speak twice on one connection."""
    with serving(source, how=how) as program, program.connect() as client:
        assert client.exchange(b"hello") == b"hello"
        program.wait_until_settled(client)
        client.send(b"second")
        program.wait_until_settled(client)
        return Second(program.unread(client), client.receive_available())


# writing/backpressure


def idle_client(source: Path, how: str) -> str:
    """Leave one client connected, and see whether the loop sleeps."""
    needs("strace")
    with serving(source, how=how) as program:
        return "spins" if spins(program) else "sleeps"


def spins(program: Program) -> bool:
    """Whether it goes on waiting in vain while nothing happens.

    Either it sleeps in epoll_wait, or strace counts wait after wait.
    """
    with program.connect() as client:
        assert client.exchange(b"hello") == b"hello"
        enough = program.waits() + MANY
        until(
            lambda: program.waits() >= enough or program.settled(client),
            "it sleeps or spins",
        )
        return program.waits() >= enough


CASES: dict[str, Case[object]] = {
    "accept/loop_broken_one_accept": Case(
        "EP002",
        two_together_and_a_third,
        sound=ALL_GREETED,
        broken=ONE_LEFT_WAITING,
        hows=("plain", "cov"),
    ),
    "edge/echo_broken_no_drain": Case(
        "EP001",
        long_message,
        sound=DRAINED,
        broken=STALLED,
        hows=("plain", "cov"),
    ),
    "level/echo_broken_edge_mask": Case(
        "EP001",
        long_message,
        sound=DRAINED,
        broken=STALLED,
        hows=("plain", "cov"),
    ),
    "half-close/answer_broken_close_on_rdhup": Case(
        "lost data", half_closed, sound="all", broken="less"
    ),
    "oneshot/rearm_broken_no_rearm": Case(
        "EP004",
        second_message,
        sound=Second(unread=0, answer=b"second"),
        broken=Second(unread=6, answer=b""),
    ),
    "writing/backpressure_broken_out_always": Case(
        "EP006", idle_client, sound="sleeps", broken="spins", hows=("strace",)
    ),
}
