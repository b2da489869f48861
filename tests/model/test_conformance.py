"""Random calls get the same answers from the model and from the kernel."""

import random
from unittest import mock

import pytest
from typer.testing import CliRunner

from epollref.__main__ import app
from epollref.masks import EPOLLEXCLUSIVE, EPOLLIN
from epollref.model import ModelKernel, measure
from epollref.model.conformance import HostKernel
from epollref.model.conformance.run import Comparison, Disagreement
from epollref.model.epoll import Epoll, Watch
from epollref.model.files import failure

STEPS = 250_000


class ForgetfulKernel(ModelKernel):
    """A model that believes a write of 0 to an eventfd to be no event."""

    def write(self, fd: int, data: bytes | memoryview, /) -> int:
        if len(data) == 8 and not any(data) and self.poll(fd):
            return 8
        return super().write(fd, data)


@pytest.mark.parametrize(
    "seed", [1, random.SystemRandom().getrandbits(32)], ids=["fixed", "fresh"]
)
def test_model_and_kernel_agree(seed: int) -> None:
    comparison = Comparison(measure(), seed)
    for step in comparison.run(STEPS):
        if isinstance(step, Disagreement):
            pytest.fail(f"seed {seed}, call {step.steps}\n{step.trace}")
    assert comparison.steps == STEPS


def test_a_wrong_model_is_found_and_the_script_is_short() -> None:
    """The check is checked: MOD that does not look again."""

    def modify(epoll: Epoll, watch: Watch, events: int, data: int) -> None:
        if watch.events & EPOLLEXCLUSIVE:
            raise failure(22)
        watch.events, watch.data = events | 0x18, data

    with mock.patch.object(Epoll, "modify", modify):
        *_, found = Comparison(measure(), 1).run(STEPS)
    assert isinstance(found, Disagreement)
    assert len(found.calls) <= 12
    assert found.trace.splitlines()[-1].startswith("!")


def test_another_model_can_be_put_in_its_place() -> None:
    *_, found = Comparison(measure(), 1, ForgetfulKernel).run(STEPS)
    assert isinstance(found, Disagreement)


def test_two_hosts_share_no_number(no_descriptor_left: None) -> None:
    with HostKernel(measure()) as one, HostKernel(measure()) as other:
        assert one.eventfd(1, 0) == other.eventfd(0, 0) == 3
        assert one.poll(3) & EPOLLIN
        assert not other.poll(3) & EPOLLIN


def test_a_script_leaves_nothing_open(no_descriptor_left: None) -> None:
    for _ in Comparison(measure(), 2).run(2000):
        pass


def test_the_command_says_how_many_calls_agreed() -> None:
    result = CliRunner().invoke(
        app, ["model", "verify", "--steps", "2000", "--seed", "5"]
    )
    assert result.exit_code == 0
    assert result.stdout.startswith("2,000 calls agreed on Linux ")


def test_the_command_shows_both_traces_and_fails() -> None:
    def deaf(_: Watch, __: int) -> None:
        """Hear nothing."""

    with mock.patch.object(Watch, "wake", deaf):
        result = CliRunner().invoke(
            app, ["model", "verify", "--steps", "20000", "--seed", "5"]
        )
    assert result.exit_code == 1
    assert "model" in result.stdout
    assert "\n! " in result.stdout
