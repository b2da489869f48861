"""What is said on stderr, and that nobody waits until it is read."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from epollref.server.report import report_on_stderr
from tests.server.faulty import FaultyKernel
from tests.server.stage import Stage


@contextmanager
def stderr_is(fd: int) -> Iterator[None]:
    """Let descriptor 2 be another file for a while."""
    kept = os.dup(2)
    os.dup2(fd, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def test_a_refusal_of_the_kernel_is_one_line(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """What was going on, and the name of the errno; no traceback."""
    try:
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    except OSError as error:
        report_on_stderr("the connection on descriptor 9 is lost", error)
    assert capfd.readouterr().err == (
        "epollref: the connection on descriptor 9 is lost: "
        "EIO (Input/output error)\n"
    )


def test_a_mistake_has_a_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    """Of a session or a handler; nothing else tells where it is."""
    try:
        raise ValueError("bad")
    except ValueError as error:
        report_on_stderr("a handler failed", error)
    first, *frames, last = capfd.readouterr().err.splitlines()
    assert first == "epollref: a handler failed"
    assert any(__file__ in frame for frame in frames)
    assert last == "ValueError: bad"


def test_a_stderr_that_nobody_reads_is_not_waited_for() -> None:
    """A pipe without a reader; a full one, of which nobody takes a byte."""
    r, w = os.pipe()
    with stderr_is(w):
        os.set_blocking(w, False)
        with pytest.raises(BlockingIOError):
            while True:
                os.write(w, bytes(1 << 16))
        os.set_blocking(w, True)
        report_on_stderr("a handler failed", ValueError("bad"))
        os.close(r)
        report_on_stderr("a handler failed", ValueError("bad"))
    os.close(w)


def test_a_closed_stderr_is_survived() -> None:
    """Descriptor 2 is nobody's."""
    kept = os.dup(2)
    os.close(2)
    try:
        report_on_stderr("a handler failed", ValueError("bad"))
    finally:
        os.dup2(kept, 2)
        os.close(kept)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOMEM, errno.EBADF])
@pytest.mark.parametrize("call", ["read", "write", "epoll_ctl"])
def test_a_fault_of_one_connection_is_one_line_that_names_it(
    way: dict[str, Any],
    call: str,
    number: int,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Descriptor and errno; the others are served as before."""
    kernel = FaultyKernel()
    with Stage(kernel=kernel, **way) as stage:
        other = stage.connect()
        stage.report = report_on_stderr
        client = stage.connect()
        stage.settle()
        fds = {connection.fd for connection in stage.connections()}
        if call == "epoll_ctl":
            # Something is owed then, and MOD is due in every mode.
            kernel.fail("write", errno.EAGAIN, errno.EAGAIN)
        kernel.fail(call, number)
        client.send(b"hello")
        stage.until(lambda: stage.server.connections == 1)
        stage.echo(other, b"hello")
    err = capfd.readouterr().err
    assert err.count("\n") == 1, err
    line = err
    assert errno.errorcode[number] in line
    assert any(f"descriptor {fd} " in line for fd in fds)
