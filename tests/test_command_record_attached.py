"""`epollref record -p`: a log that begins in the middle, and what helps it."""

import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from epollref.__main__ import main
from epollref.proc.process import Process
from epollref.proc.snapshot import from_json
from tests.proc.children import child
from tests.proof.programs.waiting import until
from tests.proof.required import require_strace
from tests.test_command_line import EPOLLREF
from tests.test_command_line_trace import run


@pytest.fixture(autouse=True)
def strace() -> None:
    """Say by name why nothing is recorded; in CI that is a failure."""
    require_strace()


@pytest.fixture
def attached(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A program with an epoll, and a recorder that is attached to it."""
    log = tmp_path / "log"
    code = """
import os, select
ep, r = select.epoll(), os.eventfd(0)
ep.register(r, select.EPOLLIN | select.EPOLLET)
"""
    with (
        child(code) as (pid, _),
        subprocess.Popen(
            [*EPOLLREF, "record", "-o", str(log), "-p", str(pid)],
            stderr=subprocess.PIPE,
        ) as recorder,
    ):
        try:
            with Process(pid) as process:
                until(
                    lambda: (
                        process.status()["TracerPid"] != "0"
                        or recorder.poll() is not None
                    ),
                    "it is attached",
                )
            yield pid, log
        finally:
            recorder.terminate()
            recorder.wait()


def test_what_proc_says_is_saved_beside_the_log_of_a_running_process(
    attached: tuple[int, Path],
) -> None:
    """The registrations that were made before the log began."""
    pid, log = attached
    beside = log.with_name("log.proc.json")
    snapshot = from_json(beside.read_text())
    ((_, (registration,)),) = snapshot.interest_lists.items()
    assert snapshot.pid == pid
    assert registration.events & 0x80000001 == 0x80000001
    for file in (log, beside):
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_process_has_one_recorder(
    attached: tuple[int, Path], tmp_path: Path
) -> None:
    """The second is told who is the first."""
    pid, _ = attached
    second = tmp_path / "second"
    done = run("record", "-o", second, "-p", str(pid))
    assert done.returncode == 2
    assert f"process {pid} is traced by process " in done.stderr
    assert not second.exists()


def test_a_process_that_is_not_there_leaves_no_log(tmp_path: Path) -> None:
    done = run("record", "-o", tmp_path / "log", "-p", "4194305")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "epollref: cannot attach: there is no process 4194305; "
    )
    assert os.listdir(tmp_path) == []


def test_a_snapshot_of_an_earlier_log_does_not_stay_beside_a_new_one(
    tmp_path: Path,
) -> None:
    """It would be taken for what was true when the new log began."""
    log, beside = tmp_path / "log", tmp_path / "log.proc.json"
    beside.write_text("{}")
    done = run("record", "-o", log, "--", "true")
    assert done.returncode == 2
    assert f"cannot write to {beside}: it is there already" in done.stderr
    assert os.listdir(tmp_path) == ["log.proc.json"]
    assert run("record", "--force", "-o", log, "--", "true").returncode == 0
    assert os.listdir(tmp_path) == ["log"]


def test_record_attaches_without_the_filter(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A filter cannot be given to a process that runs."""
    assert main(["record", "-o", "x.log", "--print", "-p", "4711"]) == 0
    words = shlex.split(capfd.readouterr().out)
    assert "--seccomp-bpf" not in words
    assert words[-4:] == ["-o", "x.log", "-p", "4711"]
