"""A machine's console is read to its verdict, whatever else it prints."""

import sys

import pytest

from tests.proof.kernels.console import NoVerdictError, follow
from tests.proof.kernels.report import Verdict, line, parse

LONG = 60.0
AGREED = Verdict("6.1.0", 500, 7, None, {"page_size": 4096}, 1.5)
DIFFERS = Verdict("6.1.0", 500, 7, "  read\n! wait  1  2", {}, 1.5)
BOOT = (
    "[    0.000000] Linux version 6.1.0 (gcc-12)\r\n"
    "[    0.123456] serial8250: ttyS0 at I/O 0x3f8\r\n"
)
PANIC = (
    "Traceback (most recent call last):\r\n"
    "OSError: [Errno 19] No such device: '/proc'\r\n"
    "[    6.3] Kernel panic - not syncing: Attempted to kill init!\r\n"
    "[    6.4] CPU: 0 PID: 1 Comm: init Not tainted\r\n"
)


def machine(says: str, then: str = "") -> list[str]:
    """A program with that on its console."""
    program = f"import sys; sys.stdout.write({says!r}); sys.stdout.flush()"
    return [sys.executable, "-c", f"{program}\n{then}"]


@pytest.mark.parametrize(
    "verdict", [AGREED, DIFFERS], ids=["agreed", "differs"]
)
def test_a_verdict_is_found_among_what_the_kernel_prints(
    verdict: Verdict,
) -> None:
    seen: list[int] = []
    says = f"{BOOT}[    4.1] {line(100)}\r\n{BOOT}{line(500)}\r\n"
    says += f"{line(verdict)}\r\n[    9.9] reboot: Power down\r\n"
    assert follow(machine(says), seen.append, LONG) == verdict
    assert seen == [100, 500]


@pytest.mark.parametrize(
    "torn",
    [
        line(AGREED)[:-20],
        line(AGREED)[:-4] + "[    5.0] random: crng" + line(AGREED)[-4:],
        'epollref: {"verdict": {"release": "6.1"}}',
        'epollref: ["verdict"]',
        "epollref: 12",
        'epollref: {"steps": "many"}',
        "[    0.0] Linux version 6.1.0",
        "",
    ],
)
def test_a_line_that_is_not_ours_says_nothing(torn: str) -> None:
    assert parse(torn) is None


def test_a_panic_is_reported_with_the_last_lines() -> None:
    says = BOOT + line(100) + "\n" + PANIC
    with pytest.raises(NoVerdictError) as raised:
        follow(machine(says), lambda _: None, LONG)
    text = str(raised.value)
    assert text.startswith("it panicked without a verdict")
    assert "No such device: '/proc'" in text
    assert text.endswith("Comm: init Not tainted")


def test_a_machine_that_ends_too_soon_is_reported() -> None:
    with pytest.raises(NoVerdictError, match="it ended without a verdict"):
        follow(machine("qemu: no such file"), lambda _: None, LONG)


def test_a_machine_that_falls_silent_is_ended() -> None:
    """It would wait for ever; that this returns is the check."""
    hangs = machine("", "import signal; signal.pause()")
    with pytest.raises(NoVerdictError, match="said nothing for "):
        follow(hangs, lambda _: None, 0.05)


def test_the_kernel_that_runs_is_asked_by_the_same_program() -> None:
    command = [sys.executable, "-m", "tests.proof.kernels.report", "2000", "5"]
    verdict = follow(command, lambda _: None, LONG)
    assert (verdict.steps, verdict.seed) == (2000, 5)
    assert verdict.trace is None
    assert verdict.profile["page_size"] >= 4096
