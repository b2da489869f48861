"""accept/loop; `cases` has the twin that accepts once for each edge."""

from tests.proof.programs.harness import (
    Client,
    Program,
    open_descriptors,
    serving,
    unexecuted,
    until,
)
from tests.proof.programs.injecting import ACCEPTS
from tests.proof.programs.scenarios import (
    gone,
    in_both_languages,
    in_every_flavour,
    masks,
    meets,
    needs,
    snippet,
)
from tests.snippets.cases.servers import (
    ALL_GREETED,
    HELLO,
    two_together_and_a_third,
)

LOOP, ONE_ACCEPT = "accept/loop", "accept/loop_broken_one_accept"


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
        meets(program, ACCEPTS, "ENOBUFS")
        executed = program.stop().executed
    assert unexecuted(source, executed) == {}


@in_every_flavour
def test_clients_that_arrive_together_are_all_accepted(
    language: str, how: str
) -> None:
    """Accept until EAGAIN, and one edge is enough for two."""
    seen = two_together_and_a_third(snippet(LOOP, language), how)
    assert seen == ALL_GREETED


@in_both_languages
def test_the_listener_is_edge_triggered(language: str) -> None:
    """Else one accept for each event would do, and prove nothing."""
    needs("strace")
    for name in (LOOP, ONE_ACCEPT):
        with serving(snippet(name, language), how="strace") as program:
            program.wait_until_settled()
            assert masks(program, "ADD") == ["EPOLLIN|EPOLLET"]
