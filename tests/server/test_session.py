"""A conversation is tested with bytes alone."""

import itertools
from collections.abc import Iterator

import pytest

from epollref.server.limits import HIGH_WATER
from epollref.server.session import (
    Discard,
    EchoSession,
    SessionFactory,
)

WORD = b"echo it"


def splits(size: int) -> Iterator[list[int]]:
    """Yield every way to write ``size`` as a sum of counts from 1."""
    for cuts in itertools.product((False, True), repeat=size - 1):
        places = [0, *(i + 1 for i, cut in enumerate(cuts) if cut), size]
        yield [b - a for a, b in itertools.pairwise(places)]


def test_every_split_of_sent_gives_back_the_same_bytes() -> None:
    """Whatever counts the kernel takes, the peer gets what it sent."""
    for split in splits(len(WORD)):
        session = EchoSession()
        session.receive(WORD)
        got = b""
        for n in split:
            got += bytes(session.owed)[:n]
            session.sent(n)
        assert got == WORD
        assert not session.wants_output


def test_bytes_that_come_one_by_one_are_owed_as_one() -> None:
    """Input byte by byte, output in every split, with and without gaps."""
    for split in splits(len(WORD)):
        session = EchoSession()
        incoming = iter(WORD)
        got = b""
        for n in split:
            for byte in itertools.islice(incoming, n):
                session.receive(bytes([byte]))
            # One byte stays behind each time, for the next to join it.
            n = max(1, n - 1)
            got += bytes(session.owed)[:n]
            session.sent(n)
        while session.wants_output:
            got += bytes(session.owed)
            session.sent(len(session.owed))
        assert got == WORD


def test_what_is_owed_alone_is_not_copied() -> None:
    """The common case hands on the very bytes that were read."""
    session = EchoSession()
    session.receive(WORD)
    assert session.owed is WORD


def test_a_new_session_wants_input_and_nothing_else() -> None:
    """What is a session before its first byte?"""
    session = EchoSession()
    assert session.wants_input
    assert not session.wants_output
    assert not session.finished
    assert not session.owed


def test_it_stops_wanting_input_above_the_high_water_mark() -> None:
    """64 KiB owed is allowed, one byte more is not."""
    full, over = EchoSession(), EchoSession()
    full.receive(bytes(HIGH_WATER))
    over.receive(bytes(HIGH_WATER))
    over.receive(b"!")
    assert full.wants_input
    assert not over.wants_input


def test_it_wants_input_again_when_all_is_written() -> None:
    """One byte owed still holds the peer back; none does not."""
    session = EchoSession()
    session.receive(bytes(HIGH_WATER + 1))
    wishes = []
    for n in (1, HIGH_WATER - 1, 1):
        session.sent(n)
        wishes.append(session.wants_input)
    assert wishes == [False, False, True]


def test_the_end_is_no_reason_to_forget_what_is_owed() -> None:
    """A half-close is answered in full, and finished only then."""
    session = EchoSession()
    session.receive(WORD)
    session.receive(b"")
    assert bytes(session.owed) == WORD
    before = session.finished
    session.sent(len(WORD))
    assert (before, session.finished) == (False, True)
    assert not session.wants_input


def test_an_end_without_a_word_finishes_at_once() -> None:
    """A peer that connects and leaves is owed nothing."""
    session = EchoSession()
    session.receive(b"")
    assert session.finished
    assert not session.wants_input


def test_what_is_discarded_leaves_no_trace() -> None:
    """After the last word, what comes is read and thrown away."""
    discard = Discard()
    discard.receive(WORD)
    discard.sent(0)
    assert discard.wants_input
    assert not discard.wants_output
    assert not discard.finished


@pytest.mark.parametrize("kind", [EchoSession, Discard])
def test_these_are_sessions(kind: SessionFactory) -> None:
    """The protocol is all that the server knows."""
    session = kind()
    assert session.wants_input
    assert bytes(session.owed) == b""
