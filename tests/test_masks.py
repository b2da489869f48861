"""The words: are our numbers the kernel's?"""

import re
import select
from pathlib import Path

import pytest

from epollref import masks

UAPI = Path("/usr/include/linux/eventpoll.h")


def test_the_bits_are_those_of_cpython() -> None:
    """Every bit that the select module has, has the same value here."""
    shared = [name for name in masks.EVENT_BITS if hasattr(select, name)]
    assert len(shared) >= 13
    for name in shared:
        assert masks.EVENT_BITS[name] == getattr(select, name), name


def test_every_constant_is_in_the_table_in_bit_order() -> None:
    """The table that names bits is complete and sorted."""
    constants = {
        name: value
        for name, value in vars(masks).items()
        if re.fullmatch(r"EPOLL[A-Z]+", name)
    }
    assert constants == masks.EVENT_BITS
    values = list(masks.EVENT_BITS.values())
    assert values == sorted(values)
    assert all(value.bit_count() == 1 for value in values)


def test_flags_and_conditions_do_not_overlap() -> None:
    """A flag says how to watch; it is never a condition."""
    assert masks.FLAGS & masks.ALWAYS_REPORTED == 0
    assert masks.FLAGS & 0xFFFF == 0


@pytest.mark.skipif(
    not UAPI.exists(), reason="the kernel's headers are not installed"
)
def test_the_bits_are_those_of_the_kernel_header() -> None:
    """The kernel's own header says the same, where it is installed."""
    text = UAPI.read_text()
    found = dict(
        re.findall(
            r"^#define (EPOLL[A-Z]+)\s+\(?\((?:__force )?__poll_t\)\s*"
            r"(0x[0-9a-fA-F]+|\(1U << \d+\))",
            text,
            re.MULTILINE,
        )
    )
    assert len(found) >= 15
    for name, written in found.items():
        shift = re.search(r"<< (\d+)", written)
        value = 1 << int(shift[1]) if shift else int(written, 16)
        assert masks.EVENT_BITS[name] == value, name
    for name, value in masks.OPERATIONS.items():
        assert re.search(rf"#define {name} {value}\b", text), name
