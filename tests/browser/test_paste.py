"""What the buttons of console sessions copy does what the page shows.

All sessions of a page are pasted into one interactive shell, from the
top, each as a whole: nothing waits for a program but what is pasted.

Once more with servers that are slow (see `slow.c`): a session may not
rest on what a program has done meanwhile, without a line that waits for
it. `make test` slows all calls down, `make long` each kind in turn.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from tests.browser.prompt import Prompt
from tests.proof.project import ROOT
from tests.proof.samples.console import environment, matches
from tests.proof.samples.edits import compared
from tests.proof.samples.fences import Fence, fences
from tests.proof.samples.ports import Ports
from tests.proof.samples.rules import expanded
from tests.proof.samples.tools import named_in, require
from tests.proof.samples.typed import steps, trimmed
from tests.proof.volume import LONG

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
IN_THE_BACKGROUND = [
    name
    for name in PAGES
    if any(
        step.command.endswith(" &")
        for fence in sessions(ROOT / name)
        for step in steps(fence.lines)
    )
]
KINDS = ("send,write", "recv,read", "epoll_wait", "epoll_ctl", "accept4")
SLOWED = KINDS if LONG else (",".join(KINDS),)


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


def pasted(name: str, folder: Path, extra: Mapping[str, str]) -> list[str]:
    """Paste the sessions of a page into one shell.

    Args:
        name: the page.
        folder: an empty one; a copy of snippets/ is made in it.
        extra: what the programs find in their environment.

    Returns:
        What differs from the page.
    """
    found = sessions(ROOT / name)
    require({"bash", "setsid"} | named_in("\n".join(f.source for f in found)))
    folder = shutil.copytree(ROOT / "snippets", folder / "snippets")
    seen = {**environment(ROOT, folder), **extra}
    faults = []
    with Ports() as ports, Prompt(folder, seen) as prompt:
        for fence in found:
            commands = "\n".join(step.command for step in steps(fence.lines))
            printed = ports.show(prompt.paste(ports.hide(commands)))
            fault = difference(fence, printed)
            said = filter(None, [fault, *prompt.left()])
            faults += [f"{name}:{fence.line}: {each}" for each in said]
    return faults


@pytest.mark.parametrize("name", PAGES)
def test_pasted_sessions_do_what_the_page_shows(
    name: str, tmp_path: Path
) -> None:
    """In the order of the page, in one shell, in a copy of snippets/."""
    faults = pasted(name, tmp_path, {})
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", PAGES)
def test_a_session_waits_until_a_program_is_stopped(name: str) -> None:
    """kill(2) returns before that: a wait may end with half of a batch."""
    for fence in sessions(ROOT / name):
        commands = [step.command for step in steps(fence.lines)]
        for command, then in pairwise([*commands, ""]):
            if command.startswith("kill -STOP"):
                assert then.startswith("until grep -q"), f"{name}: {command}"


@pytest.fixture(scope="session")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that makes programs with an epoll slow."""
    require({"cc"})
    library = tmp_path_factory.mktemp("slow") / "slow.so"
    source = Path(__file__).with_name("slow.c")
    flags = ("-std=gnu17", "-O2", "-Wall", "-Wextra", "-Werror")
    shared = ("-shared", "-fPIC")
    subprocess.run(["cc", *flags, *shared, "-o", library, source], check=True)
    return library


@pytest.mark.parametrize("calls", SLOWED)
@pytest.mark.parametrize("name", IN_THE_BACKGROUND)
def test_a_pasted_session_waits_for_what_it_needs(
    name: str, calls: str, slow: Path, tmp_path: Path
) -> None:
    """Programs in the background are slow, and the page is right."""
    extra = {
        "ASAN_OPTIONS": "verify_asan_link_order=0",
        "LD_PRELOAD": str(slow),
        "SLOW": calls,
        "SLOW_MS": "50",
    }
    faults = pasted(name, tmp_path, extra)
    assert not faults, "\n".join(faults)
