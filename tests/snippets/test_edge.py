"""edge/echo; `cases` has the twin that reads once for each event."""

from tests.proof.programs.harness import serving, unexecuted
from tests.proof.programs.injecting import ACCEPTS
from tests.proof.programs.scenarios import (
    echo_in_every_way,
    in_both_languages,
    in_every_flavour,
    masks,
    meets,
    needs,
    serves_others_while_one_does_not_read,
    snippet,
)
from tests.snippets.cases.servers import DRAINED, long_message

ECHO = "edge/echo"


@in_every_flavour
def test_an_edge_triggered_echo_loses_nothing(language: str, how: str) -> None:
    """Long messages, slow readers, half-closes, resets: all is answered."""
    with serving(snippet(ECHO, language), how=how) as program:
        echo_in_every_way(program)


@in_both_languages
def test_every_shown_line_of_the_edge_echo_runs(language: str) -> None:
    """What a page includes is what this run has executed."""
    source = snippet(ECHO, language)
    with serving(source, how="cov") as program:
        echo_in_every_way(program)
        meets(program, ACCEPTS, "ECONNABORTED")
        executed = program.stop().executed
    assert unexecuted(source, executed) == {}


@in_both_languages
def test_a_connection_is_registered_once(language: str) -> None:
    """One ADD with all that can happen, and no MOD, whatever happens."""
    needs("strace")
    with serving(snippet(ECHO, language), how="strace") as program:
        serves_others_while_one_does_not_read(program)
        listener, *connections = masks(program, "ADD")
        assert listener == "EPOLLIN"
        assert set(connections) == {"EPOLLIN|EPOLLOUT|EPOLLRDHUP|EPOLLET"}
        assert masks(program, "MOD") == []


@in_every_flavour
def test_a_drained_connection_waits_for_nothing(
    language: str, how: str
) -> None:
    """Read to EAGAIN, and the next byte is a new edge."""
    assert long_message(snippet(ECHO, language), how) == DRAINED
