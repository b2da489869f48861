"""Compare the model with the kernel below, and print lines of JSON.

``python -m tests.proof.kernels.report STEPS SEED`` does it here, ``guest`` in a
booted kernel.  A line says how far it is, the last one what came of it.
They start with a word of their own, since a kernel prints to the same
console.
"""

import dataclasses
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

from epollref.model import measure
from epollref.model.verify.compare import Comparison, Disagreement

MARK = "epollref: "
EVERY = 1.0
"""Seconds between two lines about progress."""


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What one kernel has shown."""

    release: str
    """``uname -r``."""
    steps: int
    """Calls compared."""
    seed: int
    trace: str | None
    """The shortest script that differs, with both answers; None: agreed."""
    profile: dict[str, Any]
    """What was measured on that kernel, by the names of ``Profile``."""
    seconds: float


Message = int | Verdict
"""Calls compared so far, or the end."""


def compare(steps: int, seed: int) -> Iterator[Message]:
    """Compare the model with the running kernel.

    Args:
        steps: How many calls.
        seed: Where the random scripts start.

    Yields:
        How far it is, then the verdict.
    """
    start = time.monotonic()
    profile = measure()
    comparison = Comparison(profile, seed)
    trace = None
    for step in comparison.run(steps):
        if isinstance(step, Disagreement):
            trace = step.trace
        else:
            yield step
    yield Verdict(
        release=os.uname().release,
        steps=comparison.steps,
        seed=seed,
        trace=trace,
        profile=dataclasses.asdict(profile),
        seconds=round(time.monotonic() - start, 1),
    )


def line(message: Message) -> str:
    """Return the line that says it."""
    if isinstance(message, Verdict):
        return MARK + json.dumps({"verdict": dataclasses.asdict(message)})
    return MARK + json.dumps({"steps": message})


def parse(text: str) -> Message | None:
    """Read a line of a console.

    Args:
        text: The line; a kernel's own may stand before the mark.

    Returns:
        What it says; None if it is somebody else's, or torn.
    """
    _, mark, rest = text.partition(MARK)
    try:
        said = json.loads(rest) if mark else {}
        if "verdict" in said:
            return Verdict(**said["verdict"])
        steps = said.get("steps")
        return steps if isinstance(steps, int) else None
    except (AttributeError, TypeError, ValueError):
        return None


def report(steps: int, seed: int) -> None:
    """Compare, and print each line when it is due.

    Args:
        steps: How many calls.
        seed: Where the random scripts start.
    """
    due = 0.0
    for message in compare(steps, seed):
        if isinstance(message, Verdict) or time.monotonic() >= due:
            print(line(message), flush=True)
            due = time.monotonic() + EVERY


if __name__ == "__main__":
    report(*map(int, sys.argv[1:]))
