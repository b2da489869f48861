"""writing/backpressure, and the twin that always wants EPOLLOUT."""

import pytest

from tests.proof.programs.harness import serving, unexecuted
from tests.proof.programs.scenarios import (
    answers_though_a_send_says_eagain,
    echo_in_every_way,
    in_both_languages,
    in_every_flavour,
    masks,
    needs,
    snippet,
    stuffed,
)

BACKPRESSURE = "writing/backpressure"
OUT_ALWAYS = "writing/backpressure_broken_out_always"


@in_every_flavour
def test_back_pressure_loses_nothing(language: str, how: str) -> None:
    """Long messages, slow readers, half-closes, resets: all is answered."""
    with serving(snippet(BACKPRESSURE, language), how=how) as program:
        echo_in_every_way(program)


@in_both_languages
def test_an_answer_waits_for_room(language: str) -> None:
    """EAGAIN is no end: what is owed goes out when there is room."""
    answers_though_a_send_says_eagain(snippet(BACKPRESSURE, language))


@in_both_languages
def test_every_shown_line_of_back_pressure_runs(language: str) -> None:
    """What a page includes is what this run has executed."""
    source = snippet(BACKPRESSURE, language)
    with serving(source, how="cov") as program:
        echo_in_every_way(program)
        executed = program.stop().executed
    assert unexecuted(source, executed) == {}


@in_both_languages
def test_interest_follows_what_is_owed(language: str) -> None:
    """IN, IN and OUT while something is owed, OUT alone above the limit."""
    needs("strace")
    source = snippet(BACKPRESSURE, language)
    with (
        serving(source, how="strace") as program,
        program.connect(receive_buffer=4096) as client,
    ):
        assert client.exchange(b"hello") == b"hello"
        program.wait_until_settled(client)
        assert masks(program, "ADD")[-1] == "EPOLLIN"
        assert masks(program, "MOD") == []
        stuffed(program, client)
        stuffing = masks(program, "MOD")
        assert stuffing[0] == "EPOLLIN|EPOLLOUT"
        assert stuffing[-1] == "EPOLLOUT"
        client.half_close()
        client.receive_all()


@pytest.mark.parametrize("how", ["plain", "cov"])
@in_both_languages
def test_out_always_wanted_loses_no_bytes(language: str, how: str) -> None:
    """It is wasteful, not wrong: that is why it goes unnoticed."""
    source = snippet(OUT_ALWAYS, language)
    with serving(source, how=how) as program, program.connect() as client:
        assert client.exchange(b"x" * 1000000) == b"x" * 1000000
