"""level/echo; `cases` has the twin whose mask is edge-triggered."""

from tests.proof.programs.harness import serving, unexecuted
from tests.proof.programs.injecting import ACCEPTS
from tests.proof.programs.scenarios import (
    answers_though_a_send_says_eagain,
    echo_in_every_way,
    in_both_languages,
    in_every_flavour,
    meets,
    snippet,
)
from tests.snippets.cases.servers import DRAINED, long_message

ECHO = "level/echo"


@in_every_flavour
def test_a_level_triggered_echo_loses_nothing(language: str, how: str) -> None:
    """Long messages, slow readers, half-closes, resets: all is answered."""
    with serving(snippet(ECHO, language), how=how) as program:
        echo_in_every_way(program)


@in_both_languages
def test_an_answer_waits_for_room(language: str) -> None:
    """EAGAIN is no end: what is owed goes out when there is room."""
    answers_though_a_send_says_eagain(snippet(ECHO, language))


@in_both_languages
def test_every_shown_line_of_the_level_echo_runs(language: str) -> None:
    """What a page includes is what this run has executed."""
    source = snippet(ECHO, language)
    with serving(source, how="cov") as program:
        echo_in_every_way(program)
        meets(program, ACCEPTS, "ECONNABORTED")
        executed = program.stop().executed
    assert unexecuted(source, executed) == {}


@in_every_flavour
def test_one_read_for_each_event_is_enough_if_level_triggered(
    language: str, how: str
) -> None:
    """Level-triggered, what is left unread is reported again."""
    assert long_message(snippet(ECHO, language), how) == DRAINED
