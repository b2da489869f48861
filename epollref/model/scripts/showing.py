"""A trace, with the two lists after each step.

    write(5<b>, "hello", 5)                 = 5
      ep: interest [a EPOLLIN|EPOLLET]  ready [a EPOLLIN]

A line that begins with ``!`` is a difference: between the two kernels, or
between the script and what is so.
"""

from collections.abc import Iterator, Sequence

from epollref.model.scripts.looking import Entry, Lists
from epollref.model.scripts.playing import Play, Step, same
from epollref.trace.notation import Notation
from epollref.trace.notation_words import EVENTS


def trace(
    plays: Sequence[Play], notation: Notation, lists: bool = True
) -> Iterator[str]:
    """Write down one play, or two of the same script.

    Args:
        plays: One, or two; the second is shown only where it differs.
        notation: How lines are written.
        lists: Whether the two lists follow each step.

    Yields:
        The lines.
    """
    for steps in zip(*(play.steps for play in plays), strict=True):
        first, *others = steps
        yield from _step(first, notation, lists)
        for play, step in zip(plays[1:], others, strict=True):
            if not same(first, step):
                yield f"! {play.where}:"
                yield from (f"! {line}" for line in _step(step, notation, True))


def differences(plays: Sequence[Play]) -> int:
    """Count the steps on which kernels differ, or a claim does not hold."""
    return sum(
        any(step.played.wrong for step in steps)
        or not all(same(steps[0], step) for step in steps[1:])
        for steps in zip(*(play.steps for play in plays), strict=True)
    )


def _step(step: Step, notation: Notation, with_lists: bool) -> Iterator[str]:
    yield notation.line(step.played.call)
    if step.played.wrong:
        yield f"! {step.played.wrong}"
    if with_lists:
        yield from map(_lists, step.lists)


def _lists(lists: Lists) -> str:
    interest = ", ".join(
        f"{e.name} disarmed" if e.off else _entry(e) for e in lists.interest
    )
    ready = ", ".join(
        f"{e.name} stale" if e.off else _entry(e) for e in lists.ready
    )
    return f"  {lists.epoll}: interest [{interest}]  ready [{ready}]"


def _entry(entry: Entry) -> str:
    return f"{entry.name} {EVENTS.text(entry.events)}"
