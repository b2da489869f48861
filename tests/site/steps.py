"""The steps that a two-list figure shows: what was called, what changed.

A figure is a story of system calls.  After each call it says what the
interest list and the ready list hold, and what epoll_wait returned.
This module is the value that the story is made of, and the reader of
its YAML form.  Two consumers share it: `figures_lists` draws a story,
`replay` runs it on the kernel.  A story can as well be built by a
program; the drawing does not care where the steps come from.

    title: A level-triggered descriptor is reported until it is drained
    setup:
      - socketpair([a, b])
      - epoll_create1(EPOLL_CLOEXEC) = ep
    steps:
      - call: epoll_ctl(ep, EPOLL_CTL_ADD, a, EPOLLIN)
        interest: [a IN]
      - call: write(b, 10)
        ready: [a]
      - call: epoll_wait(ep, 8, 0)
        returns: [a IN]
        note: Level-triggered, so a goes back to the tail.

`interest` and `ready` stand until a later step changes them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import yaml

State = Literal["armed", "disarmed", "stale"]

SLEEPS = "sleeps"
"""What a wait `returns` when it would block: nothing is ready."""

_CALL = re.compile(r"(?P<name>\w+)\((?P<args>.*)\)(?:\s*=\s*(?P<result>\S+))?")
_ENTRY = re.compile(
    r"(?P<name>\w+)(?:\s+(?P<mask>[A-Z0|]+))?"
    r"(?:\s+(?P<state>armed|disarmed|stale))?"
)
_FIGURE_KEYS = {"title", "setup", "steps"}
_STEP_KEYS = {"call", "interest", "ready", "returns", "note"}


class StoryError(ValueError):
    """The YAML of a figure does not tell a story."""


@dataclass(frozen=True)
class Call:
    """One system call, as strace would write it, with names for numbers.

    Attributes:
        name: The system call, or one of the vocabulary of `replay`.
        args: Its arguments, as written.
        result: What stands behind ` = `: a new name, a count or an
            errno; empty if the story makes no claim.
    """

    name: str
    args: tuple[str, ...]
    result: str = ""

    def __str__(self) -> str:
        text = f"{self.name}({', '.join(self.args)})"
        return f"{text} = {self.result}" if self.result else text


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
        call: What the program, or its peer, called.
        interest: The interest list afterwards.
        ready: The ready list afterwards, head first.
        returns: The records of a wait; None if it is no wait.
        sleeps: Whether the wait would block.
        note: One sentence for the reader, in Markdown's plain words.
    """

    call: Call
    interest: tuple[Entry, ...] = ()
    ready: tuple[Entry, ...] = ()
    returns: tuple[Entry, ...] | None = None
    sleeps: bool = False
    note: str = ""


@dataclass(frozen=True)
class Story:
    """A figure: a title, calls that prepare it, and the steps it draws."""

    title: str
    setup: tuple[Call, ...]
    steps: tuple[Step, ...]


def parse_call(text: str) -> Call:
    """Read one call: `read(a, 2) = 2`.

    Raises:
        StoryError: The text has another shape.
    """
    match = _CALL.fullmatch(text.strip())
    if match is None:
        raise StoryError(f"not a call: {text!r}")
    args = tuple(part.strip() for part in match["args"].split(",") if part)
    return Call(match["name"], args, match["result"] or "")


def parse_entry(text: object) -> Entry:
    """Read one entry: `a`, `a IN|ET` or `a ONESHOT disarmed`.

    Raises:
        StoryError: The text has another shape.
    """
    match = _ENTRY.fullmatch(str(text).strip())
    if match is None:
        raise StoryError(f"not an entry: {text!r}")
    mask = "|".join(
        bit.removeprefix("EPOLL") for bit in (match["mask"] or "").split("|")
    )
    state: State = "armed"
    if match["state"] == "disarmed":
        state = "disarmed"
    elif match["state"] == "stale":
        state = "stale"
    return Entry(match["name"], mask, state)


def parse_story(text: str) -> Story:
    """Read the YAML of one figure.

    Raises:
        StoryError: It is not YAML, or not a story; says what and where.
    """
    try:
        figure = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise StoryError(f"not YAML: {error}") from error
    if not isinstance(figure, dict):
        raise StoryError("a figure is a mapping with title and steps")
    _only(figure, _FIGURE_KEYS)
    title = figure.get("title")
    raw_steps = figure.get("steps")
    if not isinstance(title, str) or not isinstance(raw_steps, list):
        raise StoryError("a figure needs a title and steps")
    setup = tuple(parse_call(str(line)) for line in figure.get("setup", ()))
    steps: list[Step] = []
    for number, raw in enumerate(raw_steps, start=1):
        try:
            steps.append(_parse_step(raw, steps[-1] if steps else None))
        except StoryError as error:
            raise StoryError(f"step {number}: {error}") from error
    return Story(title, setup, tuple(steps))


def _parse_step(raw: object, before: Step | None) -> Step:
    if not isinstance(raw, dict) or "call" not in raw:
        raise StoryError("a step is a mapping with a call")
    _only(raw, _STEP_KEYS)
    call = parse_call(str(raw["call"]))
    returned = raw.get("returns")
    sleeps = returned == SLEEPS
    returns: tuple[Entry, ...] | None = None
    if call.name == "epoll_wait":
        returns = () if sleeps else _entries(returned)
    elif returned is not None:
        raise StoryError("only epoll_wait returns a list; write = after a call")
    interest = before.interest if before else ()
    ready = before.ready if before else ()
    return Step(
        call=call,
        interest=_entries(raw["interest"]) if "interest" in raw else interest,
        ready=_entries(raw["ready"]) if "ready" in raw else ready,
        returns=returns,
        sleeps=sleeps,
        note=str(raw.get("note", "")),
    )


def _entries(raw: object) -> tuple[Entry, ...]:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise StoryError(f"not a list of entries: {raw!r}")
    return tuple(parse_entry(item) for item in raw)


def _only(mapping: Mapping[object, object], known: set[str]) -> None:
    unknown = sorted(str(key) for key in mapping if key not in known)
    if unknown:
        raise StoryError(f"unknown key: {', '.join(unknown)}")
