"""data-word/connection, and three ways to get its lifetime wrong.

The server takes at most LIMIT connections; a newcomer displaces the most
silent one. So one batch can hold first the newcomer, then an event of the
connection that has just been displaced: a stale event.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.snippets import arriving
from tests.snippets.harness import (
    Client,
    Program,
    breaks,
    running,
    serving,
    unexecuted,
)
from tests.snippets.scenarios import (
    echo_in_every_way,
    gone,
    in_both_languages,
    in_every_flavour,
    snippet,
)

CONNECTION = "data-word/connection"
FD_KEY = snippet("data-word/connection_broken_fd_key", ".py")
FREE_IN_BATCH = snippet("data-word/connection_broken_free_in_batch", ".c")
NEVER_FREED = snippet("data-word/connection_broken_never_freed", ".c")
LIMIT = 4


@contextmanager
def full_house(program: Program) -> Iterator[list[Client]]:
    """As many clients as it takes, the most silent one first."""
    with ExitStack() as stack:
        clients = []
        for _ in range(LIMIT):
            client = stack.enter_context(program.connect())
            assert client.exchange(b"hello") == b"hello"
            clients.append(client)
        program.wait_until_settled(*clients)
        yield clients


@contextmanager
def newcomer_before_a_stale_hang_up(program: Program) -> Iterator[Client]:
    """One batch: a newcomer, then the hang-up of whom it displaces.

    Yields:
        The newcomer.
    """
    with full_house(program) as clients:
        with program.frozen():
            newcomer = arriving.connect(program)
            arriving.reset(program, clients[0])
        with newcomer:
            yield newcomer


def displace_some(program: Program) -> None:
    """Work that runs every section and makes no event stale."""
    with (
        gone(program),
        full_house(program) as clients,
        program.connect() as newcomer,
    ):
        assert newcomer.exchange(b"hello") == b"hello"
        assert clients[0].receive_all() == b""


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


def test_with_descriptors_as_keys_a_stale_event_reaches_the_newcomer() -> None:
    """It has got the number, so the other's hang-up throws it out."""
    assert breaks(FD_KEY) == "EP012"
    with (
        serving(FD_KEY) as program,
        newcomer_before_a_stale_hang_up(program) as newcomer,
    ):
        assert newcomer.receive_all() == b""


def test_freeing_in_the_batch_is_a_use_after_free() -> None:
    """The same batch: AddressSanitizer stops at the stale pointer."""
    assert breaks(FREE_IN_BATCH) == "asan heap-use-after-free"
    with running(FREE_IN_BATCH, "0", how="san") as program:
        program.wait_for_ready()
        with newcomer_before_a_stale_hang_up(program):
            finished = program.finish(None)
    assert "AddressSanitizer: heap-use-after-free" in finished.stderr
    assert " in dispatch " in finished.stderr
    assert finished.status != 0


def test_never_freeing_is_a_leak() -> None:
    """Its connections have left: LeakSanitizer finds their memory."""
    assert breaks(NEVER_FREED) == "lsan leak"
    with running(NEVER_FREED, "0", how="san") as program:
        program.wait_for_ready()
        program.wait_until_settled()
        for _ in range(10):
            displace_some(program)
        finished = program.finish()
    assert "LeakSanitizer: detected memory leaks" in finished.stderr
    assert " in allocate " in finished.stderr
    assert finished.status != 0


def test_freeing_after_the_batch_leaves_no_leak() -> None:
    """The same clients: the sound program ends without a complaint."""
    with serving(snippet(CONNECTION, ".c"), how="san") as program:
        program.wait_until_settled()
        for _ in range(10):
            displace_some(program)


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
