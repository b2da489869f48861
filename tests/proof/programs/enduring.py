"""Does a server endure a fault, or does somebody pay for it?

Three kinds of clients: one that is there before the fault, those who act
while it is there, and one that comes after it. Only the connection that met
the fault may end by it, and only if the fault was no EAGAIN and no EINTR:
after these everything that was sent is answered.
"""

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.proof.programs.client import Client
from tests.proof.programs.injecting import (
    ACCEPTS,
    Fault,
    Tracing,
    attached,
)
from tests.proof.programs.observing import open_descriptors
from tests.proof.programs.process import Program, serving
from tests.proof.programs.waiting import until

HARMLESS = {"EAGAIN", "EINTR"}
ENOUGH = 100  # calls; what these clients want takes a few dozen


class SufferingError(Exception):
    """Somebody suffers; the message says what was seen."""


@dataclass(frozen=True)
class Manner:
    """How a server behaves while all is well.

    Attributes:
        calls: The names of its system calls while a client is there.
        greeting: What it says unasked.
        echoes: Whether it sends back what it is sent.
    """

    calls: frozenset[str]
    greeting: bytes
    echoes: bool


def observe(source: Path) -> Manner:
    """Watch a server with one client, and inject nothing."""
    with serving(source) as program, attached(program) as tracing:
        with program.connect() as client:
            program.wait_until_settled(client)
            greeting = client.receive_available()
            client.send(b"hello")
            program.wait_until_settled(client)
            echoes = client.receive_available() == b"hello"
        return Manner(tracing.names(), greeting, echoes)


def suffering(
    source: Path, manner: Manner, fault: Fault, *, known: bool
) -> str:
    """Let a server meet a fault.

    Args:
        source: The server.
        manner: How it behaves while all is well.
        fault: What it meets.
        known: Whether it comes with the next message of a client that has
            been served before; else with two clients that are new.

    Returns:
        What somebody suffers; nothing if the server endures.
    """
    try:
        with serving(source) as program, ExitStack() as stack:
            idle = open_descriptors(program.pid)
            _Scene(program, manner, stack).play(fault, known=known)
            stack.close()
            until(
                lambda: open_descriptors(program.pid) == idle,
                "every connection is closed",
            )
    except SufferingError as error:
        return str(error)
    except AssertionError as error:  # at its end: status, stderr
        return str(error).strip().splitlines()[-1]
    return ""


class _Guest:
    """A client, what it has sent, and what it has got."""

    def __init__(self, client: Client, manner: Manner) -> None:
        self.client = client
        self.closed = False
        self._owed = bytearray(manner.greeting)
        self._echoes = manner.echoes

    def say(self, words: bytes) -> None:
        with suppress(ConnectionError):
            self.client.send(words)
        if self._echoes:
            self._owed += words

    def listen(self) -> None:
        """Take what has come off what is still owed."""
        try:
            got = self.client.receive_available()
            self.closed = self.closed or self.client.closed_by_server()
        except ConnectionError:
            got, self.closed = b"", True
        if not self._owed.startswith(got):
            raise SufferingError(f"a client gets {got!r} for {self._owed!r}")
        del self._owed[: len(got)]

    def content(self) -> bool:
        return not self.closed and not self._owed


class _Scene:
    """Clients of a server that meets a fault."""

    def __init__(
        self, program: Program, manner: Manner, stack: ExitStack
    ) -> None:
        self._program = program
        self._manner = manner
        self._stack = stack
        self._guests: list[_Guest] = []

    def play(self, fault: Fault, *, known: bool) -> None:
        """Let everybody come, and the fault meet those in the middle."""
        before = self._enter()
        actors = [self._enter()] if known else []
        self._serve("before the fault", before, *actors)
        with attached(self._program, fault) as tracing:
            if not actors:
                with self._program.frozen():  # so they come together
                    actors = [self._enter(), self._enter()]
            for actor in actors:
                actor.say(b"hello")
            self._rest(tracing)
            met = tracing.met()
        if not met:
            raise SufferingError("no call meets the fault")
        if fault.calls <= ACCEPTS:
            self._none_queued(actors)
        self._serve("after the fault", before, self._enter())
        may_close = 0 if fault.error in HARMLESS else met
        self._judge(actors, may_close)

    def _connected(self) -> list[Client]:
        clients = [guest.client for guest in self._guests]
        return [each for each in clients if not each.closed_by_server()]

    def _enter(self) -> _Guest:
        client = self._stack.enter_context(self._program.connect())
        self._guests.append(_Guest(client, self._manner))
        return self._guests[-1]

    def _serve(self, when: str, *guests: _Guest) -> None:
        for guest in guests:
            guest.say(b"good day")
        self._rest()
        if not all(guest.content() for guest in guests):
            raise SufferingError(f"somebody is not served {when}")

    def _none_queued(self, actors: list[_Guest]) -> None:
        """Nobody may wait until another client comes."""
        if not all(actor.closed or actor.content() for actor in actors):
            raise SufferingError("somebody is left in the queue")

    def _judge(self, actors: list[_Guest], may_close: int) -> None:
        for actor in actors:
            actor.say(b"again")
        self._rest()
        closed = [actor for actor in actors if actor.closed]
        if len(closed) > may_close:
            raise SufferingError(f"{len(closed)} closed, though harmless")
        for actor in actors:
            if not actor.closed and not actor.content():
                raise SufferingError("what was sent is lost")

    def _rest(self, tracing: Tracing | None = None) -> None:
        """Wait until nothing more happens; take what has come."""
        program = self._program

        def calls() -> int:
            return len(tracing.lines()) if tracing else 0

        until(
            lambda: (
                program.ended()
                or calls() > ENOUGH
                or program.settled(*self._connected())
            ),
            "the server sleeps",
        )
        if program.ended():
            last = program.finish(None).stderr.strip().splitlines()[-1:]
            raise SufferingError(f"it ends: {''.join(last)}")
        if calls() > ENOUGH:
            raise SufferingError(f"more than {ENOUGH} calls: it spins")
        for guest in self._guests:
            guest.listen()
