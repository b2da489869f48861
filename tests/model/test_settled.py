"""Random scripts that have to settle: blocked threads, and TCP."""

import random
from unittest import mock

import pytest

from epollref.masks import EPOLLOUT
from epollref.model import measure
from epollref.model.tcp import TcpSocket
from epollref.model.verify.compare import Disagreement
from epollref.model.waitqueue import WaitQueue
from tests.proof.drivers.settings import (
    CONNECTS,
    ENDS,
    LOOPBACK,
    THREADS,
    Setting,
)
from tests.proof.drivers.settled import SettledComparison
from tests.proof.volume import LONG, volume

THREAD_STEPS = 2500
TCP_STEPS = 6000
FRESH = pytest.param(random.SystemRandom().getrandbits(32), id="fresh")
SEEDS = [pytest.param(1, id="fixed"), FRESH] if LONG else [FRESH]
"""The short run from the fixed seed is that of ``test_coverage``."""


# threads


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_threads_come_back(seed: int) -> None:
    comparison = SettledComparison(measure(), seed, THREADS)
    for step in comparison.run(volume(THREAD_STEPS, 10 * THREAD_STEPS)):
        if isinstance(step, Disagreement):
            pytest.fail(f"seed {seed}, call {step.steps}\n{step.trace}")
    assert comparison.count.woken > THREAD_STEPS // 100


def test_a_model_that_wakes_the_oldest_is_found() -> None:
    """The check is checked: threads in the order in which they came."""

    def add(queue: WaitQueue, hook: object, exclusive: bool) -> None:
        queue._hooks.append(hook)  # type: ignore[arg-type]

    with mock.patch.object(WaitQueue, "add", add):
        *_, found = SettledComparison(measure(), 1, THREADS).run(THREAD_STEPS)
    assert isinstance(found, Disagreement)
    assert found.trace.splitlines()[-1].startswith("!")
    assert "thread" in found.trace


# TCP


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "setting",
    [LOOPBACK, ENDS, CONNECTS],
    ids=["data", "ends", "connects"],
)
def test_model_and_kernel_agree_once_settled(
    seed: int, setting: Setting
) -> None:
    comparison = SettledComparison(measure(), seed, setting)
    for step in comparison.run(volume(TCP_STEPS, 10 * TCP_STEPS)):
        if isinstance(step, Disagreement):
            pytest.fail(f"seed {seed}, call {step.steps}\n{step.trace}")
    assert 0 < comparison.count.outside < comparison.count.calls // 10


def test_a_model_that_makes_room_known_is_found() -> None:
    """The check is checked: an OUT edge for what was read, as unix has."""
    read = TcpSocket.read

    def telling(end: TcpSocket, n: int) -> bytes:
        data = read(end, n)
        end.peer.queue.wake(EPOLLOUT)
        return data

    with mock.patch.object(TcpSocket, "read", telling):
        *_, found = SettledComparison(measure(), 1, LOOPBACK).run(TCP_STEPS)
    assert isinstance(found, Disagreement)
    assert found.trace.splitlines()[-1].startswith("!")
