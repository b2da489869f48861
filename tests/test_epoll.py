"""One instance: what Epoll adds to select.epoll, and where it is the same."""

import contextlib
import copy
import gc
import os
import pickle
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from epollref.epoll import Epoll
from epollref.masks import EPOLLIN, EPOLLONESHOT, EPOLLOUT
from tests.interest import interest_list

pytestmark = pytest.mark.usefixtures("no_descriptor_left")


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a unix stream."""
    a, b = socket.socketpair()
    with a, b:
        yield a, b


def test_without_a_data_word_the_descriptor_comes_back(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    """As in CPython, but with a clean upper half."""
    with Epoll() as ep:
        ep.register(pair[0], EPOLLOUT)
        assert ep.poll(0) == [(pair[0].fileno(), EPOLLOUT)]
        ((_, word),) = interest_list(ep.fileno()).values()
        assert word == pair[0].fileno()


def test_the_data_word_is_returned_in_place_of_the_descriptor(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    """register and modify both set it, and modify replaces it."""
    with Epoll() as ep:
        ep.register(pair[0], EPOLLOUT, data=1 << 40)
        assert ep.poll(0) == [(1 << 40, EPOLLOUT)]
        ep.modify(pair[0], EPOLLOUT, data=2)
        assert ep.poll(0) == [(2, EPOLLOUT)]


def test_modify_rearms_a_spent_oneshot(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    """One event, then silence, then one more after MOD (E01, E03)."""
    with Epoll() as ep:
        ep.register(pair[0], EPOLLOUT | EPOLLONESHOT)
        assert len(ep.poll(0)) == 1
        assert ep.poll(0) == []
        ep.modify(pair[0], EPOLLOUT | EPOLLONESHOT)
        assert len(ep.poll(0)) == 1


def test_the_default_mask_is_that_of_cpython(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    """IN, PRI and OUT: the trap is kept, because programs rely on it."""
    with Epoll() as ours, select.epoll() as theirs:
        ours.register(pair[0])
        theirs.register(pair[0])
        (mine,) = interest_list(ours.fileno()).values()
        (other,) = interest_list(theirs.fileno()).values()
    assert mine[0] == other[0]


def test_unregister_takes_it_off_the_list(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    """DEL, seen in /proc."""
    with Epoll() as ep:
        ep.register(pair[0], EPOLLIN)
        assert pair[0].fileno() in interest_list(ep.fileno())
        ep.unregister(pair[0])
        assert interest_list(ep.fileno()) == {}


def test_a_signal_does_not_end_the_poll() -> None:
    """The handler runs and the wait goes on to its end (PEP 475)."""
    heard: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda n, _: heard.append(n))
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    started = time.monotonic()
    try:
        with Epoll() as ep:
            assert ep.poll(0.2) == []
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert heard
    assert time.monotonic() - started >= 0.2, "a time-out is never early"


def test_a_handler_that_raises_ends_the_poll() -> None:
    """The exception of a signal handler comes out of poll."""

    def interrupt(*_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)  # raise once, not again
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    ep = Epoll()
    try:
        with pytest.raises(KeyboardInterrupt):
            signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
            ep.poll(None)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        ep.close()


@pytest.mark.parametrize("argument", [-2, 0])
def test_maxevents_is_checked_like_cpython(argument: int) -> None:
    """-1 means 1023; zero and less are a ValueError (O04)."""
    with Epoll() as ours, select.epoll() as theirs:
        with pytest.raises(ValueError) as mine:
            ours.poll(0, argument)
        with pytest.raises(ValueError) as other:
            theirs.poll(0, argument)
    assert str(mine.value) == str(other.value)


@pytest.mark.usefixtures("room_for_descriptors")
def test_no_more_than_1023_come_at_once() -> None:
    """The default is FD_SETSIZE - 1, as in CPython (O04)."""
    with Epoll() as ep, contextlib.ExitStack() as counters:
        for _ in range(1_024):
            fd = os.eventfd(1)
            counters.callback(os.close, fd)
            ep.register(fd, EPOLLIN)
        assert len(ep.poll(0)) == 1_023
        assert len(ep.poll(0, 2_000)) == 1_024


@pytest.mark.parametrize(
    "file", ["a name", None, 1.5, [], -1, 1 << 40, object()]
)
def test_what_is_no_descriptor_is_refused_like_cpython(file: object) -> None:
    """The same type of error, for every kind of nonsense."""
    with Epoll() as ours, select.epoll() as theirs:
        with pytest.raises((TypeError, ValueError, OverflowError)) as mine:
            ours.register(file, EPOLLIN)  # type: ignore[arg-type] # nonsense
        with pytest.raises((TypeError, ValueError, OverflowError)) as other:
            theirs.register(file, EPOLLIN)  # type: ignore[arg-type] # same
    assert mine.type is other.type


def test_a_mask_that_is_too_wide_is_refused() -> None:
    """33 bits do not fit; nothing is cut off in silence."""
    with Epoll() as ep, pytest.raises(OverflowError):
        ep.register(0, 1 << 32)


@pytest.mark.parametrize("timeout", [1e10, float("inf")])
def test_a_timeout_that_is_too_long_is_refused(timeout: float) -> None:
    """More milliseconds than a C int holds: an error, no wrap-around."""
    with Epoll() as ep, pytest.raises(OverflowError):
        ep.poll(timeout)


class Index:
    """An integer that is no int, such as numpy has."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value

    def __repr__(self) -> str:
        return f"Index({self.value})"


def outcome(make: Callable[[], Any], act: Callable[[Any], object]) -> object:
    """Do it with a fresh instance; return the result or the error's type."""
    try:
        with make() as ep:
            return act(ep)
    except Exception as error:
        return type(error)


@pytest.mark.parametrize(
    "timeout",
    [
        *(0, -0.0, 1e-9, -1e-9, -0.000_999, True, Index(0)),
        *(1e10, -1e10, 1e300, -(1 << 31), 10**30, -(10**30)),
        *(float("nan"), float("inf"), float("-inf")),
        *(Decimal(0), Fraction(0), "0", []),
    ],
    ids=repr,
)
def test_an_odd_timeout_means_what_it_means_to_cpython(timeout: Any) -> None:
    """Half a millisecond less than nothing is no wait for ever."""
    mine = outcome(Epoll, lambda ep: ep.poll(timeout))
    assert mine == outcome(select.epoll, lambda ep: ep.poll(timeout))


@pytest.mark.parametrize(
    "number",
    [True, False, Index(5), Index(-2), 1 << 31, (1 << 32) + 5, 1.0, "1", None],
    ids=repr,
)
@pytest.mark.parametrize(
    "act",
    [
        lambda ep, number: ep.poll(0, number),
        lambda ep, number: type(ep)(number).closed,
        lambda ep, number: type(ep)(-1, number).closed,
    ],
    ids=["maxevents", "sizehint", "flags"],
)
def test_an_odd_integer_means_what_it_means_to_cpython(
    act: Callable[[Any, Any], object], number: Any
) -> None:
    """Whatever has __index__ is an integer; too wide a one is refused."""
    mine = outcome(Epoll, lambda ep: act(ep, number))
    assert mine == outcome(select.epoll, lambda ep: act(ep, number))


def test_a_mask_may_be_any_integer(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    """As in CPython: what has __index__ will do."""
    with Epoll() as ep:
        ep.register(pair[0], Index(EPOLLIN))
        ep.modify(pair[0], Index(EPOLLOUT))
        assert ep.poll(0) == [(pair[0].fileno(), EPOLLOUT)]


@pytest.mark.parametrize("twice", [copy.copy, copy.deepcopy, pickle.dumps])
def test_it_cannot_be_copied(twice: Callable[[Epoll], object]) -> None:
    """Two owners would close one number twice, the second time a stranger."""
    with Epoll() as ep:
        with pytest.raises(TypeError, match="cannot pickle 'Epoll' object"):
            twice(ep)
        assert ep.poll(0) == []


def test_a_closed_object_says_so() -> None:
    """Every method raises ValueError, as in CPython (O11)."""
    ep = Epoll()
    ep.close()
    ep.close()
    assert ep.closed
    for call in (
        ep.fileno,
        ep.poll,
        lambda: ep.register(0, EPOLLIN),
        lambda: ep.modify(0, EPOLLIN),
        lambda: ep.unregister(0),
        ep.__enter__,
    ):
        with pytest.raises(ValueError, match="closed epoll object"):
            call()


def test_the_last_reference_closes_the_descriptor() -> None:
    """A forgotten object does not leak its descriptor."""
    ep = Epoll()
    epfd = ep.fileno()
    del ep
    gc.collect()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(epfd)


def test_fromfd_shares_the_descriptor() -> None:
    """Whoever closes first closes for both (O10)."""
    first = Epoll()
    second = Epoll.fromfd(first.fileno())
    assert second.fileno() == first.fileno()
    second.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        first.poll(0)
    with pytest.raises(OSError, match="Bad file descriptor"):
        first.close()
