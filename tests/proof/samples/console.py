"""Console fences: commands and what they print.

A session (see `typed`) has a shell of its own and a scratch copy of
snippets/, so it can compile there. It holds when

- each command prints what the page shows (see `normalise`); one line
  ``...`` a session may stand for lines left out, never the last one;
- each command succeeds, or the next one is ``echo $?`` and shows its
  status;
- nothing runs on at the end, and no descriptor of the shell is open: the
  next session of the page is typed into the same shell.

A command that leaves a program in the background (``&``) is given time
to print what the page shows before the next one is typed: that is how a
session waits for ``READY 7000``. Before every command the session waits
until the programs in the background rest (see `quiet`), as a reader does
who types it.
"""

import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.proof.samples.edits import compared
from tests.proof.samples.fences import Fence
from tests.proof.samples.normalise import normalised
from tests.proof.samples.ports import Ports
from tests.proof.samples.session import Session, SessionError
from tests.proof.samples.typed import ELLIPSIS, Step, steps, trimmed

HOME = "/home/you"
LATE = 10.0
FIRST = 3.0
QUIET = 0.7


class ConsoleError(Exception):
    """A session that does not hold; the text says where and how."""


def play(fence: Fence, root: Path, scratch: Path, record: bool) -> str:
    """Run the session of a fence.

    Args:
        fence: the console fence.
        root: the project; its snippets/ are copied.
        scratch: an empty folder.
        record: take the outputs as they come.

    Returns:
        The body that the fence has to have: the old one where the old
        one holds.

    Raises:
        ConsoleError: the session does not hold.
        StepsError: the fence holds no session.
    """
    asked = fence.options.get("normalise", "").split()
    found = steps(fence.lines)
    try:
        normalised("", asked)
    except ValueError as error:
        raise ConsoleError(str(error)) from None
    folder = scratch / "snippets"
    if (root / "snippets").is_dir():
        shutil.copytree(root / "snippets", folder)
    else:
        folder.mkdir()
    run = _Run(folder, asked, record)
    with (
        Ports() as run.ports,
        Session(folder, scratch / "commands", environment(root, folder)) as (
            run.session
        ),
    ):
        try:
            run.all(found)
        except SessionError as error:
            raise ConsoleError(run.readable(str(error))) from None
    return "".join(
        f"{line}\n" for step in found for line in step.shown + step.expected
    )


def environment(root: Path, folder: Path) -> dict[str, str]:
    """What the programs of a session see, and nothing else.

    Args:
        root: the project.
        folder: the copy of snippets/ in which the session runs.
    """
    programs = Path(sys.executable).parent
    return {
        "DEBUGINFOD_URLS": "",
        "HOME": str(folder.parent),
        "LC_ALL": "C.UTF-8",
        "PAGER": "cat",
        "PATH": f"{programs}:{os.environ.get('PATH', os.defpath)}:/usr/sbin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(root),
        "TERM": "dumb",
    }


class _Run:
    """One run of a session."""

    session: Session
    ports: Ports

    def __init__(
        self, folder: Path, asked: Sequence[str], record: bool
    ) -> None:
        self._folder = folder
        self._asked = asked
        self._record = record

    def all(self, found: Sequence[Step]) -> None:
        """Run every command, then demand that nothing runs on."""
        for number, step in enumerate(found):
            following = found[number + 1 :]
            told = following and following[0].command.startswith("echo $?")
            status = self._one(step)
            if status and not told:
                raise ConsoleError(
                    f"$ {step.command}\nends with status {status}: "
                    f"show it by `echo $?`\n{self._text(step)}"
                )
            self._compare(step)
        self._end(found)

    def readable(self, text: str) -> str:
        """Output with the page's ports and folder in it."""
        home = str(self._folder.parent)
        return self.ports.show(text).replace(home, HOME)

    def _one(self, step: Step) -> int:
        finished = self.session.run(self.ports.hide(step.command))
        self._print(step, finished.output)
        deadline = time.monotonic() + (FIRST if self._record else LATE)
        while self._unfinished(step) and time.monotonic() < deadline:
            alive = bool(self.session.running())
            late = self.session.hear(0.1)
            self._print(step, late)
            if late and self._record:
                deadline = time.monotonic() + QUIET
            if self._contradicted(step) or not (alive or late):
                break
        self.session.settle()
        return finished.status

    def _unfinished(self, step: Step) -> bool:
        background = step.command.rstrip().endswith("&")
        if self._record and background:
            return True
        return not self._holds(step)

    def _contradicted(self, step: Step) -> bool:
        """Whether no output to come can make the page right."""
        if self._record or ELLIPSIS in map(str.strip, step.expected):
            return False
        whole = step.printed[:-1]
        return not matches(step.expected[: len(whole)], whole, self._asked)

    def _print(self, step: Step, output: str) -> None:
        whole = "\n".join(step.printed) + self.readable(output)
        step.printed = whole.split("\n")

    def _text(self, step: Step) -> str:
        return "\n".join(trimmed(step.printed))

    def _holds(self, step: Step) -> bool:
        return matches(step.expected, trimmed(step.printed), self._asked)

    def _compare(self, step: Step) -> None:
        if self._holds(step):
            return
        if not self._record:
            difference = compared(step.expected, trimmed(step.printed))
            raise ConsoleError(f"$ {step.command}\n{difference}")
        step.expected = recorded(step.expected, trimmed(step.printed))

    def _end(self, found: Sequence[Step]) -> None:
        numbers = self.session.left_open()
        if numbers:
            close = " ".join(f"{number}>&-" for number in numbers)
            raise ConsoleError(f"still open at the end: exec {close}")
        left = self.session.finish()
        if left:
            names = "\n".join(left)
            raise ConsoleError(f"still running at the end:\n{names}")
        self._print(found[-1], self.session.hear(0))
        self._compare(found[-1])


def matches(
    expected: Sequence[str], printed: Sequence[str], asked: Sequence[str]
) -> bool:
    """Tell whether the output is what the page shows.

    Args:
        expected: the page's lines; one may be an ellipsis.
        printed: the output's lines.
        asked: further rules to compare by.
    """
    wanted = [normalised(line, asked) for line in expected]
    got = [normalised(line, asked) for line in printed]
    if ELLIPSIS not in wanted:
        return wanted == got
    head = wanted.index(ELLIPSIS)
    tail = len(wanted) - head - 1
    return (
        len(got) >= head + tail
        and got[:head] == wanted[:head]
        and got[len(got) - tail :] == wanted[head + 1 :]
    )


def recorded(expected: list[str], printed: list[str]) -> list[str]:
    """New output for a page, cut where the old one was cut."""
    short = [line.strip() for line in expected]
    if ELLIPSIS not in short:
        return printed
    head = short.index(ELLIPSIS)
    tail = len(short) - head - 1
    if len(printed) <= head + tail + 1:
        return printed
    return [
        *printed[:head],
        expected[head],
        *printed[len(printed) - tail :],
    ]
