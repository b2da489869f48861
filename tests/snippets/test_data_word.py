"""data-word/connection; `cases` has three ways to get its lifetime wrong."""

from tests.proof.programs.harness import serving, unexecuted
from tests.proof.programs.scenarios import (
    echo_in_every_way,
    in_both_languages,
    in_every_flavour,
    snippet,
)
from tests.snippets.cases.lifetimes import (
    displace_some,
    full_house,
    newcomer_before_a_stale_hang_up,
)

CONNECTION = "data-word/connection"
FD_KEY = snippet("data-word/connection_broken_fd_key", ".py")
FREE_IN_BATCH = snippet("data-word/connection_broken_free_in_batch", ".c")
NEVER_FREED = snippet("data-word/connection_broken_never_freed", ".c")


@in_every_flavour
def test_it_is_an_echo_server(language: str, how: str) -> None:
    """Long messages, slow readers, half-closes, resets: all is answered."""
    with serving(snippet(CONNECTION, language), how=how) as program:
        echo_in_every_way(program)


@in_every_flavour
def test_a_newcomer_displaces_the_most_silent(language: str, how: str) -> None:
    """Whoever has spoken since is spared."""
    source = snippet(CONNECTION, language)
    with serving(source, how=how) as program, full_house(program) as clients:
        assert clients[0].exchange(b"again") == b"again"
        with program.connect() as newcomer:
            assert newcomer.exchange(b"hello") == b"hello"
            assert clients[1].receive_all() == b""
            for client in (clients[0], clients[2], clients[3]):
                assert client.exchange(b"still here") == b"still here"


@in_every_flavour
def test_a_stale_event_reaches_nobody(language: str, how: str) -> None:
    """The hang-up of the displaced one leaves the newcomer alone."""
    with (
        serving(snippet(CONNECTION, language), how=how) as program,
        newcomer_before_a_stale_hang_up(program) as newcomer,
    ):
        assert newcomer.exchange(b"hello") == b"hello"


@in_both_languages
def test_every_shown_line_of_the_connection_runs(language: str) -> None:
    """What a page includes is what this run has executed."""
    source = snippet(CONNECTION, language)
    with serving(source, how="cov") as program:
        with newcomer_before_a_stale_hang_up(program) as newcomer:
            assert newcomer.exchange(b"hello") == b"hello"
        executed = program.stop().executed
    assert unexecuted(source, executed) == {}


def test_every_shown_line_of_the_twins_runs() -> None:
    """The bugs sleep in lines that run all the time."""
    for source in (FD_KEY, FREE_IN_BATCH, NEVER_FREED):
        with serving(source, how="cov") as program:
            program.wait_until_settled()
            displace_some(program)
            executed = program.stop().executed
        assert unexecuted(source, executed) == {}
