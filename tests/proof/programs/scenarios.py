"""Scenarios that several snippets have to stand, and their parameters.

A scenario knows nothing of what is broken. It does the same to a program
and to its broken twin and returns what could be seen; the tests compare.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.proof.programs.harness import (
    SNIPPETS,
    Client,
    Program,
    open_descriptors,
    serving,
    until,
)
from tests.proof.programs.injecting import Fault, attached
from tests.proof.required import cannot_run, require_strace

LANGUAGES = [".py", ".c"]
FLAVOURS = [(".py", "plain"), (".c", "plain"), (".c", "san")]

# More than the socket buffers of any machine hold.
ENDLESS = 1 << 29

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
in_every_flavour = pytest.mark.parametrize(("language", "how"), FLAVOURS)


def needs(tool: str) -> None:
    """Skip where a tool is missing; in CI, where none may be, fail."""
    if shutil.which(tool) is None:
        cannot_run(f"{tool} is not installed here")


def snippet(name: str, language: str) -> Path:
    """The program of a name like "edge/echo"."""
    return SNIPPETS / f"{name}{language}"


@contextmanager
def gone(program: Program) -> Iterator[None]:
    """Wait, after the block, until the server has dropped its clients."""
    before = open_descriptors(program.pid)
    yield
    until(
        lambda: open_descriptors(program.pid) == before,
        "the server has closed its end",
    )


def masks(program: Program, operation: str) -> list[str]:
    """The masks that were passed to epoll_ctl, in order."""
    return [
        line.partition("{events=")[2].partition(",")[0]
        for line in program.calls("epoll_ctl")
        if f"EPOLL_CTL_{operation}" in line
    ]


# Echo servers


@dataclass(frozen=True)
class Answer:
    """What comes back of a long message that arrives all at once.

    Attributes:
        at_once: Bytes, when the server has gone to sleep.
        unread: Bytes that then still wait in the server's kernel.
        after_one_more: Bytes that come back when the client then sends
            one more byte.
    """

    at_once: int
    unread: int
    after_one_more: int


def answer_to_a_long_message(source: Path, length: int, how: str) -> Answer:
    """Send `length` bytes while the server is stopped, and count."""
    with serving(source, how=how) as program, program.connect() as client:
        program.wait_until_settled(client)
        with program.frozen():
            client.send(b"x" * length)
            until(lambda: client.unacknowledged == 0, "all has arrived")
        program.wait_until_settled(client)
        at_once = len(client.receive_available())
        unread = program.unread(client)
        client.send(b"!")
        program.wait_until_settled(client)
        return Answer(at_once, unread, len(client.receive_available()))


def echoes(program: Program) -> None:
    """Every byte comes back: short, long, and after a half-close."""
    with gone(program), program.connect() as client:
        assert client.exchange(b"hello") == b"hello"
        long = bytes(range(256)) * 4096
        assert client.exchange(long) == long
        client.send(b"last words")
        client.half_close()
        assert client.receive_all() == b"last words"


def serves_others_while_one_does_not_read(program: Program) -> None:
    """A client that never reads holds up only itself, and loses nothing."""
    with gone(program), program.connect(receive_buffer=4096) as client:
        sent = stuffed(program, client)
        with program.connect() as other:
            assert other.exchange(b"and me?") == b"and me?"
        client.half_close()
        assert client.receive_all() == b"x" * sent


def answers_though_a_send_says_eagain(source: Path) -> None:
    """The buffer may be full before the first byte: try again later."""
    needs("strace")
    fault = "sendto:error=EAGAIN:when=1"
    with (
        serving(source, how="strace", fault=fault) as program,
        program.connect() as client,
    ):
        assert client.exchange(b"hello") == b"hello"
        assert any("INJECTED" in line for line in program.calls("sendto"))


def meets(program: Program, calls: frozenset[str], error: str) -> None:
    """Let a client come whose call fails once: its lines run then."""
    require_strace()
    with (
        gone(program),
        attached(program, Fault(calls, error)) as tracing,
        program.connect() as client,
    ):
        client.send(b"hello")
        until(lambda: tracing.met() > 0, f"{error} has been met")
        program.wait_until_settled()


def survives_resets(program: Program) -> None:
    """RST before the accept, while it reads, and while it writes."""
    program.wait_until_settled()
    with gone(program):
        with program.frozen():
            program.connect().reset()
        program.wait_until_settled()
    with gone(program):
        client = program.connect()
        assert client.exchange(b"hello") == b"hello"
        client.reset()
    with gone(program):
        client = program.connect(receive_buffer=4096)
        stuffed(program, client)
        client.reset()
    with gone(program), program.connect() as client:
        assert client.exchange(b"still there?") == b"still there?"


def stuffed(program: Program, client: Client) -> int:
    """Send without reading until the server reads no more, and sleeps.

    Returns:
        The number of bytes sent.
    """
    sent = 0

    def no_more_is_read() -> bool:
        nonlocal sent
        sent += client.send_what_fits()
        assert sent < ENDLESS, "it reads and reads, but owes no answer"
        return program.leaves_unread(client)

    until(no_more_is_read, "the server reads no more")
    return sent


def echo_in_every_way(program: Program) -> None:
    """All that an echo server has to stand."""
    echoes(program)
    serves_others_while_one_does_not_read(program)
    survives_resets(program)
