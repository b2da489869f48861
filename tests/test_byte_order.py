"""Counters of 64 bits are read and written in the machine's own order."""

import re

import pytest

from tests.proof.project import ROOT

FIXED = re.compile(r'_bytes\(.*"little"')
CALLS_THE_KERNEL = ("server", "model", "trace")


@pytest.mark.parametrize("part", CALLS_THE_KERNEL)
def test_a_counter_is_in_native_byte_order(part: str) -> None:
    """eventfd(2) and timerfd(2): little-endian is right on some machines."""
    sources = sorted((ROOT / "epollref" / part).rglob("*.py"))
    assert sources
    fixed = [str(each) for each in sources if FIXED.search(each.read_text())]
    assert fixed == []
