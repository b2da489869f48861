"""Masks as figures spell them: `IN|ET`, without the EPOLL of each bit."""

from __future__ import annotations

from epollref.trace.words import EVENTS


def short(events: int) -> str:
    """Spell event bits: `IN|ET`; `0` for none."""
    return EVENTS.text(events).replace("EPOLL", "")


def bits(words: str) -> int:
    """Read event bits: `IN|ET`.

    Raises:
        ValueError: A word is no event.
    """
    if words == "0":
        return 0
    return EVENTS.value("|".join(f"EPOLL{word}" for word in words.split("|")))
