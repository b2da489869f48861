"""Thousands of connections at once, in processes of their own."""

import re
import subprocess
import sys

import pytest

ENOUGH = 2_000


@pytest.mark.big
@pytest.mark.parametrize("how", ["level", "edge"])
def test_two_thousand_at_once_lose_no_byte(how: str) -> None:
    """Each says something twice, and each gets exactly that back."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.proof.scale", "--mode", how),
            *("--connections", str(ENOUGH), "--turns", "2"),
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"connections at once\W+2,000\b", done.stdout)
    assert re.search(r"none lost\W+6,000,000\b", done.stdout)


@pytest.mark.big
def test_more_than_the_limit_allows_is_clipped_with_a_word() -> None:
    """A small limit, many connections: fewer are held, and it says so."""
    done = subprocess.run(
        [
            *("bash", "-c", 'ulimit -n 128; exec "$@"', "bash"),
            *(
                sys.executable,
                "-m",
                "tests.proof.scale",
                "--connections",
                "999",
            ),
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    assert "999 connections clipped to 64" in done.stderr
    assert re.search(r"connections at once\W+64\b", done.stdout)


@pytest.mark.big
@pytest.mark.parametrize("arguments", [["--turns", "0"], ["--mode", "fast"]])
def test_arguments_that_make_no_sense_are_refused(
    arguments: list[str],
) -> None:
    """Exit status 2, and a line that says why."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.proof.scale", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 2
    assert arguments[0] in done.stderr
