"""Where the lines of a trace go: streams, files, pipes that are full."""

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from epollref.linux import LinuxKernel
from epollref.output import HIGH
from epollref.trace.calls import (
    Close,
)
from epollref.trace.notation import Notation
from epollref.trace.sinks import FileSink, StreamSink
from epollref.trace.tracer import TracedKernel
from tests.conftest import open_descriptors

pytestmark = pytest.mark.usefixtures("no_descriptor_left")


def test_a_stream_gets_a_line_a_call() -> None:
    """Each in strace's words, with a newline."""
    stream = io.StringIO()
    kernel = TracedKernel(LinuxKernel(), StreamSink(stream))
    kernel.close(kernel.eventfd(3, 0))
    created, closed = stream.getvalue().splitlines()
    assert created.startswith("eventfd2(3, 0)                          = ")
    assert closed.startswith("close(")


def test_a_file_has_each_line_at_once(tmp_path: Path) -> None:
    """Nothing waits in a buffer that a crash would take away."""
    log = tmp_path / "log"
    log.write_text("of yesterday\n")
    with FileSink(log, Notation(pid="column")) as sink:
        sink(Close(5, pid=77))
        assert (
            log.read_text() == "77    close(5)                          = 0\n"
        )
        sink(Close(6, pid=77))
        assert log.read_text().count("\n") == 2


def test_a_file_takes_no_descriptor_that_the_program_would_get(
    tmp_path: Path,
) -> None:
    """Under strace the program has no descriptor more, so here neither."""
    lowest = os.dup(0)
    os.close(lowest)
    with FileSink(tmp_path / "log"):
        assert os.dup(0) == lowest
        os.close(lowest)
        assert max(open_descriptors()) >= HIGH * 3 // 4


def test_a_descriptor_stays_its_owners(tmp_path: Path) -> None:
    """FileSink(2) writes to stderr and leaves it open."""
    with (tmp_path / "log").open("w") as file:
        with FileSink(file.fileno()) as sink:
            sink(Close(5))
            sink.close()
        file.write("still open\n")
    assert (tmp_path / "log").read_text().endswith("= 0\nstill open\n")


def test_a_full_disk_is_no_failed_system_call() -> None:
    """What cannot be written is counted; the traced call is not harmed."""
    with FileSink("/dev/full") as sink:
        kernel = TracedKernel(LinuxKernel(), sink)
        kernel.close(kernel.eventfd(0, 0))
    assert sink.lost == 2
    assert sink.error is not None
    assert sink.error.errno == errno.ENOSPC


def test_a_full_pipe_that_does_not_block_loses_nothing() -> None:
    """A program may make its stderr non-blocking; it is waited for."""
    r, w = os.pipe2(os.O_NONBLOCK)
    os.set_blocking(r, True)
    written = 0
    with FileSink(w, patience=60) as sink:
        while True:  # until the pipe is full
            try:
                written += os.write(w, b"\n" * 65536)
            except BlockingIOError:
                break
        reader = subprocess.Popen(
            ["wc", "-l"], stdin=r, stdout=subprocess.PIPE, text=True
        )
        os.close(r)
        sink(Close(5))
    os.close(w)
    out, _ = reader.communicate(timeout=60)
    assert int(out) == written + 1


def test_a_log_shared_with_a_child_keeps_its_lines_whole(
    tmp_path: Path,
) -> None:
    """After fork both write to it, each line in one piece."""
    code = f"""
import os
from epollref.linux import LinuxKernel
from epollref.trace.notation import Notation
from epollref.trace.sinks import FileSink
from epollref.trace.tracer import TracedKernel
kernel = TracedKernel(
    LinuxKernel(), FileSink({str(tmp_path / "log")!r}, Notation(pid="column"))
)
child = os.fork()
for _ in range(500):
    kernel.close(kernel.eventfd(0, 0))
if child:
    os.waitpid(child, 0)
    print(os.getpid(), child)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    lines = (tmp_path / "log").read_text().splitlines()
    numbers = [line.split()[0] for line in lines]
    for pid in done.stdout.split():
        assert numbers.count(pid) == 1000
    assert all(line.count(" = ") == 1 for line in lines)
