"""`epollref timeline`, as a user meets it."""

import gzip
import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from epollref.__main__ import main
from tests.test_command_line import EPOLLREF

DATA = Path(__file__).parent / "trace" / "data"
LOG = """\
epoll_create1(EPOLL_CLOEXEC) = 3
epoll_ctl(3, EPOLL_CTL_ADD, 5, {EPOLLIN, {u32=5, u64=5}}) = 0
epoll_ctl(3, EPOLL_CTL_ADD, 6, {EPOLLIN, {u32=6, u64=6}}) = 0
epoll_wait(3, [{EPOLLIN, {u32=5, u64=5}}], 8, -1) = 1
read(5, "ping", 64) = 4
close(5) = 0
"""
TOLD = """\
fd 5 in epoll 3
     2  armed (ADD)  EPOLLIN
     4  reported     EPOLLIN
     5  read         4 of 64
     6  closed
"""


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "app.strace"
    path.write_text(LOG)
    return str(path)


def run(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["timeline", *words])
    return status, *capfd.readouterr()


def test_a_log_is_told_in_plain_text_where_it_is_piped(
    log: str, capfd: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capfd, log)
    assert (status, err) == (0, "")
    assert out.startswith(TOLD)
    assert "\x1b" not in out


@pytest.mark.parametrize("packed", [False, True])
def test_a_log_may_come_from_stdin(packed: bool) -> None:
    data = gzip.compress(LOG.encode()) if packed else LOG.encode()
    done = subprocess.run(
        [*EPOLLREF, "timeline", "-"],
        input=data,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.decode().startswith(TOLD)


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (["--fd", "5"], ["fd 5 in epoll 3"]),
        (["--fd", "5", "--fd", "6"], ["fd 5 in epoll 3", "fd 6 in epoll 3"]),
        (["--to", "2"], ["fd 5 in epoll 3"]),
        (["--from", "3", "--to", "3"], ["fd 6 in epoll 3"]),
        (["--pid", "4711"], []),
    ],
    ids=" ".join,
)
def test_a_part_of_a_log_can_be_chosen(
    log: str,
    words: list[str],
    rows: list[str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    status, out, err = run(capfd, log, *words)
    assert status == 0
    assert [line for line in out.splitlines() if line[:1].strip()] == rows
    assert bool(err) is not bool(rows)


def test_what_was_armed_above_is_armed_in_the_part(
    log: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """--from leaves marks out, and not what the log says of the watch."""
    _, out, _ = run(capfd, log, "--fd", "6", "--from", "1")
    assert out.endswith("        armed to the end\n")
    _, out, _ = run(capfd, log, "--from", "4")
    assert out == (
        "fd 5 in epoll 3\n     4  reported  EPOLLIN\n"
        "     5  read      4 of 64\n     6  closed\n"
    )


def test_a_picture_takes_the_place_of_words(
    log: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    svg = tmp_path / "out.svg"
    assert run(capfd, log, "-o", str(svg)) == (0, "", "")
    assert ET.parse(svg).getroot().tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize(
    "path", sorted(DATA.glob("*.gz")), ids=lambda p: p.name
)
def test_logs_of_real_programs_have_rows(
    path: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = run(capfd, str(path))
    assert status == 0
    assert out.count("  armed (ADD)  ") > 1
    assert "  reported  " in out
    svg = tmp_path / "out.svg"
    assert run(capfd, str(path), "-o", str(svg))[0] == 0
    assert ET.parse(svg).getroot().findtext("{*}desc")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "No such file or directory"),
        ("", "the log is empty"),
        ("hello\nworld\n", "no line could be read; line 1: "),
        ("a\nb\nclose(3) = 0\n", "2 of 3 lines could not be read; line 1: "),
    ],
    ids=["missing", "empty", "prose", "mostly prose"],
)
def test_what_is_no_log_is_refused_with_what_and_where(
    text: str | None,
    why: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "log"
    if text is not None:
        path.write_text(text)
    status, out, err = run(capfd, str(path))
    assert (status, out) == (2, "")
    assert err.startswith(f"epollref: {path}: ")
    assert why in err
    assert err.count("\n") == 1


def test_lines_that_were_not_read_are_counted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log"
    path.write_text("what is this\n" + LOG)
    status, out, err = run(capfd, str(path))
    assert status == 0
    assert out.startswith("fd 5 in epoll 3\n     3  armed")
    assert "1 of 7 lines could not be read; line 1: " in err


def test_a_pasted_log_is_mended(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log"
    path.write_text("".join(f"> {line}\n" for line in LOG.splitlines()))
    assert run(capfd, str(path))[0] == 2
    status, out, _ = run(capfd, str(path), "--paste")
    assert (status, out[: len(TOLD)]) == (0, TOLD)


def test_what_is_no_number_is_refused_where_several_may_be_given(
    log: str, capfd: pytest.CaptureFixture[str]
) -> None:
    status, _, err = run(capfd, log, "--fd", "5", "--fd", "x")
    assert status == 2
    assert "'x' is not a whole number" in err
    assert run(capfd, log, "--fd", "-1")[0] == 2


def test_a_range_that_ends_before_it_begins_is_refused(
    log: str, capfd: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capfd, log, "--from", "9", "--to", "3")
    assert (status, out) == (2, "")
    assert err == "epollref: --to 3 is before --from 9\n"


def test_a_picture_that_cannot_be_written_is_said_at_once(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Before a log of a gigabyte is read."""
    status, _, err = run(capfd, "-", "-o", "/missing/out.svg")
    assert (status, err) == (
        2,
        "epollref: cannot write the timeline to /missing/out.svg: "
        "No such file or directory\n",
    )


ENDINGS = {
    "end": ("", 0),
    "SIGTERM": ("os.kill(os.getpid(), signal.SIGTERM)", -15),
    "SIGHUP": ("os.kill(os.getpid(), signal.SIGHUP)", -1),
    "SIGKILL": ("os.kill(os.getpid(), signal.SIGKILL)", -9),
    "os._exit": ("os._exit(3)", 3),
}


@pytest.mark.parametrize(("ending", "status"), ENDINGS.values(), ids=ENDINGS)
def test_a_traced_program_leaves_its_timeline_however_it_ends(
    tmp_path: Path, ending: str, status: int
) -> None:
    """Who is killed draws nothing; what was seen is drawn for it."""
    program = tmp_path / "program.py"
    program.write_text(
        "import os, select, signal\n"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
        "r, w = os.pipe()\n"
        "epoll = select.epoll()\n"
        "epoll.register(r, select.EPOLLIN)\n"
        "os.write(w, b'x')\n"
        "epoll.poll()\n"
        f"{ending}\n"
    )
    drawn(tmp_path, program, status)


def drawn(folder: Path, program: Path, status: int) -> None:
    """Run a program, and look at its timeline."""
    svg = folder / "out.svg"
    # Who draws holds stderr until it is done.
    done = subprocess.run(
        [*EPOLLREF, "trace", "--timeline", str(svg), str(program)],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (status, b"")
    assert "fig-mark fig-reported" in svg.read_text()


def test_a_child_that_lives_on_does_not_keep_the_timeline_back(
    tmp_path: Path,
) -> None:
    """It holds the pipe of the lines, as it holds whatever it inherits."""
    fifo, program = tmp_path / "fifo", tmp_path / "program.py"
    os.mkfifo(fifo)
    program.write_text(
        "import os, select\n"
        "epoll = select.epoll()\n"
        "epoll.register(os.eventfd(1), select.EPOLLIN)\n"
        "epoll.poll()\n"
        "if os.fork() == 0:\n"
        "    os.closerange(0, 3)\n"
        f"    os._exit(os.open({str(fifo)!r}, os.O_RDONLY))\n"
        "os._exit(4)\n"
    )
    try:
        drawn(tmp_path, program, 4)
    finally:
        os.close(os.open(fifo, os.O_WRONLY))


def test_a_program_does_not_meet_who_draws(tmp_path: Path) -> None:
    """It has no child that it has not made."""
    program = tmp_path / "program.py"
    program.write_text("import os\nos.wait()\n")
    svg = tmp_path / "out.svg"
    done = subprocess.run(
        [*EPOLLREF, "trace", "--timeline", str(svg), str(program)],
        capture_output=True,
        timeout=60,
        check=False,
        text=True,
    )
    assert done.returncode == 1
    assert "ChildProcessError" in done.stderr
