"""half-close/answer, and the twin that closes when RDHUP comes."""

from tests.proof.programs import arriving
from tests.proof.programs.harness import serving, unexecuted
from tests.proof.programs.injecting import READS
from tests.proof.programs.scenarios import (
    echo_in_every_way,
    gone,
    in_both_languages,
    in_every_flavour,
    meets,
    snippet,
    stuffed,
)
from tests.snippets.cases.servers import (
    MESSAGE,
    answer_to_data_and_fin,
)

ANSWER = "half-close/answer"
CLOSE_ON_RDHUP = "half-close/answer_broken_close_on_rdhup"


@in_every_flavour
def test_it_is_an_echo_server(language: str, how: str) -> None:
    """Long messages, slow readers, half-closes, resets: all is answered."""
    with serving(snippet(ANSWER, language), how=how) as program:
        echo_in_every_way(program)


@in_every_flavour
def test_what_came_with_the_half_close_is_answered(
    language: str, how: str
) -> None:
    """Data and FIN in one event: every byte comes back."""
    with serving(snippet(ANSWER, language), how=how) as program:
        assert answer_to_data_and_fin(program) == MESSAGE


@in_every_flavour
def test_rdhup_does_not_spin_while_an_answer_waits_for_room(
    language: str, how: str
) -> None:
    """RDHUP stays true for ever, and yet the server sleeps."""
    with (
        serving(snippet(ANSWER, language), how=how) as program,
        program.connect(receive_buffer=65536) as client,
    ):
        sent = 0
        while not program.leaves_unread(client):
            client.send(b"x" * 16384)  # so little left that the FIN fits
            sent += 16384
            program.wait_until_settled()
        arriving.half_close(program, client)
        with program.connect() as other:  # the loop has been round
            assert other.exchange(b"hello") == b"hello"
        program.wait_until_settled()
        assert client.receive_all() == b"x" * sent


@in_both_languages
def test_every_shown_line_of_the_answer_runs(language: str) -> None:
    """What a page includes is what this run has executed."""
    source = snippet(ANSWER, language)
    with serving(source, how="cov") as program:
        echo_in_every_way(program)
        answer_to_data_and_fin(program)
        executed = program.stop().executed
    assert unexecuted(source, executed) == {}


@in_both_languages
def test_every_shown_line_of_the_twin_runs(language: str) -> None:
    """The twin serves as well, until a half-close comes."""
    source = snippet(CLOSE_ON_RDHUP, language)
    with serving(source, how="cov") as program:
        with gone(program), program.connect(receive_buffer=65536) as client:
            sent = stuffed(program, client)
            assert client.receive(sent) == b"x" * sent
        meets(program, READS, "ECONNRESET")  # a real one comes as RDHUP
        answer_to_data_and_fin(program)
        executed = program.stop().executed
    assert unexecuted(source, executed) == {}
