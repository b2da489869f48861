"""`epollref record`, as a user meets it."""

import errno
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from epollref.__main__ import main
from epollref.commands import record
from epollref.trace.strace import SYSCALLS, recording_line
from tests.proc.children import DROP
from tests.proof.required import cannot_run, require_strace
from tests.test_command_line import EPOLLREF
from tests.test_command_line_trace import run

FILE_SIGNALS = (signal.SIGPIPE, signal.SIGXFSZ)


def test_record_prints_the_recommended_line(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """It can be pasted: every word is quoted as the shell wants it."""
    assert main(["record", "--print", "--", "./app", "a b"]) == 0
    words = shlex.split(capfd.readouterr().out)
    assert words == recording_line("app.strace", command=["./app", "a b"])
    assert words[-3:] == ["--", "./app", "a b"]
    assert "--seccomp-bpf" in words


def test_every_name_of_the_line_may_be_missing() -> None:
    """arm64 has no epoll_wait; a name without ? would end strace there."""
    line = recording_line("log", command=["true"])
    names = line[line.index("-o") - 1].removeprefix("trace=").split(",")
    assert all(name.startswith("?") for name in names)
    assert len(names) == len(set(names)) == len(" ".join(SYSCALLS).split())


def test_record_without_strace_says_how_to_get_it(tmp_path: Path) -> None:
    """One line, status 2, nothing run."""
    done = run(
        "record", "--", "true", env={**os.environ, "PATH": str(tmp_path)}
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "apt install strace" in done.stderr


@pytest.fixture
def strace() -> None:
    """Say by name why nothing is recorded; in CI that is a failure."""
    require_strace()


@pytest.mark.usefixtures("strace")
def test_record_records_and_passes_the_status_on(tmp_path: Path) -> None:
    """The log is whole, and the program was not harmed by our SIGPIPE."""
    code = "import select, signal, sys; select.epoll().close(); sys.exit(9)"
    log = tmp_path / "log"
    done = run("record", "-o", log, "--", sys.executable, "-c", code)
    assert done.returncode == 9, done.stderr
    assert done.stderr == ""
    text = log.read_text()
    assert re.search(r"epoll_create1\(EPOLL_CLOEXEC\) = \d<anon_inode", text)
    assert "+++ exited with 9 +++" in text


@pytest.mark.usefixtures("strace")
def test_a_recorded_program_has_its_sigpipe_back(tmp_path: Path) -> None:
    """Python ignores SIGPIPE, and that would pass through execve(2)."""
    show = "grep SigIgn /proc/self/status"
    done = run("record", "-o", tmp_path / "log", "--", "sh", "-c", show)
    ignored = int(done.stdout.split()[1], 16)
    assert not ignored & 1 << (signal.SIGPIPE - 1)


@pytest.fixture
def elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """An environment for programs that start in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}


@pytest.fixture
def fake_strace(tmp_path: Path) -> dict[str, str]:
    """An environment in which strace fails as its file `says`."""
    fake = tmp_path / "bin" / "strace"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\ncat "$0.says" >&2\nexit 1\n')
    fake.chmod(0o755)
    return {**os.environ, "PATH": f"{fake.parent}:{os.environ['PATH']}"}


@pytest.mark.usefixtures("strace")
def test_a_log_is_not_overwritten_unless_that_is_asked_for(
    tmp_path: Path,
) -> None:
    """Refused before anything has run, and the remedy is named."""
    log, ran = tmp_path / "log", tmp_path / "ran"
    log.write_text("a month of work\n")
    log.chmod(0o644)
    words = ("record", "-o", str(log))
    done = run(*words, "--", "touch", ran)
    assert done.returncode == 2
    assert done.stderr == (
        f"epollref: cannot write to {log}: it is there already; -o names "
        "another one, --force overwrites it\n"
    )
    assert log.read_text() == "a month of work\n"
    assert not ran.exists()
    done = run(*words, "--force", "--", "touch", ran)
    assert (done.returncode, done.stderr) == (0, "")
    assert "work" not in log.read_text()
    assert "+++ exited with 0 +++" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600
    assert ran.exists()


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("there", [False, True])
def test_a_log_is_its_owners_alone(tmp_path: Path, there: bool) -> None:
    """It holds messages; an empty file that is there is nothing to lose."""
    log = tmp_path / "log"
    if there:
        log.touch(0o666)
    before = os.umask(0)
    try:
        assert run("record", "-o", log, "--", "true").returncode == 0
    finally:
        os.umask(before)
    assert log.stat().st_mode & 0o777 == 0o600
    assert log.stat().st_size


@pytest.mark.usefixtures("strace")
def test_a_log_is_never_a_command(elsewhere: dict[str, str]) -> None:
    """strace would run what stands after a bar (strace(1), -o)."""
    for name in ("|touch ran", "!touch ran"):
        done = run("record", "-o", name, "--", "true", env=elsewhere)
        assert done.returncode == 0, done.stderr
        assert "exited with 0" in Path(name).read_text()
    assert len(os.listdir()) == 2


@pytest.mark.usefixtures("strace")
def test_a_log_may_be_stderr(elsewhere: dict[str, str]) -> None:
    """As `trace -o -` means it: stdout is the program's, no file is made."""
    done = run("record", "-o", "-", "--", "echo", "hello", env=elsewhere)
    assert (done.returncode, done.stdout) == (0, "hello\n")
    assert "write(1<pipe:[" in done.stderr
    assert done.stderr.endswith("+++ exited with 0 +++\n")
    assert os.listdir() == []


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("/nope", "cannot run /nope: No such file or directory"),
        ("nope-nope", "cannot run nope-nope: no such program in PATH"),
        ("/etc", "cannot run /etc: Is a directory"),
        ("/etc/passwd", "it may not be executed (chmod +x)"),
    ],
)
def test_a_program_that_cannot_run_leaves_no_log(
    tmp_path: Path, command: str, says: str
) -> None:
    log = tmp_path / "log"
    done = run("record", "-o", log, "--", command)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert not log.exists()


@pytest.mark.parametrize(
    ("strace_says", "remedy"),
    [
        (
            "strace: ptrace(PTRACE_TRACEME, ...): Operation not permitted",
            "PTRA",
        ),
        ("strace: unrecognized option '--seccomp-bpf'\nTry -h", "5.3 or later"),
        ("strace: invalid -e abbrev value", "5.3 or later"),
        ("", "status 1"),
    ],
)
def test_what_strace_cannot_do_is_status_two_with_the_remedy(
    tmp_path: Path,
    fake_strace: dict[str, str],
    strace_says: str,
    remedy: str,
) -> None:
    """The program has not run, its status 1 cannot be mistaken for it."""
    (tmp_path / "bin" / "strace.says").write_text(strace_says)
    log = tmp_path / "log"
    done = run("record", "-o", log, "--", "true", env=fake_strace)
    assert done.returncode == 2
    assert done.stderr.startswith("epollref: cannot record: strace cannot ")
    assert remedy in done.stderr
    assert done.stderr.count("\n") == 1
    assert not log.exists()


@pytest.mark.usefixtures("strace")
def test_a_process_that_is_traced_may_not_trace(tmp_path: Path) -> None:
    """The kernel itself refuses: the program has a tracer already."""
    log = tmp_path / "log"
    outer = ("strace", "-f", "-o", os.devnull, "-e", "trace=none")
    done = subprocess.run(
        [*outer, *EPOLLREF, "record", "-o", str(log), "--", "true"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "Operation not permitted" in done.stderr
    assert "--cap-add SYS_PTRACE" in done.stderr
    assert not log.exists()


@pytest.mark.usefixtures("strace")
def test_a_program_that_was_killed_is_told_by_its_signal(
    tmp_path: Path,
) -> None:
    words = ("--", "sh", "-c", "kill -9 $$")
    assert run("record", "-o", tmp_path / "log", *words).returncode == -9


def test_a_log_that_strace_does_not_come_to_write_is_taken_away(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The last thing that can go wrong is the execve(2) of strace."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    monkeypatch.setattr(os, "execvp", refuse)
    monkeypatch.setattr(record, "check_strace", lambda: None)
    log = tmp_path / "log"
    dispositions = [signal.getsignal(n) for n in FILE_SIGNALS]
    try:
        assert main(["record", "-o", str(log), "--", "true"]) == 2
    finally:
        for number, handler in zip(FILE_SIGNALS, dispositions, strict=True):
            signal.signal(number, handler)
    assert "cannot run strace: Cannot allocate memory" in capfd.readouterr().err
    assert not log.exists()


def set_user_id_program() -> str:
    """Return a program of the system that runs with its owner's rights."""
    paths = map(shutil.which, ("su", "passwd", "mount", "chsh"))
    found = [x for x in paths if x and os.stat(x).st_mode & stat.S_ISUID]
    return found[0] if found else cannot_run("nothing is set-user-ID here")


def test_a_program_that_loses_its_rights_is_told_of() -> None:
    """To a user without rights; root keeps them, and hears nothing."""
    path = set_user_id_program()
    for drop in ("", DROP):
        code = f"from epollref.commands.recording import lost_rights\n{drop}"
        code += f"\nprint(lost_rights({path!r}))"
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
        )
        keeps = not drop and os.geteuid() == 0
        assert done.stdout.strip() == ("" if keeps else "set-user-ID")


def test_the_line_is_printed_where_a_log_is_already(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nothing is run, so nothing is lost; stderr has no -o."""
    log = tmp_path / "log"
    log.write_text("kept")
    words = ["record", "--print", "-p", "4711", "-o"]
    assert main([*words, str(log)]) == 0
    line = recording_line(str(log), pid=4711)
    assert capfd.readouterr().out == shlex.join(line) + "\n"
    assert main([*words, "-"]) == 0
    assert shlex.split(capfd.readouterr().out) == recording_line(None, pid=4711)
    assert main([*words, "|cat"]) == 0
    assert "./|cat" in shlex.split(capfd.readouterr().out)
