"""Time passes when the test says so."""

from functools import partial

import pytest

from epollref.server.timers import LONGEST_MS, SWEEP_FROM, Timers
from tests.server.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def ring(timers: Timers) -> None:
    for callback in timers.due():
        callback()


def test_timers_ring_in_the_order_of_their_times(clock: Clock) -> None:
    """Not in the order in which they were set; equal times are a queue."""
    timers = Timers(clock)
    rung: list[str] = []
    for seconds, name in [(3, "c"), (1, "a"), (2, "b"), (1, "a2")]:
        timers.after(seconds, partial(rung.append, name))
    clock.now += 2
    ring(timers)
    assert rung == ["a", "a2", "b"]
    clock.now += 1
    ring(timers)
    assert rung == ["a", "a2", "b", "c"]


def test_a_cancelled_timer_does_not_ring(clock: Clock) -> None:
    """To cancel twice, or too late, is no error."""
    timers = Timers(clock)
    rung: list[str] = []
    never = timers.after(1, partial(rung.append, "never"))
    once = timers.after(1, partial(rung.append, "once"))
    never.cancel()
    never.cancel()
    assert len(timers) == 1
    clock.now += 1
    ring(timers)
    once.cancel()
    assert rung == ["once"]
    assert len(timers) == 0


def test_a_timer_may_cancel_a_later_one_of_the_same_round(
    clock: Clock,
) -> None:
    """Each is looked at when its turn comes."""
    timers = Timers(clock)
    rung: list[str] = []
    first = timers.after(1, lambda: second.cancel())
    second = timers.after(1, partial(rung.append, "second"))
    clock.now += 1
    ring(timers)
    assert first.callback is None
    assert rung == []
    assert len(timers) == 0


def test_a_timer_made_in_a_round_waits_for_the_next(clock: Clock) -> None:
    """A timer that sets itself anew at once does not hold the loop."""
    timers = Timers(clock)
    rung: list[float] = []

    def again() -> None:
        rung.append(clock.now)
        timers.after(0, again)

    timers.after(0, again)
    ring(timers)
    assert len(rung) == 1
    assert timers.wait_ms(-1) == 0
    ring(timers)
    assert len(rung) == 2


@pytest.mark.parametrize(
    ("seconds", "limit_ms", "wait_ms"),
    [
        (2.5, -1, 2500),
        (2.5, 100, 100),
        (0.0001, -1, 1),
        (0, -1, 0),
        (-1, -1, 0),
        (1e12, -1, LONGEST_MS),
        (1e308, -1, LONGEST_MS),
        (float("inf"), -1, LONGEST_MS),
    ],
)
def test_the_wait_ends_when_the_first_timer_is_due(
    clock: Clock, seconds: float, limit_ms: int, wait_ms: int
) -> None:
    """It is rounded up, never below zero, and fits a C int."""
    timers = Timers(clock)
    timers.after(float("inf"), lambda: None)
    timers.after(seconds, lambda: None)
    assert timers.wait_ms(limit_ms) == wait_ms


def test_without_timers_the_wait_is_as_asked(clock: Clock) -> None:
    """Cancelled ones count for nothing."""
    timers = Timers(clock)
    timers.after(1, lambda: None).cancel()
    assert timers.wait_ms(-1) == -1
    assert timers.wait_ms(7) == 7


def test_the_heap_is_swept_of_cancelled_timers(clock: Clock) -> None:
    """Memory is bounded when timers are set and cancelled for ever."""
    timers = Timers(clock)
    timers.after(9, lambda: None)
    for _ in range(100 * SWEEP_FROM):
        timers.after(5, lambda: None).cancel()
        assert len(timers) == 1
        assert len(timers._heap) <= 2 * SWEEP_FROM
