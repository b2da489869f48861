"""Random calls get the same answers from the model and from the kernel."""

import dataclasses
import random
from unittest import mock

import pytest

from epollref.masks import EPOLLEXCLUSIVE, EPOLLIN
from epollref.model import ModelKernel, Profile, measure
from epollref.model.epoll import Epoll, Watch
from epollref.model.files import failure
from epollref.model.host.kernel import HostKernel
from epollref.model.verify.compare import Comparison, Disagreement
from epollref.model.verify.workers import seeds
from tests.model.wrong import BrokenKernel, CountingKernel, ForgetfulKernel
from tests.proof.volume import LONG, volume

STEPS = volume(200_000, 1_000_000)
PARTS = volume(2, 8)
"""Each part is a test of its own, so that workers can share them."""

FRESH = {"fresh": random.SystemRandom().getrandbits(32)}
FIRST = {"fixed": 1, **FRESH} if LONG else FRESH
"""The short run from the fixed seed is that of ``test_coverage``."""
SEEDS = [
    pytest.param(seed, id=f"{name}-{number}")
    for name, first in FIRST.items()
    for number, seed in enumerate(seeds(first, PARTS))
]
ENOUGH = 50_000
"""Calls within which a popular belief is found."""


@pytest.mark.parametrize("seed", SEEDS)
def test_model_and_kernel_agree(seed: int) -> None:
    """Calls that nobody has drawn before, and in the long run known ones."""
    comparison = Comparison(measure(), seed)
    for step in comparison.run(STEPS // PARTS):
        if isinstance(step, Disagreement):
            pytest.fail(
                f"epollref model verify --seed {seed}\n"
                f"differs at call {step.steps}\n{step.trace}"
            )
    assert comparison.steps == STEPS // PARTS


def test_a_wrong_model_is_found_and_the_script_is_short() -> None:
    """The check is checked: MOD that does not look again."""

    def modify(epoll: Epoll, watch: Watch, events: int, data: int) -> None:
        if watch.events & EPOLLEXCLUSIVE:
            raise failure(22)
        watch.events, watch.data = events | 0x18, data

    with mock.patch.object(Epoll, "modify", modify):
        *_, found = Comparison(measure(), 1).run(ENOUGH)
    assert isinstance(found, Disagreement)
    assert len(found.calls) <= 12
    assert found.trace.splitlines()[-1].startswith("!")


def test_another_model_can_be_put_in_its_place() -> None:
    *_, found = Comparison(measure(), 1, ForgetfulKernel).run(ENOUGH)
    assert isinstance(found, Disagreement)


def test_a_model_that_breaks_is_shown_where_it_breaks() -> None:
    """An error that is no errno ends no run: its script is shortened too."""
    *_, found = Comparison(measure(), 1, BrokenKernel).run(ENOUGH)
    assert isinstance(found, Disagreement)
    assert found.calls[-1].name == "dup"
    assert len(found.calls) <= 4
    assert "LookupError" in "".join(found.trace.splitlines()[-2:])


def test_the_tally_counts_what_was_compared() -> None:
    CountingKernel.polled = 0
    comparison = Comparison(measure(), 1, CountingKernel)
    assert list(comparison.run(3000))[-1] == 3000
    tally = comparison.tally
    assert tally.calls["poll"] == CountingKernel.polled > 0
    assert tally.calls.total() == tally.steps == 3000
    assert {"EAGAIN", "EINVAL", "EBADF"} <= tally.failed.keys()
    assert 0 < tally.failed.total() < tally.steps
    assert tally.scripts == len(list(Comparison(measure(), 1).run(3000)))


def test_the_tally_ends_with_the_call_that_differs() -> None:
    comparison = Comparison(measure(), 1, ForgetfulKernel)
    *_, found = comparison.run(ENOUGH)
    assert isinstance(found, Disagreement)
    assert comparison.tally.steps == found.steps < ENOUGH
    assert found.seed == 1


def test_the_same_seed_draws_the_same_calls() -> None:
    one, other, another = (Comparison(measure(), n) for n in (7, 7, 8))
    for comparison in (one, other, another):
        assert list(comparison.run(2000))[-1] == 2000
    assert one.tally == other.tally != another.tally


def test_two_hosts_share_no_number(no_descriptor_left: None) -> None:
    with HostKernel(measure()) as one, HostKernel(measure()) as other:
        assert one.eventfd(1, 0) == other.eventfd(0, 0) == 3
        assert one.poll(3) & EPOLLIN
        assert not other.poll(3) & EPOLLIN


def test_a_number_that_is_used_again_is_asked_anew() -> None:
    """The host keeps what it asks poll(2) with, and not the answer."""
    with HostKernel(measure()) as host:
        assert host.eventfd(1, 0) == 3
        assert host.poll(3) & EPOLLIN
        host.close(3)
        assert host.poll(3) == 0x20
        assert host.eventfd(0, 0) == 3
        assert not host.poll(3) & EPOLLIN


def test_a_forgotten_host_gives_its_numbers_back(
    no_descriptor_left: None,
) -> None:
    """A driver that makes one a script does not run out of numbers."""
    for _ in range(3):
        assert HostKernel(measure()).socketpair() == (3, 4)


def test_a_host_that_is_finished_twice_harms_nobody() -> None:
    one = HostKernel(measure())
    one.finish()
    with HostKernel(measure()) as other:
        other.eventfd(1, 0)
        one.finish()
        assert other.poll(3) & EPOLLIN


def test_a_script_leaves_nothing_open(no_descriptor_left: None) -> None:
    for _ in Comparison(measure(), 2).run(2000):
        pass


def test_the_habit_of_another_kernel_is_a_difference() -> None:
    """It shows in a place of the ready list only, of a pipe that is full."""

    def other(profile: Profile) -> ModelKernel:
        wakes = not profile.partial_read_wakes
        return ModelKernel(
            dataclasses.replace(profile, partial_read_wakes=wakes)
        )

    *_, found = Comparison(measure(), 1, other).run(ENOUGH)
    assert isinstance(found, Disagreement)
