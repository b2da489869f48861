"""Nothing that a command starts outlives it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from epollref.proc.access import ProcessGoneError
from epollref.proc.procstat import stat_of
from tests.proof.programs.waiting import until
from tests.proof.project import ROOT
from tests.proof.samples.apart import offspring

APART = (sys.executable, "-m", "tests.proof.samples.apart")
LONG = 60.0
STRAY = """
import os, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execve("/bin/sleep", ["sleep", "1000"], {})
    os._exit(0)
os.wait()
print("started", flush=True)
"""
"""A daemon with a session, a parent and an environment of its own."""


@contextmanager
def apart(code: str) -> Iterator[subprocess.Popen[str]]:
    """A Python program, run apart."""
    process = subprocess.Popen(
        [*APART, sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def alive(pids: list[int]) -> list[int]:
    """Those that run, and are not merely waited for."""
    found = []
    for pid in pids:
        with suppress(ProcessGoneError):
            if not stat_of(pid).ended:
                found.append(pid)
    return found


def started(process: subprocess.Popen[str], count: int) -> list[int]:
    """Its offspring, once all of it is there."""
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    until(lambda: len(offspring(process.pid)) >= count, "all have started")
    return offspring(process.pid)


@pytest.mark.parametrize("how", ["ends", "fails", "is killed"])
def test_a_daemon_ends_with_the_command_that_started_it(how: str) -> None:
    """However the command ends; its status is passed on."""
    last, status = {
        "ends": ("", 0),
        "fails": ("sys.exit(7)", 7),
        "is killed": ("os.kill(os.getpid(), 9)", 128 + 9),
    }[how]
    with apart(f"{STRAY}\nsys.stdin.readline()\n{last}\n") as process:
        pids = started(process, 2)
        assert alive(pids)
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.wait(LONG) == status
        assert alive(pids) == []


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all(sent: signal.Signals) -> None:
    """Also a command that ignores it."""
    deaf = "import signal\nsignal.signal(15, signal.SIG_IGN)\n"
    with apart(f"{deaf}{STRAY}\nimport time\ntime.sleep(1000)\n") as process:
        pids = started(process, 2)
        process.send_signal(sent)
        assert process.wait(LONG) == 128 + sent
        assert alive(pids) == []


def test_all_ends_when_the_parent_is_killed() -> None:
    """Then nobody is left who could ask for it."""
    parent = (
        "import subprocess, sys\n"
        f"code = {STRAY + 'import time; time.sleep(1000)'!r}\n"
        f"subprocess.run([*{APART!r}, sys.executable, '-c', code])\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", parent],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        pids = started(process, 3)
        process.kill()
        until(lambda: not alive(pids), "all have ended")


def test_a_command_that_is_not_there_leaves_nothing() -> None:
    """The error is the system's own."""
    done = subprocess.run(
        [*APART, os.path.join("nowhere", "at all")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG,
    )
    assert done.returncode == 1
    assert "No such file" in done.stderr
