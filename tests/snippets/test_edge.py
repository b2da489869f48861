"""edge/echo, and the twin that reads once for each event."""

import pytest

from tests.snippets.harness import serving, unexecuted
from tests.snippets.scenarios import (
    Answer,
    answer_to_a_long_message,
    echo_in_every_way,
    in_both_languages,
    in_every_flavour,
    masks,
    needs,
    serves_others_while_one_does_not_read,
    snippet,
)

ECHO, NO_DRAIN = "edge/echo", "edge/echo_broken_no_drain"
CHUNK, LONG = 4096, 65536


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
    source = snippet(ECHO, language)
    answer = answer_to_a_long_message(source, LONG, how)
    assert answer == Answer(at_once=LONG, unread=0, after_one_more=1)


@pytest.mark.parametrize("how", ["plain", "cov"])
@in_both_languages
def test_an_edge_that_is_not_drained_stalls_its_connection(
    language: str, how: str
) -> None:
    """One buffer comes back; the loop sleeps; new data revives it."""
    source = snippet(NO_DRAIN, language)
    answer = answer_to_a_long_message(source, LONG, how)
    assert answer == Answer(
        at_once=CHUNK, unread=LONG - CHUNK, after_one_more=CHUNK
    )
