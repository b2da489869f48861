"""``epollref model verify``, as a user meets it."""

import json
import os
import platform
import select
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from epollref.__main__ import main
from epollref.model.epoll import Watch
from epollref.proc.process import Process
from epollref.proc.procstat import processes
from tests.test_command_line import EPOLLREF, complaint

COMMITTED = Path(__file__).parents[2] / "docs" / "data" / "verify.json"
KEYS = {
    "date": str,
    "kernel": str,
    "machine": str,
    "python": str,
    "seed": int,
    "seconds": float,
    "steps": int,
    "scripts": int,
    "calls": dict,
    "failed": dict,
    "agreed": bool,
    "sources": str,
}
"""What a page may print; a difference adds one more."""


def verify(*words: str | int | Path) -> int:
    return main(["model", "verify", *map(str, words)])


def deaf(_: Watch, __: int) -> bool:
    """Hear nothing: a wrong Watch.wake."""
    return False


def check(result: dict[str, Any]) -> None:
    """A result has its keys, and its counts fit its number of calls."""
    assert {key: type(result[key]) for key in KEYS} == KEYS
    assert sum(result["calls"].values()) == result["steps"]
    assert 0 < sum(result["failed"].values()) < result["steps"]
    assert result["calls"]["epoll_wait"] > result["steps"] // 10
    assert result["failed"]["EAGAIN"]


def test_the_command_says_how_many_calls_agreed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert verify("--steps", "2000", "--seed", "5") == 0
    said = capfd.readouterr()
    release = os.uname().release
    assert said.out == f"2,000 calls agreed on Linux {release}\n"
    assert said.err == "epollref: seed 5\n"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_terminal_sees_how_far_it_is(
    jobs: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On stderr; what is counted is the calls of all processes."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert verify("--steps", "2000", "--jobs", jobs) == 0
    said = capsys.readouterr()
    assert "comparing" in said.err
    assert "2000/2000" in said.err
    assert said.out.count("\n") == 1


def test_the_command_shows_both_traces_and_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with mock.patch.object(Watch, "wake", deaf):
        assert verify("--steps", "20000", "--seed", "5") == 1
    out = capsys.readouterr().out
    assert "of seed 5 differs on Linux" in out
    assert "model" in out
    assert "\n! " in out


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_result_is_saved(
    jobs: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "result.json"
    words = ["--steps", "3001", "--seed", "6", "--jobs", str(jobs)]
    assert verify(*words, "--save", file) == 0
    result = json.loads(file.read_text())
    check(result)
    assert result.keys() == KEYS.keys()
    assert result["steps"] == 3001
    assert result["seed"] == 6
    assert result["agreed"] is True
    assert result["machine"] == platform.machine()
    assert platform.release().startswith(result["kernel"])
    assert capsys.readouterr().out.startswith("3,001 calls agreed")


def test_a_difference_is_saved_with_its_script(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "result.json"
    with mock.patch.object(Watch, "wake", deaf):
        assert verify("--steps", 20000, "--seed", "1", "--save", file) == 1
    result = json.loads(file.read_text())
    check(result)
    assert result["agreed"] is False
    assert result["difference"]["seed"] == 1
    assert result["difference"]["step"] == result["steps"] < 20000
    trace = "\n".join(result["difference"]["trace"])
    assert trace in capsys.readouterr().out


def test_a_file_that_cannot_be_written_ends_the_run_before_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A run of hours is not lost to a folder that is not there."""
    file = tmp_path / "missing" / "result.json"
    words = ["model", "verify", "--steps", str(1 << 40)]
    said = complaint(capfd, *words, "--save", str(file))
    assert said.startswith(f"epollref: cannot write {file}: ")


def workers_of(pid: int) -> list[int]:
    """Return the children that have become workers, by exec."""
    found = []
    for child, stat in processes():
        if stat.parent == pid:
            with Process(child) as process:
                if "workers" in " ".join(process.command()):
                    found.append(child)
    return found


@contextmanager
def at_work() -> Iterator[tuple["subprocess.Popen[str]", list[int]]]:
    """Run two processes without end; yield a pidfd of each."""
    words = ["model", "verify", "--jobs", "2", "--steps", str(1 << 40)]
    with ExitStack() as stack:
        run = stack.enter_context(
            subprocess.Popen(
                [*EPOLLREF, *words, "--seed", "7"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        )
        stack.callback(run.kill)
        children: list[int] = []
        while len(children) < 2:
            assert run.poll() is None
            children = workers_of(run.pid)
        pidfds = [os.pidfd_open(child) for child in children]
        for pidfd in pidfds:
            stack.callback(os.close, pidfd)
        # A terminal's Ctrl-C goes to a group, and would be told thrice.
        assert run.pid not in set(map(os.getpgid, children))
        yield run, pidfds


def ended(pidfd: int) -> bool:
    """Wait until a process has ended (pidfd_open(2))."""
    poller = select.poll()
    poller.register(pidfd, select.POLLIN)
    return bool(poller.poll(60_000))


def test_ctrl_c_ends_every_process_without_a_word() -> None:
    with at_work() as (run, pidfds):
        os.killpg(run.pid, signal.SIGINT)
        out, err = run.communicate(timeout=60)
        assert run.returncode == -signal.SIGINT
        assert all(map(ended, pidfds))
    assert (out, err) == ("", "epollref: seed 7\n")


def test_processes_end_when_the_one_that_asked_is_killed() -> None:
    with at_work() as (run, pidfds):
        run.kill()
        assert all(map(ended, pidfds))


def test_the_committed_run_is_long_and_agreed() -> None:
    result = json.loads(COMMITTED.read_text())
    check(result)
    assert result.keys() == KEYS.keys()
    assert result["steps"] >= 10_000_000
    assert result["agreed"] is True
