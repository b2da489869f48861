"""A trace, with the two lists after each step.

Under the line of a call stands one for each epoll, such as
``ep: interest [a EPOLLIN|EPOLLET]  ready [a EPOLLIN]``.

A line that begins with ``!`` is a difference: between the two kernels, or
between the script and what is so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from epollref.model.scripts.blocked import Woken
from epollref.model.scripts.play import Play, Step, same
from epollref.model.scripts.runner import Played
from epollref.model.scripts.snapshot import Entry, Lists
from epollref.trace.items import Begun, Resumed
from epollref.trace.notation import Notation
from epollref.trace.words import EVENTS

RACED: Final = "? several threads ran: from here on, another order is as good"


def trace_lines(
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
    raced = False
    for steps in zip(*(play.steps for play in plays), strict=True):
        first, *others = steps
        yield from _step(first, notation, lists)
        if first.raced and not raced:
            raced = True
            yield RACED
        for play, step in zip(plays[1:], others, strict=True):
            if not raced and not same(first, step):
                yield f"! {play.where}:"
                yield from (f"! {line}" for line in _step(step, notation, True))


def differences(plays: Sequence[Play]) -> int:
    """Count the steps on which kernels differ, or a claim does not hold.

    From a race on nothing is compared: there are several right outcomes.
    """
    return sum(
        any(step.played.wrong for step in steps)
        or not all(same(steps[0], step) for step in steps[1:])
        for steps in zip(*(play.steps for play in plays), strict=True)
        if not steps[0].raced
    )


def agreement(play: Play) -> str:
    """Say of a play that the other kernel did the same.

    From a race on nothing is compared, and so nothing is said.
    """
    compared = sum(not step.raced for step in play.steps)
    return f"model and Linux agree on {compared} steps"


def _step(step: Step, notation: Notation, with_lists: bool) -> Iterator[str]:
    played = step.played
    if played.asleep:
        yield _begun(played, notation)
    else:
        yield notation.line(played.call)
    for woken, _ in played.woken:
        yield _resumed(woken, notation)
    if step.played.wrong:
        yield f"! {step.played.wrong}"
    if with_lists:
        yield from map(_lists, step.lists)


def _begun(played: Played, notation: Notation) -> str:
    """Return a wait that sleeps, with all its arguments."""
    text = played.call.arguments(notation).replace("[]", "...", 1)
    begun = Begun(played.call.name, text, pid=played.asleep)
    return replace(notation, pid="brackets").line(begun)


def _resumed(woken: Woken, notation: Notation) -> str:
    call = woken.call
    _, _, text = call.arguments(notation).partition(", ")
    back = Resumed(
        name=call.name, args=text, pid=woken.thread, result=call.result
    )
    return replace(notation, pid="brackets").line(back)


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
