"""A whole script on the model, on Linux, or on both."""

from dataclasses import dataclass

from epollref.model.calibrate import measure
from epollref.model.conformance.host import HostKernel
from epollref.model.kernel import ModelKernel
from epollref.model.profile import Profile
from epollref.model.scripts.looking import (
    Lists,
    look,
    ready_by_waiting,
    ready_of_model,
)
from epollref.model.scripts.reading import Script
from epollref.model.scripts.stage import Played, Stage


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


def play_on_model(script: Script, profile: Profile | None = None) -> Play:
    """Play a script on the model.

    Args:
        script: The script.
        profile: Of which machine; of this one if left out.

    Raises:
        ScriptError: A line cannot be understood.
    """
    model = ModelKernel(profile or measure())
    stage = Stage(model)
    ready = ready_of_model(stage, model)
    steps = [
        Step(stage.play(line), look(stage, ready), model.raced)
        for line in script.lines
    ]
    return Play("model", tuple(steps))


def play_on_linux(script: Script) -> Play:
    """Play a script on the running kernel.

    Args:
        script: The script.

    Raises:
        ScriptError: A line cannot be understood.
        OSError: EMFILE: no descriptor is left.
    """
    profile = measure()
    steps = []
    with HostKernel(profile) as host:
        stage = Stage(host)
        for count, line in enumerate(script.lines, start=1):
            played = stage.play(line)
            lists = look(stage, lambda _: ())
            steps.append(Step(played, _with_ready(script, count, lists)))
    return Play("linux", tuple(steps))


def _with_ready(
    script: Script, count: int, lists: tuple[Lists, ...]
) -> tuple[Lists, ...]:
    """Find the ready lists after some lines, each from a copy of its own.

    A wait on one epoll can change the list of another that watches it.
    """
    found = []
    for place, each in enumerate(lists):
        with HostKernel(measure()) as copy:
            stage = Stage(copy)
            for line in script.lines[:count]:
                stage.play(line)
            ready = ready_by_waiting(stage)(stage.epolls[place])
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
    return [(e.interest, e.due) for e in one.lists] == [
        (e.interest, e.due) for e in other.lists
    ]
