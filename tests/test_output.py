"""Output that nobody reads is not waited for, and what is lost is counted."""

import errno
import os
import pty
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from epollref.output import Output, say

LINE = b"all work and no play\n"
ENOUGH = 1_000_000
"""More lines than any of the buffers below holds."""


@pytest.fixture(params=["pipe", "socket", "terminal", "fifo"])
def ends(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[int, int, str | int]]:
    """A reading end, a blocking writing end, and what Output is given."""
    target: str | int
    if request.param == "pipe":
        r, w = os.pipe()
        target = w
    elif request.param == "socket":
        ours, theirs = socket.socketpair()
        r, w = ours.detach(), theirs.detach()
        target = w
    elif request.param == "terminal":
        r, w = pty.openpty()
        target = w
    else:
        target = str(tmp_path / "fifo")
        os.mkfifo(target)
        r = os.open(target, os.O_RDONLY | os.O_NONBLOCK)
        w = os.open(target, os.O_WRONLY)
    yield r, w, target
    os.close(r)
    os.close(w)


def fill(output: Output) -> int:
    """Write until a line is lost; return how many were not."""
    for written in range(ENOUGH):
        if not output.line(LINE):
            return written
    raise AssertionError("it never fills")


def test_a_line_that_does_not_fit_is_lost_and_counted(
    ends: tuple[int, int, str | int],
) -> None:
    """The call returns; why is said; the others' description is as it was."""
    _, w, target = ends
    with Output(target) as output:
        assert fill(output) > 10
        output.line(LINE)
        assert output.lost == 2
        assert output.error is not None
        assert output.error.errno == errno.EAGAIN
        assert os.get_blocking(w)


def test_lines_flow_again_when_there_is_room(
    ends: tuple[int, int, str | int],
) -> None:
    """Each stands on its own: what was cut off does not run into the next."""
    r, _, target = ends
    os.set_blocking(r, False)
    with Output(target) as output:
        fill(output)
        while True:
            try:
                os.read(r, 1 << 16)
            except BlockingIOError:
                break
        assert output.line(b"fresh\n")
        text = os.read(r, 1 << 16).replace(b"\r", b"")
        assert b"\n" + text.lstrip(b"\n") == b"\nfresh\n"


def test_what_was_cut_off_does_not_run_into_the_next_line() -> None:
    """A line longer than the pipe has room: its piece ends before the next."""
    r, w = os.pipe()
    os.set_blocking(r, False)
    with Output(w) as output:
        assert not output.line(b"x" * 1_000_000 + b"\n")
        while set(os.read(r, 1 << 16)) == {ord("x")}:
            if output.line(b"fresh\n"):
                break
        text = b""
        while not text.endswith(b"fresh\n"):
            text += os.read(r, 1 << 16)
        assert text.lstrip(b"x") == b"\nfresh\n"
        assert output.line(b"again\n")
        assert os.read(r, 100) == b"again\n"
    os.close(r)
    os.close(w)


def test_a_reader_that_sleeps_is_waited_for_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not once a line: all whom the program serves would wait each time."""
    waits: list[float] = []

    def no_room(_: Output, seconds: float) -> bool:
        waits.append(seconds)
        return False

    monkeypatch.setattr(Output, "_room", no_room)
    r, w = os.pipe()
    with Output(w, patience=0.1) as output:
        fill(output)
        for _ in range(100):
            output.line(LINE)
    assert waits == [pytest.approx(0.1)]
    os.close(r)
    os.close(w)


def test_where_no_description_of_our_own_is_to_be_had_poll_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another user's pipe, or no /proc: still nobody waits."""
    real = os.open

    def refuse(path: str, *rest: int) -> int:
        if str(path).startswith("/proc/"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path, *rest)

    monkeypatch.setattr(os, "open", refuse)
    r, w = os.pipe()
    with Output(w) as output:
        assert fill(output) > 10
        long = b"x" * 100_000 + b"\n"
        assert not output.line(long)
    os.close(r)
    os.close(w)


def test_a_fifo_without_a_reader_is_opened_when_one_comes(
    tmp_path: Path,
) -> None:
    """Until then lines are lost; open(2) would wait for ever."""
    path = tmp_path / "fifo"
    os.mkfifo(path)
    with Output(path) as output:
        assert not output.line(b"early\n")
        assert output.error is not None
        assert output.error.errno == errno.ENXIO
        r = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        assert output.line(b"late\n")
        assert os.read(r, 100) == b"late\n"
        os.close(r)
        assert not output.line(b"gone\n")
    assert output.lost == 2


def test_a_file_that_cannot_be_opened_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ENXIO of a socket is no FIFO without a reader."""
    monkeypatch.chdir(tmp_path)  # A whole path may be too long, unix(7).
    path = Path("socket")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        with pytest.raises(OSError, match="No such device"):
            Output(path)


def test_a_closed_output_loses_lines_and_nothing_else() -> None:
    """Also one that others share: its number is -1 then."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        output = Output(ours.fileno())
        output.close()
        output.close()
        assert not output.line(LINE)


def test_what_is_said_is_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    """On the descriptor, not on whatever sys.stderr is."""
    say("epollref: two\nlines\n")
    assert capfd.readouterr().err == "epollref: two\nlines\n"


def test_a_descriptor_that_is_not_open_for_writing_is_refused() -> None:
    """Opened once more by its name, /dev/null would take everything."""
    with open(os.devnull) as nowhere, pytest.raises(OSError) as refused:
        Output(nowhere.fileno())
    assert refused.value.errno == errno.EBADF
