"""A figure that was measured stands in a file, not in a sentence."""

import pytest

from tests.proof.project import ROOT
from tests.proof.samples.fences import fences
from tests.proof.samples.measurements import CONSTANTS, figures
from tests.proof.samples.structure import refusals

TYPED = [
    "One message costs about 3.3 µs in C.",
    "97 % of it is the kernel's TCP.",
    "It costs 0.65 to 0.77 µs.",
    "A drain makes 2.03 calls a message with 100 connections.",
    "A loop without a budget served 0 to 840 small messages a second.",
    "With one bounded read a turn it was 45,000 to 75,000.",
    "One tutorial echoed 4 of 100 MB in our measurements.",
    "Each of them is read, which costs ten times what its report costs.",
    "The kernel keeps about 190 bytes for each one.",
    "It is 3 times faster.",
]
FINE = [
    "The process is at 100 % CPU.",
    "`epoll_wait(5, [], 8, 1000 ms)` returned.",
    "See [the run](data/3 ms.html).",
    "The queue holds 128, and 3 of 128 wait.",
    "Since Linux 6.13 it is printed once.",
]


@pytest.mark.parametrize("line", TYPED)
def test_a_typed_figure_is_refused(line: str) -> None:
    (refusal, *_) = refusals(f"# Title\n\n{line}\n")
    assert refusal.line == 3
    assert "docs/data" in refusal.why


@pytest.mark.parametrize("line", FINE)
def test_what_is_no_measurement_is_left_alone(line: str) -> None:
    assert refusals(f"# Title\n\n{line}\n") == []


def test_a_constant_may_stand_on_its_page_only() -> None:
    line = "The slack is 50 µs.\n"
    assert refusals(line, "calls/wait.md") == []
    assert refusals(line, "calls/ctl.md")


@pytest.mark.parametrize("page", CONSTANTS)
def test_each_constant_stands_on_its_page(page: str) -> None:
    """One whose sentence has gone would let the next one in."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    inside = {
        number
        for fence in fences(text)
        for number in range(fence.line, fence.line + 2 + len(fence.lines))
    }
    found = {
        figure
        for number, line in enumerate(text.splitlines(), 1)
        if number not in inside
        for figure in figures(line)
    }
    assert set(CONSTANTS[page]) <= found
    assert all(CONSTANTS[page].values())
