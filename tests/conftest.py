"""Fixtures that more than one folder of tests uses."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from epollref.commands.descriptors import take_all
from epollref.proc.descriptors import links
from epollref.proc.process import Process
from tests.proof.limits import descriptor_limit
from tests.proof.volume import LONG

settings.register_profile("short", max_examples=50)
settings.register_profile("long", max_examples=10_000)
settings.load_profile("long" if LONG else "short")


def open_descriptors() -> dict[int, str]:
    """Return what each descriptor of this process points to."""
    with Process() as process:
        return dict(links(process))


@pytest.fixture
def no_descriptor_left() -> Iterator[None]:
    """Fail a test that leaves a descriptor behind."""
    before = open_descriptors()
    yield
    left = {
        fd: target
        for fd, target in open_descriptors().items()
        if before.get(fd) != target
    }
    assert not left, f"left open: {left}"


WAYS_TO_SERVE = [
    ("--mode", "level"),
    ("--mode", "edge"),
    ("--mode", "oneshot"),
    ("--mode", "edge-oneshot"),
    ("--mode", "oneshot", "--workers", "3"),
]


@pytest.fixture(params=WAYS_TO_SERVE, ids=" ".join)
def options(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The options of `epollref serve` for each way to serve."""
    way: tuple[str, ...] = request.param
    return way


@pytest.fixture
def room_for_descriptors() -> Iterator[None]:
    """Raise the soft limit, which is 1,024 for most readers, for one test."""
    with descriptor_limit():
        take_all()
        yield
