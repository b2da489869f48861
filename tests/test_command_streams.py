"""Streams that nobody reads: full, closed, or a broken pipe."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from epollref.__main__ import main
from tests.commands import Words, every_command, every_group
from tests.test_command_line import EPOLLREF

RESULTS: Sequence[Words] = [
    ("--version",),
    ("record", "--print", "true"),
    ("model", "run", "SCRIPT"),
    ("model", "verify", "--steps", "10", "--seed", "7"),
    ("--help",),
    ("model", "verify", "--help"),
]
"""What writes to stdout; SCRIPT is one that can be played."""

UNUSABLE: Sequence[Words] = [
    *every_group(),
    ("sirve",),
    ("serve", "--port", "70000"),
    ("serve", "--port", "http"),
    ("trace", "/nonexistent"),
    ("record",),
    ("model", "run", "/nonexistent"),
    ("model", "verify", "--steps", "0"),
]
"""What complains on stderr."""

FULL: Final = "/dev/full"
CLOSED: Final = "&-"
BROKEN: Final = "broken"
BUFFERED = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
"""Buffers hold on to what cannot be written, and try once more at the end."""

BY_STREAM = pytest.mark.parametrize("stream", [FULL, CLOSED, BROKEN])


def run(
    words: Words, stream: int, what: str
) -> subprocess.CompletedProcess[str]:
    """Run epollref with nobody who takes what it writes to one stream.

    Args:
        words: The command.
        stream: 1 or 2.
        what: FULL, CLOSED or BROKEN.
    """
    r, w = os.pipe()
    os.close(r)
    line = f'"$@" {stream}>' + (what if what != BROKEN else f"&{w}")
    try:
        return subprocess.run(
            ["bash", "-c", line, "-", *EPOLLREF, *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            pass_fds=[w],
            env=BUFFERED,
        )
    finally:
        os.close(w)


@pytest.fixture
def script(tmp_path: Path) -> str:
    """A script on which model and Linux agree."""
    path = tmp_path / "script"
    path.write_text("eventfd2(0) = e\n")
    return str(path)


@BY_STREAM
@pytest.mark.parametrize("words", RESULTS, ids=" ".join)
def test_a_result_that_is_lost_is_an_error(
    words: Words, stream: str, script: str
) -> None:
    """One line says why; a broken pipe has nobody who would read it."""
    words = tuple(script if word == "SCRIPT" else word for word in words)
    done = run(words, 1, stream)
    said = done.stderr.replace("epollref: seed 7\n", "")
    if stream == BROKEN:
        assert (done.returncode, said) == (141, "")
    else:
        assert done.returncode == 2
        assert said.startswith("epollref: cannot write to stdout: ")
        assert said.count("\n") == 1


@BY_STREAM
@pytest.mark.parametrize("words", UNUSABLE, ids=" ".join)
def test_a_complaint_that_is_lost_leaves_the_status(
    words: Words, stream: str
) -> None:
    """The status is all that is left to tell."""
    done = run(words, 2, stream)
    assert (done.returncode, done.stdout) == (2, "")


@BY_STREAM
def test_a_remark_that_is_lost_stops_no_work(stream: str) -> None:
    """The seed is said by the way; the calls are compared all the same."""
    done = run(("model", "verify", "--steps", "10", "--seed", "7"), 2, stream)
    assert done.returncode == 0
    assert "agreed" in done.stdout


@BY_STREAM
def test_a_server_that_cannot_say_ready_ends(stream: str) -> None:
    """Whoever waits for READY would wait in vain."""
    done = run(("serve", "--port", "0"), 1, stream)
    assert done.returncode == 2
    assert done.stderr.startswith("epollref: cannot say READY: ")


@pytest.mark.parametrize("words", [*every_group()], ids=" ".join)
def test_no_command_is_an_error_that_shows_the_commands(
    words: Words, capfd: pytest.CaptureFixture[str]
) -> None:
    """Stdout is for results: a script that reads it gets none."""
    assert main(words) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert " ".join(("Usage: epollref", *words)) in err
    assert "Commands" in err


@pytest.mark.parametrize(
    "words",
    [*(words for words, _ in every_command()), *every_group()],
    ids=" ".join,
)
def test_h_is_help(words: Words, capfd: pytest.CaptureFixture[str]) -> None:
    """-h says what --help says, of every command and group."""
    assert main([*words, "--help"]) == 0
    long = capfd.readouterr()
    assert main([*words, "-h"]) == 0
    assert capfd.readouterr() == long
    assert "Usage: " in long.out
    assert "\\b" not in long.out  # click's sign, which rich does not know
    assert long.err == ""


def test_a_traced_program_sees_a_closed_stdout_as_python_shows_it(
    tmp_path: Path,
) -> None:
    """Its print() is silent, and its status its own."""
    program = tmp_path / "program.py"
    program.write_text(
        "import select, sys\nselect.epoll().close()\nprint('x')\n"
        "sys.exit(sys.stdout is None)\n"
    )
    done = run(("trace", "-o", os.devnull, str(program)), 1, CLOSED)
    assert (done.returncode, done.stderr) == (1, "")
