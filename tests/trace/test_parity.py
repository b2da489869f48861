"""Does our trace say what strace says, of the same process at once?

A server watches itself while strace watches it: peers half-close, reset,
refuse to read, and a hundred are there at once.  Then line is compared with
line.  One thing is not compared: the address of the buffer of a read(2) that
fails, which a tracer inside CPython cannot know.
"""

import difflib
import os
import platform
import re
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from epollref.trace.strace import WHOLE, installed_dialect
from tests.proof.required import cannot_run, require_strace
from tests.trace.watched import COUNT, STOP

NAMES = (
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "accept4",
    "eventfd2",
    "read",
    "write",
    "shutdown",
    "close",
)

LINE = re.compile(rf"({'|'.join(NAMES)})\(")

FAILED_READ = re.compile(r"(read\(\d+), \S+(, \d+\)) += -1")

HAPPENED = (
    r"epoll_wait\(.*EPOLLRDHUP.*= [1-9]",  # a half-close
    r"epoll_wait\(.*EPOLLERR.*EPOLLHUP.*= [1-9]",  # an RST
    r"write\(.* = -1 EAGAIN",
    r"epoll_wait\(\d+, 0x[0-9a-f]+, .* = -1 EINTR",
    r"accept4\(.* = 1\d\d\n",  # so many at once
    r"shutdown\(\d+, SHUT_WR\) += 0",
)
"""What the workload has to have brought about."""


@pytest.fixture(scope="module", autouse=True)
def _strace_works() -> None:
    """Say by name why nothing is compared; in CI that is a failure."""
    if platform.machine() != "x86_64":
        cannot_run("this machine may have no epoll_wait but epoll_pwait")
    require_strace()


@contextmanager
def watched(
    folder: Path, mode: str, workers: int
) -> Iterator[tuple[subprocess.Popen[str], int, int]]:
    """Run the server under strace; kill both if a test forgets."""
    process = subprocess.Popen(
        [
            "strace",
            *("-ff", "-o", str(folder / "strace"), "-e", WHOLE, "-e"),
            f"trace={','.join(NAMES)}",
            *(sys.executable, "-m", "tests.trace.watched"),
            *(mode, str(workers), installed_dialect(), str(folder)),
        ],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        word, port, pid = process.stdout.readline().split()
        assert word == "READY"
        yield process, int(port), int(pid)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def connect(port: int) -> socket.socket:
    """Return a connected socket."""
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def exchange(peer: socket.socket, message: bytes) -> bytes:
    """Send, and return the first bytes of the answer."""
    peer.sendall(message)
    return peer.recv(len(message))


def half_close(peer: socket.socket, message: bytes) -> None:
    """End our side, and get the whole answer."""
    with peer:
        peer.sendall(message)
        peer.shutdown(socket.SHUT_WR)
        assert peer.makefile("rb").read() == message


def reset(peer: socket.socket) -> None:
    """End a connection with an RST."""
    linger = struct.pack("ii", 1, 0)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    peer.close()


def until(
    port: int, what: bytes, try_it: Callable[[], None] = lambda: None
) -> None:
    """Ask until something has happened to the server."""
    with connect(port) as peer:
        while exchange(peer, COUNT + b" " + what) == b"0":
            try_it()


def overflow(port: int) -> None:
    """Read nothing until the server has found no room to write."""
    message = b"0123456789abcdef" * 8192
    with socket.socket() as greedy:
        greedy.settimeout(60)
        greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        greedy.connect(("127.0.0.1", port))
        greedy.sendall(message[:65536])
        until(port, b"write EAGAIN")
        greedy.sendall(message[65536:])
        greedy.shutdown(socket.SHUT_WR)
        assert greedy.makefile("rb").read() == message


def interrupt(port: int, pid: int) -> None:
    """Send signals until one has ended a wait."""
    until(port, b"epoll_wait EINTR", lambda: os.kill(pid, signal.SIGUSR1))


def workload(port: int, pid: int) -> None:
    """Do to a server what peers do."""
    peers = [connect(port) for _ in range(100)]
    for number, peer in enumerate(peers):
        message = b"peer %d\n" % number
        assert exchange(peer, message) == message
    for number, peer in enumerate(peers):
        if number % 10 == 0:
            reset(peer)
        elif number % 3 == 0:
            peer.close()
        else:
            half_close(peer, b"\0\x07\xff" * number)
    overflow(port)
    interrupt(port, pid)
    with connect(port) as peer:
        peer.sendall(STOP)


def comparable(line: str) -> str:
    """Forget the address of a buffer that only a failed read(2) shows."""
    return FAILED_READ.sub(r"\1, ...\2 = -1", line)


def lines(file: Path) -> list[str]:
    """Return the lines to compare of a file."""
    found = file.read_text().splitlines()
    return [comparable(line) for line in found if LINE.match(line)]


def of_the_server(shown: list[str]) -> list[str]:
    """Leave out what Python did before the server was made, and after it."""
    made = [line.startswith("epoll_create1(") for line in shown]
    if not any(made):
        return shown  # A worker thread.
    first = len(made) - 1 - made[::-1].index(True)
    epfd = shown[first].rpartition(" ")[2]
    closes = [line.startswith(f"close({epfd})") for line in shown]
    return shown[first : closes.index(True, first) + 1]


def traces(folder: Path, whose: str) -> dict[int, list[str]]:
    """Return the lines of each thread that has any."""
    files = {int(file.suffix[1:]): file for file in folder.glob(f"{whose}.*")}
    found = {pid: of_the_server(lines(file)) for pid, file in files.items()}
    return {pid: shown for pid, shown in found.items() if shown}


@pytest.mark.parametrize(
    ("mode", "workers"),
    [
        ("level", 0),
        ("edge", 0),
        ("oneshot", 0),
        ("edge-oneshot", 0),
        ("oneshot", 3),
    ],
)
@pytest.mark.timeout(300)
def test_our_trace_is_straces(tmp_path: Path, mode: str, workers: int) -> None:
    """No line differs, in any mode and in any thread."""
    with watched(tmp_path, mode, workers) as (process, port, pid):
        workload(port, pid)
        assert process.wait(120) == 0
    ours, theirs = traces(tmp_path, "ours"), traces(tmp_path, "strace")
    assert ours.keys() == theirs.keys()
    for thread, shown in ours.items():
        differing = difflib.unified_diff(theirs[thread], shown, "strace")
        assert not list(differing), thread
    assert len(ours) == 1 + workers
    everything = "\n".join(line for shown in ours.values() for line in shown)
    for what in HAPPENED:
        assert re.search(what, everything), what
