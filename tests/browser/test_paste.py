"""What the buttons of console sessions copy does what the page shows.

All sessions of a page are pasted into one interactive shell, from the
top, each as a whole: nothing waits for a program but what is pasted.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.browser.prompt import Prompt
from tests.browser.source import ROOT
from tests.proof.samples.console import environment, matches
from tests.proof.samples.edits import compared
from tests.proof.samples.fences import Fence, fences
from tests.proof.samples.ports import Ports
from tests.proof.samples.rules import expanded
from tests.proof.samples.tools import named_in, require
from tests.proof.samples.typed import steps, trimmed

pytestmark = pytest.mark.browser

JOB = re.compile(
    r"(?:^\n)?\[\d+\](?:[ ]\d+|[ +-] +(?:Done|Exit|Stopped|Terminated)\b.*)$",
    re.MULTILINE,
)
"""What an interactive shell says of a job; an empty line may go before."""


def sessions(page: Path) -> list[Fence]:
    """The console fences of a page, those of its rules among them."""
    found = fences(expanded(ROOT, page.read_text("utf-8")))
    return [fence for fence in found if fence.language == "console"]


PAGES = [
    path.relative_to(ROOT).as_posix()
    for path in sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md"])
    if sessions(path)
]


def settled(text: str, early: Counter[str]) -> list[str]:
    """Lines without what the shell says of its jobs, and what they say.

    Args:
        text: the output of a session.
        early: what programs in the background print, at some time, and
            what the shell repeats of a command of several lines.
    """
    left = early.copy()
    found = []
    for line in JOB.sub("\0", text).split("\n"):
        if left[line]:
            left[line] -= 1
        elif line != "\0":
            found.append(line.removesuffix("\0"))
    return trimmed(found)


def difference(fence: Fence, printed: str) -> str:
    """How an output differs from what the page shows; empty if it holds."""
    shown, early = [], Counter[str]()
    for step in steps(fence.lines):
        shown += step.expected
        if step.command.endswith(" &"):
            early.update(step.expected)
            early.update(step.command.removesuffix(" &").split("\n")[1:])
    wanted = settled("\n".join(shown), early)
    got = settled(printed.replace("\r", ""), early)
    asked = fence.options.get("normalise", "").split()
    return "" if matches(wanted, got, asked) else compared(wanted, got)


@pytest.mark.parametrize("name", PAGES)
def test_pasted_sessions_do_what_the_page_shows(
    name: str, tmp_path: Path
) -> None:
    """In the order of the page, in one shell, in a copy of snippets/."""
    found = sessions(ROOT / name)
    require({"bash", "setsid"} | named_in("\n".join(f.source for f in found)))
    folder = shutil.copytree(ROOT / "snippets", tmp_path / "snippets")
    faults = []
    with Ports() as ports, Prompt(folder, environment(ROOT, folder)) as prompt:
        for fence in found:
            commands = "\n".join(step.command for step in steps(fence.lines))
            printed = ports.show(prompt.paste(ports.hide(commands)))
            fault = difference(fence, printed)
            said = filter(None, [fault, *prompt.left()])
            faults += [f"{name}:{fence.line}: {each}" for each in said]
    assert not faults, "\n".join(faults)
