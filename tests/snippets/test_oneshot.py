"""oneshot/rearm and its forgetful twin; oneshot/pool."""

import os
import signal
import socket
from contextlib import ExitStack

from epollref.proc.descriptors import descriptors
from epollref.proc.interest import interest_list
from epollref.proc.process import Process
from tests.proof.programs import arriving
from tests.proof.programs.harness import (
    Client,
    Program,
    serving,
    unexecuted,
)
from tests.proof.programs.scenarios import (
    echo_in_every_way,
    gone,
    in_both_languages,
    in_every_flavour,
    snippet,
)

REARM, NO_REARM = "oneshot/rearm", "oneshot/rearm_broken_no_rearm"
POOL = "oneshot/pool"
SLOTS = 4
PARKED = 0x40000018  # EPOLLONESHOT, and ERR and HUP as always


def masks(program: Program) -> list[int]:
    """The masks in the interest list of the server."""
    with Process(program.pid) as process:
        (epfd,) = (x.fd for x in descriptors(process) if x.kind == "epoll")
        return [each.events for each in interest_list(process, epfd)]


def greeted(program: Program, stack: ExitStack) -> Client:
    """A client that has spoken and got its answer."""
    client = stack.enter_context(program.connect())
    assert client.exchange(b"hello") == b"hello"
    return client


def unheard(program: Program, stack: ExitStack, message: bytes) -> Client:
    """A client that speaks, and the server sleeps without reading it."""
    client = stack.enter_context(program.connect())
    speaks_in_vain(program, client, message)
    return client


def speaks_in_vain(program: Program, client: Client, message: bytes) -> None:
    """Send; the server goes to sleep and leaves the message unread."""
    client.send(message)
    program.wait_until_settled(client)
    assert program.unread(client) == len(message)
    assert client.receive_available() == b""


# Re-arm, park and resume


@in_every_flavour
def test_rearmed_it_is_an_echo_server(language: str, how: str) -> None:
    """Long messages, slow readers, half-closes, resets: all is answered."""
    with serving(snippet(REARM, language), how=how) as program:
        echo_in_every_way(program)


@in_every_flavour
def test_a_rearmed_connection_is_heard_again(language: str, how: str) -> None:
    """One message, one event, one re-arm: so every message is answered."""
    source = snippet(REARM, language)
    with serving(source, how=how) as program, ExitStack() as stack:
        client = greeted(program, stack)
        for message in (b"second", b"third"):
            program.wait_until_settled(client)
            assert client.exchange(message) == message


@in_every_flavour
def test_a_connection_without_a_slot_is_parked(language: str, how: str) -> None:
    """Its mask is EPOLLONESHOT alone, and its message stays unread."""
    source = snippet(REARM, language)
    with serving(source, how=how) as program, ExitStack() as stack:
        for _ in range(SLOTS):
            greeted(program, stack)
        unheard(program, stack, b"late")
        assert masks(program).count(PARKED) == 1


@in_every_flavour
def test_who_waits_longest_is_resumed_first(language: str, how: str) -> None:
    """Two are parked, one slot is given up, then another."""
    source = snippet(REARM, language)
    with serving(source, how=how) as program, ExitStack() as stack:
        holders = [greeted(program, stack) for _ in range(SLOTS)]
        first = unheard(program, stack, b"first")
        second = unheard(program, stack, b"second")
        holders[2].close()
        assert first.receive(5) == b"first"
        program.wait_until_settled(second)
        assert second.receive_available() == b""
        first.close()
        assert second.receive(6) == b"second"


@in_every_flavour
def test_a_parked_connection_that_dies_is_noticed(
    language: str, how: str
) -> None:
    """Parked is not deaf: a RST comes through, as ERR and HUP."""
    source = snippet(REARM, language)
    with serving(source, how=how) as program, ExitStack() as stack:
        holders = [greeted(program, stack) for _ in range(SLOTS)]
        with gone(program):
            unheard(program, stack, b"doomed").reset()
        heir = unheard(program, stack, b"heir")
        holders[0].close()
        assert heir.receive(4) == b"heir"


@in_both_languages
def test_every_shown_line_of_the_rearm_runs(language: str) -> None:
    """What a page includes is what this run has executed."""
    source = snippet(REARM, language)
    with serving(source, how="cov") as program, ExitStack() as stack:
        echo_in_every_way(program)
        holders = [greeted(program, stack) for _ in range(SLOTS)]
        late = unheard(program, stack, b"late")
        with gone(program):
            unheard(program, stack, b"doomed").reset()
        holders[0].close()
        assert late.receive(4) == b"late"
        executed = program.stop().executed
    assert unexecuted(source, executed) == {}


@in_both_languages
def test_the_twin_runs_all_that_does_not_follow_a_rearm(language: str) -> None:
    """Nobody gives up a slot here, so nobody is resumed either."""
    source = snippet(NO_REARM, language)
    with serving(source, how="cov") as program, ExitStack() as stack:
        program.wait_until_settled()
        with gone(program):
            program.connect().reset()
        with gone(program), program.connect() as client:
            client.half_close()
            assert client.receive_all() == b""
        for _ in range(SLOTS):
            greeted(program, stack)
        unheard(program, stack, b"late")
        executed = program.stop().executed
    assert set(unexecuted(source, executed)) == {"rearm", "park"}


# The pool


@in_every_flavour
def test_the_pool_is_an_echo_server(language: str, how: str) -> None:
    """Long messages, slow readers, half-closes, resets: all is answered."""
    with serving(snippet(POOL, language), how=how) as program:
        echo_in_every_way(program)


@in_every_flavour
def test_workers_keep_the_order_of_each_connection(
    language: str, how: str
) -> None:
    """Many small messages on several connections: each in its order."""
    messages = [b"%05d " % number for number in range(500)]
    source = snippet(POOL, language)
    with serving(source, how=how) as program, ExitStack() as stack:
        clients = [stack.enter_context(program.connect()) for _ in range(8)]
        for client in clients:
            client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for message in messages:
            for client in clients:
                client.send(message)
        everything = b"".join(messages)
        for client in clients:
            assert client.receive(len(everything)) == everything


@in_every_flavour
def test_the_pool_ends_while_its_workers_are_busy(
    language: str, how: str
) -> None:
    """SIGTERM in one batch with eight messages: status 0, no complaint."""
    source = snippet(POOL, language)
    with serving(source, how=how) as program, ExitStack() as stack:
        program.wait_until_settled()
        clients = [stack.enter_context(program.connect()) for _ in range(8)]
        program.wait_until_settled(*clients)
        with program.frozen():
            for client in clients:
                client.send(b"x" * 1000)
                arriving.half_close(program, client)
            os.kill(program.pid, signal.SIGTERM)
        program.wait()


@in_both_languages
def test_every_shown_line_of_the_pool_runs(language: str) -> None:
    """What a page includes is what this run has executed."""
    source = snippet(POOL, language)
    with serving(source, how="cov") as program:
        echo_in_every_way(program)
        executed = program.stop().executed
    assert unexecuted(source, executed) == {}
