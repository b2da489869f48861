"""`epollref serve` in hostile hands: a process, its peers, its outputs."""

import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from tests.proof.required import require_strace
from tests.test_command_line import EPOLLREF, converse, end, port_of, serving

CROWD = 200
CUT = "reset|Broken pipe|not connected"
"""What a peer is told whose connection is closed with its bytes unread."""


@contextmanager
def crowd(port: int, count: int) -> Iterator[list[socket.socket]]:
    """Peers that have connected and sent everything."""
    with ExitStack() as peers:
        found = []
        for number in range(count):
            peer = socket.create_connection(("127.0.0.1", port), timeout=60)
            found.append(peers.enter_context(peer))
            peer.sendall(b"hello %d" % number)
        yield found


def answer(peer: socket.socket) -> bytes:
    """Return everything up to the end."""
    with peer.makefile("rb") as lines:
        return lines.read()


def test_sigterm_answers_everybody_in_the_backlog(
    options: tuple[str, ...],
) -> None:
    """Nobody of them is reset; the status is 0 and nothing is said."""
    with serving(*options) as (server, port):
        server.send_signal(signal.SIGSTOP)
        with crowd(port, CROWD) as peers:
            server.send_signal(signal.SIGTERM)
            server.send_signal(signal.SIGCONT)
            for number, peer in enumerate(peers):
                assert answer(peer) == b"hello %d" % number
                peer.close()
        assert server.wait(30) == 0
        assert server.stderr is not None
        assert server.stderr.read() == ""


def test_with_a_limit_too_everybody_in_the_backlog_is_answered(
    options: tuple[str, ...],
) -> None:
    """As others leave; peers half-close, as they wait for each other."""
    with serving(*options, "--max-connections", "7") as (server, port):
        server.send_signal(signal.SIGSTOP)
        with crowd(port, CROWD) as peers:
            for peer in peers:
                peer.shutdown(socket.SHUT_WR)
            server.send_signal(signal.SIGTERM)
            server.send_signal(signal.SIGCONT)
            for number, peer in enumerate(peers):
                assert answer(peer) == b"hello %d" % number
        assert server.wait(30) == 0


def test_who_is_cut_off_by_the_end_is_said(options: tuple[str, ...]) -> None:
    """One peer holds the only place; the others never got in."""
    with (
        serving(*options, "--max-connections", "1") as (server, port),
        socket.create_connection(("127.0.0.1", port), timeout=60) as greedy,
    ):
        greedy.settimeout(0.2)
        with pytest.raises(TimeoutError):
            while True:  # until nobody takes any more: it is owed plenty
                greedy.sendall(bytes(1 << 16))
        with crowd(port, 20):
            # Two that arrive before Python looks are one: until it ends.
            while server.poll() is None:
                server.send_signal(signal.SIGTERM)
            assert server.returncode == 0
        assert server.stderr is not None
        said = server.stderr.read()
    assert said == (
        "epollref: cut off: 1 connections, 20 not yet accepted: a second stop\n"
    )


IGNORING = """
import signal
from epollref.commands.serve import ignore
signal.signal(signal.SIGTERM, lambda *_: None)
print("ready", flush=True)
for _ in range(40_000):
    signal.signal(signal.SIGTERM, lambda *_: None)
    ignore(signal.SIGTERM)
"""
STORM = "while kill -TERM {}; do :; done"


def test_a_signal_says_nothing_while_it_comes_to_be_ignored() -> None:
    """Between two instructions of Python's own change of the handler."""
    with ExitStack() as stack:
        process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-c", IGNORING],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        for _ in range(2):
            words = ["bash", "-c", STORM.format(process.pid)]
            storm = subprocess.Popen(words, stderr=subprocess.DEVNULL)
            stack.enter_context(storm)
        _, said = process.communicate(timeout=100)
    assert (process.returncode, said) == (0, b"")


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EBADF])
def test_a_server_without_a_listener_ends_with_an_error(
    options: tuple[str, ...], number: int
) -> None:
    """One line, status 2, after the peer that was there is answered."""
    require_strace()
    name = errno.errorcode[number]
    with subprocess.Popen(
        [
            *("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=accept4"),
            *("-e", f"inject=accept4:error={name}:when=3+"),
            *(*EPOLLREF, "serve", "--port", "0", *options),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            assert server.stdout is not None
            assert server.stderr is not None
            address = ("127.0.0.1", port_of(server.stdout.readline()))
            with socket.create_connection(address, timeout=60) as peer:
                peer.sendall(b"hello")
                assert peer.recv(5, socket.MSG_WAITALL) == b"hello"
                # To close the listener resets who is in its queue.
                with suppress(ConnectionResetError):
                    socket.create_connection(address, timeout=60).close()
                assert peer.recv(5) == b""
            assert server.wait(30) == 2
            said = server.stderr.read()
        finally:
            with suppress(ProcessLookupError):  # strace, and the server.
                os.killpg(server.pid, signal.SIGKILL)
    assert said.startswith("epollref: cannot go on serving: accept4 on ")
    assert name in said
    assert said.count("\n") == 1


FAULTY = """
import sys
from epollref.commands import serve
from epollref.__main__ import main
from tests.server.faulty import FaultyKernel
kernel = FaultyKernel()
kernel.fail({call!r}, *[{number}] * 3)
serve.LinuxKernel = lambda: kernel
sys.exit(main(["serve", "--port", "0", *sys.argv[1:]]))
"""


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOMEM])
def test_a_fault_of_a_connection_is_one_line(
    options: tuple[str, ...], number: int
) -> None:
    """Three of them are three lines, with descriptor and errno."""
    code = FAULTY.format(call="read", number=number)
    with subprocess.Popen(
        [sys.executable, "-c", code, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            assert server.stderr is not None
            port = port_of(server.stdout.readline())
            for _ in range(3):
                with pytest.raises(OSError, match=CUT):
                    converse(port, b"hello")
            assert converse(port, b"hello") == b"hello"
            end(server)
            said = server.stderr.read().splitlines()
        finally:
            server.kill()
    assert len(said) == 3
    for line in said:
        assert line.startswith("epollref: the connection on descriptor ")
        assert errno.errorcode[number] in line
