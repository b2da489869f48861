"""Every row of the table of states, each on a real connection."""

import errno
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from epollref.masks import EPOLL_CTL_DEL, EPOLL_CTL_MOD, EPOLLIN
from epollref.server.connection import METHODS, Connection
from epollref.server.pooled import PooledConnection
from epollref.server.session import Discard
from epollref.server.states import (
    TRANSITIONS,
    Action,
    NoTransitionError,
    State,
    Transitions,
    Trigger,
)
from tests.server.clock import Clock
from tests.server.faulty import NO_LIMIT, FaultyKernel
from tests.server.lines import Lines
from tests.server.stage import Stage

Pair = tuple[State, Trigger]
Calls = list[tuple[str, object]]
IDLE, LINGER, CHUNK = 30.0, 5.0, 1000


class Mute(Discard):
    """Neither reads nor writes, and is not finished."""

    wants_input = False


class Life:
    """One connection, and what it went through."""

    def __init__(self, patch: pytest.MonkeyPatch, **options: Any) -> None:
        for module in ("connection", "shared"):
            patch.setattr(f"epollref.server.{module}.CHUNK", CHUNK)
        patch.setattr(Connection, "step", self._step)
        self.kernel = FaultyKernel()
        self.clock = Clock()
        self.steps: list[tuple[Pair, Calls]] = []
        limits = {"idle_timeout": IDLE, "linger_limit": LINGER}
        self.stage = Stage(
            kernel=self.kernel, clock=self.clock, **(limits | options)
        )
        self.client = self.stage.knock()
        self.stage.until(lambda: self.stage.server.connections)
        (self.connection,) = self.stage.connections()
        self.stage.settle()

    def _step(self, trigger: Trigger) -> None:
        """Do the step, and note the calls that were made for it."""
        pair, before = (self.connection.state, trigger), len(self.kernel.calls)
        calls: Calls = []
        self.steps.append((pair, calls))
        STEP(self.connection, trigger)
        calls += [
            (name, args[0] if name == "epoll_ctl" else args[-1])
            for name, args in self.kernel.calls[before:]
        ]

    def until(self, state: State) -> None:
        self.stage.until(lambda: self.connection.state is state)

    def stop(self) -> None:
        self.stage.server.stop()

    def quit(self) -> None:
        """End first; only a session of ``Lines`` does."""
        self.client.send(b"quit\n")
        self.until(State.LINGERING)
        self.stage.settle()

    def owe(self) -> None:
        """Half-close while the kernel takes none of the answer."""
        self.kernel.write_limit = 0
        self.client.send(b"hello")
        self.client.half_close()
        self.until(State.ANSWERING)

    def pass_time(self, seconds: float) -> None:
        self.clock.now += seconds

    def fail(self, call: str) -> None:
        self.kernel.write_limit = NO_LIMIT
        self.kernel.fail(call, errno.ECONNRESET)


STEP = Connection.step
LOUD = bytes(6 * CHUNK)

Script = Callable[[Life], object]
LINES: dict[str, Any] = {"session": Lines}
MUTE: dict[str, Any] = {"session": Mute, "stop_limit": 10 * IDLE}
ONESHOT: dict[str, Any] = {"mode": "oneshot"}
EDGE: dict[str, Any] = {"mode": "edge"}


def refuse(life: Life) -> None:
    life.kernel.write_limit = 0
    life.client.send(b"hello")


def stop_with_input(life: Life) -> None:
    life.stop()  # First in the ready list, before the bytes.
    life.client.send(LOUD)


def stop_with_an_end(life: Life) -> None:
    stop_with_input(life)
    life.client.half_close()


def mute_and_stopped(life: Life) -> None:
    life.stop()
    life.until(State.STOPPING)


def closed_by_its_worker(life: Life) -> None:
    """The worker has closed it, and the loop has not come to its wish."""
    life.quit()
    life.stage.until(lambda: not life.connection.held)
    life.client.half_close()
    life.connection.ready(EPOLLIN)
    pool = life.stage.server._pool
    assert pool is not None
    pool.close()  # Waits for what it has been given.
    life.connection.step(Trigger.LINGER_LIMIT)


OPEN, STOPPING, ANSWERING, LINGERING, CLOSED = State
ROWS: dict[Pair, tuple[dict[str, Any], list[Script]]] = {
    (OPEN, Trigger.SERVED): ({}, [refuse]),
    (OPEN, Trigger.REARM_DUE): (EDGE, [lambda c: c.client.send(LOUD)]),
    (OPEN, Trigger.PEER_END): ({}, [lambda c: c.client.half_close()]),
    (OPEN, Trigger.ALL_SAID): (LINES, [Life.quit]),
    (OPEN, Trigger.STOP): ({}, [Life.stop]),
    (OPEN, Trigger.LOST): ({}, [lambda c: c.fail("read"), refuse]),
    (OPEN, Trigger.IDLE): ({}, [lambda c: c.pass_time(IDLE)]),
    (OPEN, Trigger.RETIRED): ({}, [lambda c: c.stage.server.close()]),
    (STOPPING, Trigger.SERVED): ({}, [stop_with_input]),
    (STOPPING, Trigger.REARM_DUE): (EDGE, [stop_with_input]),
    (STOPPING, Trigger.PEER_END): ({}, [stop_with_an_end]),
    (STOPPING, Trigger.ALL_READ): ({}, [Life.stop]),
    (STOPPING, Trigger.ALL_SAID): (
        LINES,
        [Life.stop, lambda c: c.client.send(b"quit\n")],
    ),
    (STOPPING, Trigger.LOST): ({}, [lambda c: c.fail("read"), Life.stop]),
    (STOPPING, Trigger.IDLE): (
        MUTE,
        [mute_and_stopped, lambda c: c.pass_time(IDLE)],
    ),
    (STOPPING, Trigger.RETIRED): (MUTE, [mute_and_stopped, Life.stop]),
    (ANSWERING, Trigger.SERVED): ({}, [Life.owe]),
    (ANSWERING, Trigger.REARM_DUE): (ONESHOT, [Life.owe]),
    (ANSWERING, Trigger.ALL_SAID): ({}, [lambda c: c.client.half_close()]),
    (ANSWERING, Trigger.QUIET): ({}, [Life.stop]),
    (ANSWERING, Trigger.LOST): ({}, [Life.owe, lambda c: c.fail("write")]),
    (ANSWERING, Trigger.IDLE): ({}, [Life.owe, lambda c: c.pass_time(IDLE)]),
    (ANSWERING, Trigger.RETIRED): (
        {},
        [Life.owe, lambda c: c.stage.server.close()],
    ),
    (LINGERING, Trigger.SERVED): (
        LINES,
        [Life.quit, lambda c: c.client.send(b"more")],
    ),
    (LINGERING, Trigger.REARM_DUE): (
        LINES | ONESHOT,
        [Life.quit, lambda c: c.client.send(b"more")],
    ),
    (LINGERING, Trigger.PEER_END): (
        LINES,
        [Life.quit, lambda c: c.client.half_close()],
    ),
    (LINGERING, Trigger.LINGER_LIMIT): (
        LINES,
        [Life.quit, lambda c: c.pass_time(LINGER)],
    ),
    (LINGERING, Trigger.LOST): (
        LINES,
        [Life.quit, lambda c: c.fail("read"), lambda c: c.client.send(b"x")],
    ),
    (LINGERING, Trigger.RETIRED): (
        LINES,
        [Life.quit, lambda c: c.stage.server.close()],
    ),
    (CLOSED, Trigger.LINGER_LIMIT): (
        LINES | ONESHOT | {"workers": 1},
        [closed_by_its_worker],
    ),
}
"""How to come to each row: what server it takes, and what the peer does."""

MOD, DEL = ("epoll_ctl", EPOLL_CTL_MOD), ("epoll_ctl", EPOLL_CTL_DEL)
SHUT_WR, SHUT_BOTH = ("shutdown", 1), ("shutdown", 2)


def made(action: Action, calls: Calls, fd: int) -> bool:
    """Whether these are the calls that an action makes."""
    gone: Calls = [DEL, ("close", fd)]
    match action:
        case Action.UPDATE_INTEREST:
            return calls in ([], [MOD])
        case Action.REARM:
            return calls == [MOD]
        case Action.LOOK:
            return not calls or calls[0] == ("read", fd)  # ``Mute`` is.
        case Action.LINGER:
            return calls[:2] == [SHUT_WR, ("read", fd)]
        case Action.SHUT_BOTH:
            return calls == [SHUT_BOTH]
        case Action.SHUT_AND_CLOSE:
            return calls == [SHUT_WR, *gone]
        case Action.CLOSE:
            return calls == gone
        case Action.END_INPUT | Action.NOTHING:
            return calls == []


@pytest.fixture
def lives(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Life]]:
    begun: list[Life] = []

    def begin(**options: Any) -> Life:
        begun.append(Life(monkeypatch, **options))
        return begun[-1]

    yield begin
    for life in begun:
        life.stage.__exit__()


@pytest.mark.parametrize("pair", TRANSITIONS, ids=" ".join)
def test_a_row_is_what_happens(pair: Pair, lives: Callable[..., Life]) -> None:
    """Its action makes the calls; the next step starts where it has led."""
    options, scripts = ROWS[pair]
    life = lives(**options)
    for script in scripts:
        script(life)
    life.stage.until(lambda: pair in [step for step, _ in life.steps])
    state = OPEN
    for step, calls in life.steps:
        assert step[0] is state
        action, state = TRANSITIONS[step]
        fd = life.connection.fd
        if "workers" not in options:
            assert made(action, calls, fd), (step, action, calls)
    assert life.connection.state is state


def test_each_row_has_a_way_to_it() -> None:
    """And no way leads to a row that is not there."""
    assert ROWS.keys() == TRANSITIONS.keys()


def test_no_word_is_idle() -> None:
    """Each state, trigger and action stands in a row."""
    rows = [(*pair, *row) for pair, row in TRANSITIONS.items()]
    states, triggers, actions, after = map(set, zip(*rows, strict=True))
    assert states == after == set(State)
    assert triggers == set(Trigger)
    assert actions == set(Action)


def test_the_linger_limit_changes_no_state() -> None:
    """It comes on the loop's thread, whoever serves the connection then."""
    for (state, trigger), (_, after) in TRANSITIONS.items():
        assert trigger is not Trigger.LINGER_LIMIT or after is state


@pytest.mark.parametrize("kind", [Connection, PooledConnection])
@pytest.mark.parametrize("action", Action)
def test_each_action_is_a_method(kind: type, action: Action) -> None:
    """The table names it; the connection does it."""
    assert callable(getattr(kind, METHODS[action]))


def test_a_pair_without_a_row_is_a_mistake(
    unknown: list[Pair], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is lost, and the report says what was not foreseen."""
    rows = Transitions(TRANSITIONS)
    del rows[OPEN, Trigger.PEER_END]
    monkeypatch.setattr("epollref.server.connection.TRANSITIONS", rows)
    with Stage() as stage:
        stage.connect().half_close()
        stage.until(lambda: not stage.server.connections)
        ((_, error),) = stage.errors
        stage.errors.clear()
        assert isinstance(error, NoTransitionError)
        assert str(error) == "a connection that is open met peer's end"
    assert unknown == [(OPEN, Trigger.PEER_END)]
    unknown.clear()
