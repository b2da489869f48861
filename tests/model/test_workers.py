"""A comparison in several processes: shared out, added up, ended."""

import os

import pytest

from epollref.model import ModelKernel, measure
from epollref.model.verify.compare import (
    Comparison,
    Disagreement,
    MakeKernel,
)
from epollref.model.verify.tally import Tally
from epollref.model.verify.workers import Workers, seeds
from epollref.proc.procstat import processes
from tests.model.wrong import FatalKernel, ForgetfulKernel


def children() -> set[int]:
    """Return the processes that any thread of this one has started."""
    return {pid for pid, stat in processes() if stat.parent == os.getpid()}


def workers(model: MakeKernel = ModelKernel, jobs: int = 2) -> Workers:
    return Workers(measure(), 4, jobs, model)


def test_the_workers_add_up(no_descriptor_left: None) -> None:
    """Two processes compare what two seeds draw, and no call less."""
    before = children()
    both = workers()
    progress = [n for n in both.run(30_001) if isinstance(n, int)]
    assert progress == sorted(progress)
    assert progress[-1] == both.tally.steps == 30_001
    expected = Tally()
    for seed, steps in zip(seeds(4, 2), (15_000, 15_001), strict=True):
        comparison = Comparison(measure(), seed)
        assert list(comparison.run(steps))[-1] == steps
        expected += comparison.tally
    assert both.tally == expected
    assert children() == before


def test_a_difference_in_any_worker_is_shown_and_ends_all(
    no_descriptor_left: None,
) -> None:
    before = children()
    *_, found = workers(ForgetfulKernel).run(1 << 40)
    assert isinstance(found, Disagreement)
    assert found.seed in seeds(4, 2)
    assert found.trace.splitlines()[-1].startswith("!")
    assert children() == before


def test_leaving_early_ends_the_processes(no_descriptor_left: None) -> None:
    before = children()
    run = workers().run(1 << 40)
    assert next(run)
    assert len(children() - before) == 2
    run.close()
    assert children() == before


def test_a_process_that_dies_is_no_agreement(no_descriptor_left: None) -> None:
    before = children()
    with pytest.raises(ChildProcessError, match="seed 4 has failed"):
        list(workers(FatalKernel, jobs=1).run(1000))
    assert children() == before


def test_each_worker_has_a_seed_of_its_own_and_the_first_is_given() -> None:
    assert seeds(9, 4)[0] == 9
    assert len(set(seeds(9, 4))) == 4
    assert seeds(9, 4)[:2] == seeds(9, 2) != seeds(8, 2)
