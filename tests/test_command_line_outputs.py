"""`epollref serve` and `trace` when nobody reads what they write."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.test_command_line import EPOLLREF, converse, end, port_of, serving


@contextmanager
def full_pipe() -> Iterator[tuple[int, int]]:
    """A pipe of which nobody takes a byte."""
    r, w = os.pipe()
    os.set_blocking(w, False)
    with pytest.raises(BlockingIOError):
        while True:
            os.write(w, bytes(1 << 16))
    os.set_blocking(w, True)
    yield r, w
    os.close(r)
    os.close(w)


@contextmanager
def started(
    *options: str, stdout: int = subprocess.PIPE, stderr: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[str]]:
    """Run the server with outputs of the test's choice."""
    with subprocess.Popen(
        [*EPOLLREF, "serve", *options], stdout=stdout, stderr=stderr, text=True
    ) as server:
        try:
            yield server
        finally:
            server.kill()


def converse_when_it_listens(server: subprocess.Popen[str], port: int) -> None:
    """There is no READY to wait for: try until it is there."""
    while True:
        try:
            assert converse(port, b"hello") == b"hello"
            return
        except ConnectionRefusedError:
            assert server.poll() is None


def test_a_trace_into_a_full_pipe_holds_nobody_up(
    options: tuple[str, ...],
) -> None:
    """Peers are served, SIGTERM ends it."""
    with (
        full_pipe() as (_, w),
        started("--port", "0", *options, "--trace", "-", stderr=w) as server,
    ):
        assert server.stdout is not None
        port = port_of(server.stdout.readline())
        for _ in range(20):
            assert converse(port, b"hello") == b"hello"
        end(server)


def test_a_trace_into_a_fifo_without_a_reader_is_counted(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    """open(2) is not waited for either, and the end says what is missing."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with serving(*options, "--trace", str(fifo)) as (server, port):
        assert converse(port, b"hello") == b"hello"
        end(server)
        assert server.stderr is not None
        said = server.stderr.read()
    assert said.endswith("lines of the trace are lost: nobody reads the FIFO\n")
    assert int(said.split()[1]) > 10


def test_a_program_is_not_held_up_by_a_fifo_without_a_reader(
    tmp_path: Path,
) -> None:
    """`epollref trace -o FIFO`: it runs, and the lines are counted."""
    fifo, program = tmp_path / "fifo", tmp_path / "program.py"
    os.mkfifo(fifo)
    program.write_text("import select; select.epoll().close(); print('ran')\n")
    done = subprocess.run(
        [*EPOLLREF, "trace", "-o", str(fifo), str(program)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "ran\n")
    assert done.stderr == (
        "epollref: 2 lines of the trace are lost: nobody reads the FIFO\n"
    )


def test_a_full_stdout_holds_nobody_up_and_gets_ready_later() -> None:
    """The loop writes READY when there is room."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        full_pipe() as (r, w),
        started("--port", str(port), stdout=w) as server,
    ):
        converse_when_it_listens(server, port)
        text = b""
        while b"READY" not in text:
            text = os.read(r, 1 << 16)
        assert text.strip(b"\0") == b"READY 127.0.0.1 %d\n" % port
        end(server)


def test_a_full_stdout_does_not_keep_sigterm_away() -> None:
    """READY is never taken, and the end is orderly all the same."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        full_pipe() as (_, w),
        started("--port", str(port), stdout=w) as server,
    ):
        converse_when_it_listens(server, port)
        end(server)


@pytest.mark.parametrize("stderr", ["full", "gone", "closed"])
def test_without_a_stderr_the_status_is_zero(stderr: str) -> None:
    """A full disk, a pipe without a reader, no descriptor 2 at all."""
    r, w = os.pipe()
    os.close(r)
    where = {"full": "2>/dev/full", "gone": f"2>&{w}", "closed": "2>&-"}
    words = ("serve", "--port", "0", "--trace", "-")
    shell = f'exec "$@" {where[stderr]}'
    with subprocess.Popen(
        ["bash", "-c", shell, "bash", *EPOLLREF, *words],
        stdout=subprocess.PIPE,
        text=True,
        pass_fds=[w],
    ) as server:
        try:
            assert server.stdout is not None
            port = port_of(server.stdout.readline())
            assert converse(port, b"hello") == b"hello"
            end(server)
        finally:
            server.kill()
    os.close(w)


def test_a_remark_into_a_full_stderr_holds_no_work_up() -> None:
    """The seed is said by the way; nobody empties the pipe."""
    words = ("model", "verify", "--steps", "10", "--seed", "7")
    with full_pipe() as (_, w):
        done = subprocess.run(
            [*EPOLLREF, *words],
            stdout=subprocess.PIPE,
            stderr=w,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stdout[:9]) == (0, "10 calls ")
