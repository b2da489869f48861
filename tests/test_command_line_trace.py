"""`epollref trace` and `serve --trace`, as a user meets them."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from epollref.trace.strace import dialect_of
from tests.test_command_line import EPOLLREF, complaint, converse, serving

PROGRAM = """
import os, select, sys
print(__name__, sys.argv[1:], os.path.basename(sys.path[0]))
r, w = os.pipe()
epoll = select.epoll()
epoll.register(r, select.EPOLLIN | select.EPOLLET)
os.write(w, b"x")
print(len(epoll.poll()))
epoll.close()
"""

TRACED = [
    "epoll_create1(EPOLL_CLOEXEC) = 5",
    "epoll_ctl(5, EPOLL_CTL_ADD, 3, {events=EPOLLIN|EPOLLET, "
    "data={u32=3, u64=3}}) = 0",
    "epoll_wait(5, [{events=EPOLLIN, data={u32=3, u64=3}}], 1023, -1) = 1",
    "close(5) = 0",
]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that uses select.epoll; tests add their own ending."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return path


def run(
    *words: str | Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run epollref to its end."""
    return subprocess.run(
        [*EPOLLREF, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=env,
    )


def unpadded(text: str) -> list[str]:
    """Return lines without the blanks before their result."""
    return [re.sub(r" += ", " = ", line) for line in text.splitlines()]


def test_trace_runs_a_program_as_python_does(
    program: Path, tmp_path: Path
) -> None:
    """Its name, arguments and path are its own; the trace is on stderr."""
    done = run("trace", "--dialect", "6.1", program, "-o", "--help", "x")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"__main__ ['-o', '--help', 'x'] {tmp_path.name}",
        "1",
    ]
    assert unpadded(done.stderr) == TRACED


def test_trace_writes_to_a_file_in_the_dialect_asked_for(
    program: Path, tmp_path: Path
) -> None:
    """-o takes the lines away from stderr; 6.13 has one number as data."""
    log = tmp_path / "log"
    done = run("trace", "-f", "-o", log, "--dialect", "6.13", program)
    assert (done.returncode, done.stderr) == (0, "")
    lines = log.read_text().splitlines()
    assert "{events=EPOLLIN|EPOLLET, data=0x3}" in lines[1]
    assert all(re.match(r"\d+ +\w+\(", line) for line in lines)


@pytest.mark.parametrize(
    ("ending", "status", "says"),
    [
        ("sys.exit()", 0, ""),
        ("sys.exit(7)", 7, ""),
        ("sys.exit('enough')", 1, "enough\n"),
        ("os._exit(9)", 9, ""),
        ("raise KeyboardInterrupt", -signal.SIGINT, "KeyboardInterrupt\n"),
        ("raise EOFError", 1, "EOFError\n"),
        (
            "raise BrokenPipeError(32, 'x')",
            1,
            "BrokenPipeError: [Errno 32] x\n",
        ),
        ("os.kill(os.getpid(), 9)", -9, ""),
    ],
)
def test_trace_ends_as_the_program_ends(
    program: Path, ending: str, status: int, says: str
) -> None:
    """Exit status, message and traceback are the program's."""
    with program.open("a") as file:
        file.write(ending + "\n")
    done = run("trace", "--dialect", "6.1", program)
    assert done.returncode == status
    assert unpadded(done.stderr)[:4] == TRACED
    assert done.stderr.endswith(says)
    if ending.startswith("raise"):
        python = subprocess.run(
            [sys.executable, str(program)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stderr.splitlines()[4:] == python.stderr.splitlines()


def test_a_syntax_error_is_the_programs_own(tmp_path: Path) -> None:
    """No frame of ours, nor of runpy's."""
    path = tmp_path / "wrong.py"
    path.write_text("a b\n")
    done = run("trace", path)
    assert done.returncode == 1
    assert done.stderr.startswith(f'  File "{path}", line 1\n')


def test_what_outlives_the_last_line_is_traced(program: Path) -> None:
    """Threads and exit handlers make calls when the program has ended."""
    program.write_text(
        "import atexit, select, threading\n"
        "main = threading.main_thread()\n"
        "def late():\n"
        "    main.join()\n"
        "    select.epoll().close()\n"
        "threading.Thread(target=late).start()\n"
        "atexit.register(lambda: select.epoll(flags=0).close())\n"
    )
    done = run("trace", "--dialect", "6.1", program)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("epoll_create1(") == 2
    assert done.stderr.count("close(") == 2


def test_an_asyncio_program_is_traced_without_a_change(program: Path) -> None:
    """The loop's epoll, from its first call to its last."""
    program.write_text("import asyncio\nasyncio.run(asyncio.sleep(0))\n")
    done = run("trace", "--dialect", "6.1", program)
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert lines[0].startswith("epoll_create1(EPOLL_CLOEXEC)")
    assert any(line.startswith("epoll_wait(") for line in lines)
    assert lines[-1].startswith("close(")


def test_a_timeline_is_drawn_in_the_place_of_lines(
    program: Path, tmp_path: Path
) -> None:
    """The picture alone; with -o the lines as well."""
    svg, log = tmp_path / "out.svg", tmp_path / "log"
    done = run("trace", "--timeline", svg, program)
    assert (done.returncode, done.stderr) == (0, "")
    assert 'class="fig-mark fig-reported"' in svg.read_text()
    svg.unlink()
    run("trace", "--timeline", svg, "-o", log, "--dialect", "6.1", program)
    assert unpadded(log.read_text()) == TRACED
    assert svg.read_text().startswith("<svg ")


def test_a_timeline_that_cannot_be_written_is_said_at_once() -> None:
    """Before the program runs for an hour."""
    done = run("trace", "--timeline", "/missing/out.svg", __file__)
    assert done.returncode == 2
    assert done.stderr == (
        "epollref: cannot write the timeline to /missing/out.svg: "
        "No such file or directory\n"
    )


def test_a_trace_that_cannot_be_written_is_said_at_the_end(
    program: Path,
) -> None:
    """The program is not harmed; the reader knows what is missing."""
    done = run("trace", "-o", "/dev/full", program)
    assert done.returncode == 0
    assert done.stderr == (
        "epollref: 4 lines of the trace are lost: No space left on device\n"
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("trace",), "SCRIPT"),
        (("trace", "missing.py"), "missing.py: No such file"),
        (("trace", "."), "Is a directory"),
        (("trace", "--dialect", "7", "x.py"), "--dialect"),
        (("trace", "-o", "/missing/log", __file__), "/missing/log"),
        (("serve", "--port", "0", "--trace", "/missing/log"), "/missing/log"),
        (("record",), "-p PID"),
        (("record", "-p", "1", "--", "true"), "-p PID"),
        (("record", "-p", "0"), "-p"),
        (("record", "-p", "me"), "-p"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[:2]),
)
def test_unusable_arguments_are_one_line_and_status_two(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    words: tuple[str, ...],
    says: str,
) -> None:
    """The line names what is wrong."""
    monkeypatch.chdir(tmp_path)
    assert says in complaint(capfd, *words)


def test_a_traced_server_shows_its_life(tmp_path: Path) -> None:
    """From epoll_create1 to the last close; the last line of all is ours."""
    log = tmp_path / "log"
    options = ("--trace", str(log), "--dialect", "6.1", "--mode", "edge")
    with serving(*options) as (server, port):
        assert converse(port, b"hello") == b"hello"
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    lines = unpadded(log.read_text())
    assert lines[0] == "epoll_create1(EPOLL_CLOEXEC) = 4"
    assert lines[-1] == "close(4) = 0"
    text = "\n".join(lines)
    assert 'read(9, "hello", 65536) = 5\nwrite(9, "hello", 5) = 5\n' in text
    assert "EPOLLIN|EPOLLPRI|EPOLLRDHUP|EPOLLET" in text


def test_a_server_with_workers_names_the_thread_of_each_line() -> None:
    """On stderr as `strace -f` does it there."""
    options = ("--mode", "oneshot", "--workers", "2", "--trace", "-")
    with serving(*options) as (server, port):
        assert converse(port, b"hello") == b"hello"
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
        assert server.stderr is not None
        lines = server.stderr.read().splitlines()
    named = [re.match(r"\[pid +(\d+)\] \w+\(", line) for line in lines]
    assert all(named)
    assert len({found[1] for found in named if found}) > 1


def test_auto_asks_the_strace_that_is_installed(
    program: Path, tmp_path: Path
) -> None:
    """Ours and strace's lines can be held side by side."""
    strace = tmp_path / "strace"
    strace.write_text("#!/bin/sh\necho strace -- version 6.16\n")
    strace.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = run("trace", program, env={**os.environ, "PATH": path})
    assert "data=0x3}" in done.stderr
    done = run("trace", program, env={**os.environ, "PATH": ""})
    assert "data={u32=3, u64=3}}" in done.stderr


@pytest.mark.parametrize(
    ("version", "dialect"),
    [
        ("strace -- version 6.1", "6.1"),
        ("strace -- version 5.10", "6.1"),
        ("strace -- version 6.12", "6.1"),
        ("strace -- version 6.13", "6.13"),
        ("strace -- version 6.16.0.3.abc-dirty", "6.13"),
        ("strace -- version 7.0", "6.13"),
        ("", "6.1"),
    ],
)
def test_the_dialect_follows_the_version(version: str, dialect: str) -> None:
    """6.13 changed the data word; before it we write as 6.1 does."""
    assert dialect_of(version) == dialect
