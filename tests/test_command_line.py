"""The command line, as a user meets it: what does each line say?"""

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import epollref
from epollref.__main__ import main

EPOLLREF = [sys.executable, "-m", "epollref"]


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run the server on any free port; kill it if a test forgets."""
    server = subprocess.Popen(
        [*EPOLLREF, "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    assert server.stderr is not None
    try:
        word, host, port = server.stdout.readline().split()
        assert (word, host) == ("READY", "127.0.0.1")
        yield server, int(port)
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
        server.stderr.close()


def converse(port: int, message: bytes) -> bytes:
    """Send, half-close, and return the whole answer."""
    with socket.create_connection(("127.0.0.1", port)) as peer:
        peer.sendall(message)
        peer.shutdown(socket.SHUT_WR)
        return peer.makefile("rb").read()


def port_of(line: str) -> int:
    """Return the port of a READY line."""
    return int(line.split()[2])


def end(server: subprocess.Popen[str]) -> None:
    """SIGTERM, and the status of an orderly end."""
    server.send_signal(signal.SIGTERM)
    assert server.wait(30) == 0


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--mode", "edge"),
        ("--mode", "oneshot", "--workers", "4"),
        ("--mode", "edge-oneshot"),
        ("--idle-timeout", "60", "--max-connections", "1"),
    ],
    ids=" ".join,
)
def test_it_echoes_and_ends_with_zero_on_sigterm(
    options: tuple[str, ...],
) -> None:
    """Each mode answers in full; SIGTERM is an orderly end."""
    with serving(*options) as (server, port):
        assert converse(port, b"hello" * 20_000) == b"hello" * 20_000
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
        assert server.stderr is not None
        assert server.stderr.read() == ""


def test_sigint_ends_it_too() -> None:
    """Ctrl-C is no traceback."""
    with serving() as (server, port):
        assert converse(port, b"x") == b"x"
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0


def test_a_second_signal_ends_it_at_once() -> None:
    """A peer that never reads holds the orderly end up, not the second."""
    with (
        serving() as (server, port),
        socket.create_connection(("127.0.0.1", port)) as greedy,
    ):
        greedy.settimeout(0.2)
        with pytest.raises(TimeoutError):
            while True:  # until nobody takes any more: it owes us plenty
                greedy.sendall(bytes(1 << 16))
        server.send_signal(signal.SIGTERM)
        # It has stopped listening once the port refuses.
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
            except (ConnectionRefusedError, ConnectionResetError):
                break  # reset: it was in the backlog when that was closed
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0


def complaint(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that cannot work; return its one line."""
    assert main(arguments) == 2
    printed = capfd.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1, printed.err
    assert printed.err.startswith("epollref: ")
    return printed.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("serve", "--port", "70000"), "70000"),
        (("serve", "--port", "-1"), "-1"),
        (("serve", "--port", "http"), "--port"),
        (("serve", "--host", "192.0.2.1", "--port", "0"), "192.0.2.1"),
        (("serve", "--mode", "sideways"), "sideways"),
        (("serve", "--mode", "level", "--workers", "2"), "one-shot"),
        (("serve", "--workers", "-1"), "-1"),
        (("serve", "--idle-timeout", "0"), "idle"),
        (("serve", "--idle-timeout", "nan"), "idle"),
        (("serve", "--max-connections", "0"), "0"),
        (("sirve",), "sirve"),
        (("serve", "extra"), "extra"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_bad_arguments_are_one_line_and_status_two(
    capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    """The line names what is wrong, and there is no traceback."""
    if "serve" in arguments and "--port" not in arguments:
        arguments += ("--port", "0")
    assert says in complaint(capfd, *arguments)


def test_a_port_in_use_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    """Host, port and reason stand in the line."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = complaint(capfd, "serve", "--port", port)
    assert port in line
    assert "127.0.0.1" in line
    assert "in use" in line


def test_a_burst_of_signals_ends_it_with_zero_too() -> None:
    """The last ones meet a process that is on its way out."""
    with serving() as (server, _):
        while server.poll() is None:
            server.send_signal(signal.SIGTERM)
        assert server.returncode == 0


def test_without_a_descriptor_for_signals_it_ends_and_leaves_no_thread(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workers have started by then, and would keep the process."""

    def refuse(_: int) -> tuple[int, int]:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(os, "pipe2", refuse)
    threads = threading.active_count()
    options = ("--port", "0", "--mode", "oneshot", "--workers", "2")
    assert "Too many open files" in complaint(capfd, "serve", *options)
    assert threading.active_count() == threads


def test_a_ready_that_cannot_be_written_is_one_line() -> None:
    """The disk is full: whoever waits for READY would wait in vain."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*EPOLLREF, "serve", "--port", "0"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stderr == (
        "epollref: cannot say READY: No space left on device\n"
    )


def test_elsewhere_it_says_that_this_is_not_linux() -> None:
    """What other systems lack is not touched before that is said."""
    code = """
import errno, os, socket, sys
del os.eventfd, os.EFD_NONBLOCK, os.EFD_CLOEXEC, errno.ENONET
del socket.SOCK_NONBLOCK, socket.SOCK_CLOEXEC
sys.platform = "plan9"
from epollref.__main__ import main
main(["serve", "--port", "0"])
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr == "epollref: epoll is part of Linux, this is plan9\n"


def test_version(capfd: pytest.CaptureFixture[str]) -> None:
    """One line on stdout."""
    assert main(["--version"]) == 0
    assert capfd.readouterr().out == f"epollref {epollref.__version__}\n"


def test_help_names_every_option(capfd: pytest.CaptureFixture[str]) -> None:
    """--help helps, and is no terminal art where stdout is a pipe."""
    assert main(["serve", "--help"]) == 0
    text = capfd.readouterr().out
    for option in ("--host", "--port", "--mode", "--workers", "--idle-timeout"):
        assert option in text
    assert "edge-oneshot" in text
    assert "\x1b" not in text
