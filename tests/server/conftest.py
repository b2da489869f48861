"""What every test of the server has to leave behind: nothing."""

import gc
import threading
from collections.abc import Iterator

import pytest

from epollref.server.states import Action, State, Transitions, Trigger
from tests.conftest import open_descriptors
from tests.server.bench import Bench


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No descriptor and no thread outlives a test; no cycle keeps a session."""
    files, threads = open_descriptors(), threading.active_count()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
    assert open_descriptors() == files
    assert threading.active_count() == threads


@pytest.fixture(autouse=True)
def unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[list[tuple[State, Trigger]]]:
    """No connection meets what the table of states has no row for."""
    pairs: list[tuple[State, Trigger]] = []

    def missing(
        table: Transitions, pair: tuple[State, Trigger]
    ) -> tuple[Action, State]:
        pairs.append(pair)
        return refuse(table, pair)

    refuse = Transitions.__missing__
    monkeypatch.setattr(Transitions, "__missing__", missing)
    yield pairs
    assert pairs == []


@pytest.fixture(params=["level", "edge", "oneshot", "edge-oneshot"])
def mode(request: pytest.FixtureRequest) -> str:
    """Each of the four modes."""
    return str(request.param)


@pytest.fixture(params=["level", "edge", "oneshot", "edge-oneshot", "pool"])
def way(request: pytest.FixtureRequest) -> dict[str, object]:
    """The options for each way to serve: four modes, and workers."""
    if request.param == "pool":
        return {"mode": "oneshot", "workers": 3}
    return {"mode": request.param}


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A reactor that counts its calls and whose clock stands."""
    bench = Bench()
    yield bench
    bench.close()
