"""``epollref model run``: what it prints, and how it ends."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from epollref.__main__ import app

SCRIPT = "eventfd2(1) = e\nepoll_create1() = ep\n"
ADD = "epoll_ctl(ep, EPOLL_CTL_ADD, e, EPOLLIN) = 0\n"


def run(*arguments: str, text: str = SCRIPT + ADD) -> tuple[int, list[str]]:
    result = CliRunner().invoke(app, ["model", "run", *arguments], input=text)
    return result.exit_code, result.stdout.splitlines()


def test_both_kernels_are_asked_and_the_lists_are_shown() -> None:
    status, lines = run("-")
    assert status == 0
    assert lines[-2:] == [
        "  ep: interest [e EPOLLIN]  ready [e EPOLLIN]",
        "model and Linux agree on 3 steps",
    ]


@pytest.mark.parametrize("where", ["model", "linux"])
def test_one_kernel_can_be_asked_alone(where: str) -> None:
    status, lines = run("-", "--on", where, "--no-lists")
    assert status == 0
    assert len(lines) == 3


def test_a_wrong_claim_is_status_one() -> None:
    status, lines = run("-", text=SCRIPT + ADD.replace("= 0", "= EEXIST"))
    assert status == 1
    assert "! the script says EEXIST" in lines
    assert lines[-1] == "steps that differ: 1 of 3"


def test_what_is_printed_can_be_played() -> None:
    _, lines = run("-")
    status, again = run("-", text="\n".join(lines))
    assert status == 0
    assert again == lines


def ends(line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell with the command's name in it."""
    return subprocess.run(
        line.replace(
            "MODEL", f"exec {shlex.quote(sys.executable)} -m epollref model"
        ),
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"close(3)\nfoo(1)\n", "line 2: scripts have no call foo"),
        (b"\xff\xfe\n", "line 1: not UTF-8 text: byte 0xff"),
        (b"\x1b[31m", "line 1: not a call: '\\x1b[31m'"),
        (b"", "line 1: the script has no call"),
    ],
)
def test_what_cannot_be_played_is_one_line(
    tmp_path: Path, text: bytes, why: str
) -> None:
    file = tmp_path / "script"
    file.write_bytes(text)
    done = ends(f"MODEL run {shlex.quote(str(file))}")
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert why in done.stderr


@pytest.mark.parametrize(
    ("way", "name"), [("/dev/zero", "/dev/zero"), ("- < /dev/zero", "stdin")]
)
def test_input_without_an_end_is_refused(way: str, name: str) -> None:
    """Before it fills the memory."""
    done = ends(f"ulimit -v 2000000; MODEL run {way}")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"epollref: cannot read {name}: more than ")


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    """Status 1 would say that the kernels differ."""
    file = tmp_path / "script"
    file.write_text(SCRIPT)
    done = ends(f"MODEL run {shlex.quote(str(file))} > /dev/full")
    assert done.returncode == 2
    assert (
        done.stderr
        == "epollref: cannot write to stdout: No space left on device\n"
    )


def test_closed_input_is_one_line() -> None:
    done = ends("MODEL run - <&-")
    assert done.returncode == 2
    assert done.stderr == "epollref: cannot read stdin: it is closed\n"


def test_too_few_descriptors_are_one_line(tmp_path: Path) -> None:
    file = tmp_path / "script"
    file.write_text(SCRIPT)
    done = ends(f"ulimit -n 128; MODEL run {shlex.quote(str(file))}")
    assert done.returncode == 2
    assert "ulimit -n" in done.stderr
    assert len(done.stderr.splitlines()) == 1
