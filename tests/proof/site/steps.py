"""The steps that a two-list figure shows: what was called, what changed.

A figure is a script (`epollref.model.scripts`), played on the model when the
site is built.  Nothing of what it shows is written by hand but the calls and
the sentences: both lists and what a wait returned are the model's.
`test_figures` plays every figure on the running kernel too.

    # A level-triggered descriptor is reported until it is drained

    socketpair([a, b])
    epoll_create1(EPOLL_CLOEXEC) = ep
    epoll_ctl(ep, EPOLL_CTL_ADD, a, EPOLLIN)

    write(b, 10) = 10
    # Reported, and back on the ready list.
    epoll_wait(ep, 8, 0)

The first paragraph is drawn as a line of preparations, the rest as steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from epollref.model.scripts import play_on_model, read_script
from epollref.model.scripts.play import Step as PlayedStep
from epollref.model.scripts.runner import Records
from epollref.model.scripts.snapshot import Entry as Watch
from tests.proof.site.masks import short

State = Literal["armed", "disarmed", "stale"]


class StoryError(ValueError):
    """A script that makes no figure."""


@dataclass(frozen=True)
class Entry:
    """One descriptor in a list, or one record that a wait returned.

    Attributes:
        name: The name that the story gives the descriptor.
        mask: Event bits without their EPOLL prefix: `IN|ET`.
        state: In the interest list `disarmed` after a one-shot event;
            in the ready list `stale` if the next wait will drop it.
    """

    name: str
    mask: str = ""
    state: State = "armed"


@dataclass(frozen=True)
class Step:
    """One call and the two lists after it.

    Attributes:
        call: What the program, or its peer, called, as written.
        interest: The interest list afterwards.
        ready: The ready list afterwards, head first.
        returns: The records of a wait; None if it is no wait.
        sleeps: The number of the thread that sleeps in it, or 0.
        woken: The threads that slept until this call, and what they got.
        note: One sentence for the reader, in Markdown's plain words.
    """

    call: str
    interest: tuple[Entry, ...] = ()
    ready: tuple[Entry, ...] = ()
    returns: tuple[Entry, ...] | None = None
    note: str = ""
    sleeps: int = 0
    woken: tuple[tuple[int, tuple[Entry, ...]], ...] = ()


@dataclass(frozen=True)
class Story:
    """A figure: a title, calls that prepare it, and the steps it draws."""

    title: str
    setup: tuple[str, ...]
    steps: tuple[Step, ...]
    interest: tuple[Entry, ...]
    """The interest list before the first step."""
    ready: tuple[Entry, ...]

    @property
    def threads(self) -> int:
        """How many threads sleep in it at one time or another."""
        return max(step.sleeps for step in self.steps)


def tell(text: str) -> Story:
    """Play a figure's script on the model.

    Args:
        text: The script.

    Raises:
        ScriptError: A line cannot be understood.
        StoryError: It has no title, no setup, or not one epoll; or a claim
            of it does not hold.
    """
    script = read_script(text)
    if not script.title:
        raise StoryError("a figure begins with its title: # ...")
    if not script.setup:
        raise StoryError("a figure has a paragraph that prepares it")
    played = play_on_model(script).steps
    for step in played:
        if step.played.wrong:
            number = step.played.line.number
            raise StoryError(f"line {number}: {step.played.wrong}")
        if len(step.lists) > 1:
            raise StoryError("a figure shows the lists of one epoll")
    count = len(script.setup)
    setup, steps = played[:count], played[count:]
    return Story(
        script.title,
        tuple(line.text for line in script.setup),
        tuple(map(_step, steps)),
        _interest(setup[-1]),
        _ready(setup[-1]),
    )


def _step(step: PlayedStep) -> Step:
    line, records = step.played.line, step.played.records
    return Step(
        call=line.text.replace(" <unfinished ...>", ")"),
        interest=_interest(step),
        ready=_ready(step),
        returns=None if records is None else _entries(records),
        note=line.note,
        sleeps=step.played.asleep,
        woken=tuple(
            (woken.thread, _entries(back)) for woken, back in step.played.woken
        ),
    )


def _entries(records: Records) -> tuple[Entry, ...]:
    return tuple(Entry(name, short(mask)) for name, mask in records)


def _interest(step: PlayedStep) -> tuple[Entry, ...]:
    """Return the interest list in the order of the numbers."""
    if not step.lists:
        return ()
    return tuple(map(_watch, step.lists[0].interest))


def _ready(step: PlayedStep) -> tuple[Entry, ...]:
    if not step.lists:
        return ()
    return tuple(
        Entry(e.name, state="stale" if e.off else "armed")
        for e in step.lists[0].ready
    )


def _watch(entry: Watch) -> Entry:
    state: State = "disarmed" if entry.off else "armed"
    return Entry(entry.name, short(entry.events), state)
