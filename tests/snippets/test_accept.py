"""accept/loop, and the twin that accepts once for each edge."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.snippets.harness import (
    Client,
    Program,
    open_descriptors,
    serving,
    unexecuted,
    until,
)
from tests.snippets.scenarios import (
    gone,
    in_both_languages,
    in_every_flavour,
    masks,
    needs,
    snippet,
)

LOOP, ONE_ACCEPT = "accept/loop", "accept/loop_broken_one_accept"
HELLO = b"hello\n"


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
        together = greeted(program, clients)
        clients.append(program.connect())
        after = greeted(program, clients)
        for client in clients:
            client.close()
        both = [*together, False]
        with_third = [a or b for a, b in zip(both, after, strict=True)]
        return Greeted(together, with_third)


def greeted(program: Program, clients: list[Client]) -> list[bool]:
    """Who has been greeted since the last look, once the server sleeps."""
    program.wait_until_settled(*clients)
    return [client.receive_available() == HELLO for client in clients]


def every_section(program: Program) -> None:
    """Greet, be reset, run out of descriptors, and recover."""
    survives_resets(program)
    stays_up_without_descriptors(program)


def survives_resets(program: Program) -> None:
    """RST before the accept, and later."""
    program.wait_until_settled()
    with gone(program):
        with program.frozen():
            program.connect().reset()
        program.wait_until_settled()
    with gone(program):
        client = program.connect()
        assert client.receive(len(HELLO)) == HELLO
        client.reset()


def stays_up_without_descriptors(program: Program) -> None:
    """Room for two: others are turned away until one leaves."""
    with (
        program.room_for_descriptors(2),
        gone(program),
        greeted_client(program) as first,
        greeted_client(program) as second,
    ):
        for _ in range(3):
            with program.connect() as third:
                assert third.receive_all() == b""
        program.wait_until_settled(first, second)
        held = open_descriptors(program.pid)
        first.close()
        until(lambda: open_descriptors(program.pid) < held, "one has left")
        greeted_client(program).close()


def greeted_client(program: Program) -> Client:
    """A client that the server has taken."""
    client = program.connect()
    assert client.receive(len(HELLO)) == HELLO
    return client


@in_every_flavour
def test_everybody_is_greeted_or_turned_away(language: str, how: str) -> None:
    """Resets and a lack of descriptors do not stop the server."""
    with serving(snippet(LOOP, language), how=how) as program:
        every_section(program)


@in_both_languages
def test_every_shown_line_of_the_accept_loop_runs(language: str) -> None:
    """What a page includes is what this run has executed."""
    source = snippet(LOOP, language)
    with serving(source, how="cov") as program:
        every_section(program)
        executed = program.stop().executed
    assert unexecuted(source, executed) == {}


@in_every_flavour
def test_clients_that_arrive_together_are_all_accepted(
    language: str, how: str
) -> None:
    """Accept until EAGAIN, and one edge is enough for two."""
    seen = two_together_and_a_third(snippet(LOOP, language), how)
    assert seen == Greeted([True, True], [True, True, True])


@in_both_languages
def test_the_listener_is_edge_triggered(language: str) -> None:
    """Else one accept for each event would do, and prove nothing."""
    needs("strace")
    for name in (LOOP, ONE_ACCEPT):
        with serving(snippet(name, language), how="strace") as program:
            program.wait_until_settled()
            assert masks(program, "ADD") == ["EPOLLIN|EPOLLET"]


@pytest.mark.parametrize("how", ["plain", "cov"])
@in_both_languages
def test_one_accept_for_each_edge_leaves_the_second_client_waiting(
    language: str, how: str
) -> None:
    """The second waits for the third, and the third in its place."""
    seen = two_together_and_a_third(snippet(ONE_ACCEPT, language), how)
    assert seen == Greeted([True, False], [True, True, False])
