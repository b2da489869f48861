"""A whole script on the model, on Linux, or on both."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from epollref.model.host.block import most_free
from epollref.model.host.calibrate import measure
from epollref.model.host.kernel import HostKernel
from epollref.model.kernel import ModelKernel
from epollref.model.profile import Profile
from epollref.model.scripts.parser import Script, ScriptError, ScriptLine
from epollref.model.scripts.runner import Played, Runner
from epollref.model.scripts.snapshot import (
    Lists,
    ready_by_waiting,
    ready_of_model,
    snapshot,
)

MOST_LISTED: Final = 300
"""Calls of a script whose ready lists are found out on Linux."""
ShownProgress = Callable[[Sequence[ScriptLine]], Iterable[ScriptLine]]


@dataclass(frozen=True, slots=True)
class Step:
    """A line that was played, and the lists after it."""

    played: Played
    lists: tuple[Lists, ...]
    raced: bool = False
    """Whether, by this step, a call could have had another outcome: which of
    several threads ran first.  The model knows; Linux does not say."""


@dataclass(frozen=True, slots=True)
class Play:
    """A script that was played on one kernel."""

    where: str
    """``model`` or ``linux``."""
    steps: tuple[Step, ...]


def play_on_model(
    script: Script, profile: Profile | None = None, lists: bool = True
) -> Play:
    """Play a script on the model.

    Args:
        script: The script.
        profile: Of which machine; of this one if left out.
        lists: Whether to look at the lists.

    Raises:
        ScriptError: A line cannot be understood.
    """
    model = ModelKernel(profile or measure())
    runner = Runner(model)
    ready = ready_of_model(runner, model)
    steps = []
    for line in script.lines:
        played = runner.play(line)
        found = snapshot(runner, ready) if lists else ()
        steps.append(Step(played, found, model.raced))
    return Play("model", tuple(steps))


def play_on_linux(
    script: Script, lists: bool = True, progress: ShownProgress = iter
) -> Play:
    """Play a script on the running kernel.

    Args:
        script: The script.
        lists: Whether to look at the lists.  The script is played afresh
            for each step then.
        progress: Goes through the lines, and may tell how far it is.

    Raises:
        ScriptError: A line cannot be understood, or there are too many.
        OSError: EMFILE: no descriptor is left.
    """
    if lists and len(script.lines) > MOST_LISTED:
        raise ScriptError(
            script.lines[MOST_LISTED].number,
            f"more than {MOST_LISTED} calls: too many to look at the ready "
            "list of Linux after each; play it without lists (--no-lists)",
        )
    steps = []
    room = _room(script, lists)
    asleep: dict[int, ScriptLine] = {}
    with HostKernel(measure(), room) as host:
        runner = Runner(host)
        for count, line in enumerate(progress(script.lines), start=1):
            played = runner.play(line)
            if played.asleep:
                asleep[played.asleep] = line
            for woken, _ in played.woken:
                asleep.pop(woken.thread, None)
            found = snapshot(runner, lambda _: ()) if lists else ()
            lines, awake = script.lines[:count], tuple(asleep.values())
            ready = _with_ready(lines, awake, found, room)
            steps.append(Step(played, ready))
    return Play("linux", tuple(steps))


def _room(script: Script, lists: bool) -> int:
    """Return how many descriptors a script may have at once.

    A call makes two at most.  With lists two kernels play at a time, and if
    waits sleep each needs a second block, for its threads.
    """
    sleeps = any(_has_no_end(line) for line in script.lines)
    blocks = (1 + lists) * (1 + sleeps)
    return max(1, min(2 * len(script.lines), most_free() // blocks))


def _has_no_end(line: ScriptLine) -> bool:
    """Say whether a line is a wait with a negative time-out."""
    _, _, timeout = line.args.rpartition(",")
    return line.name == "epoll_wait" and timeout.strip().startswith("-")


def _with_ready(
    lines: Sequence[ScriptLine],
    asleep: Sequence[ScriptLine],
    lists: tuple[Lists, ...],
    room: int,
) -> tuple[Lists, ...]:
    """Find the ready lists after some lines, each from a copy of its own.

    A wait on one epoll can change the list of another that watches it.  A
    wait that sleeps to the end has found nothing and taken nothing, so it
    needs no thread in the copy: it looks, and goes on.
    """
    found = []
    for place, each in enumerate(lists):
        with HostKernel(measure(), room) as copy:
            runner = Runner(copy)
            for line in lines:
                runner.play(line, awake=line in asleep)
            ready = ready_by_waiting(runner)(runner.epolls[place])
        found.append(Lists(each.epoll, each.interest, ready))
    return tuple(found)


def same(one: Step, other: Step) -> bool:
    """Say whether two kernels agree on a step.

    Stale entries are not compared: no call can see them before a wait drops
    them.
    """
    if one.played.outcome != other.played.outcome:
        return False
    if one.played.woken != other.played.woken:
        return False
    if not (one.lists and other.lists):
        return True
    return _compared(one) == _compared(other)


def _compared(step: Step) -> list[tuple[list[tuple[int, int]], ...]]:
    """Return what both kernels tell of each list.

    Names are ours: two watches may have the same data word.
    """
    return [
        tuple(
            [(entry.events, entry.data) for entry in entries]
            for entries in (lists.interest, lists.due)
        )
        for lists in step.lists
    ]
