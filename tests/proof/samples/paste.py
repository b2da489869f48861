"""Pastes the sessions of a page into a real interpreter.

doctest compiles each example by itself, so it does not notice what a
prompt does: there a compound statement goes on until an empty line. What
is pasted here is what the reader copies, the code without prompts and
outputs. A ``...`` alone on its line is such an empty line.

The interpreter is ``python -i`` with its input from a pipe, the plain
prompt that each version has. (From 3.13 on a terminal gets another one,
which takes a paste as one input and shows the last value only.)
"""

import doctest
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.proof.samples.fences import fences

PROMPT, MORE = "\x1e", "\x1f"
STARTUP = f"import sys; sys.ps1, sys.ps2 = {PROMPT!r}, {MORE!r}\n"
TRACEBACK = "Traceback (most recent call last):"
ENTRY = re.compile(
    r"^(?P<indent> *)>>>(?: .*)?\n(?:(?P=indent)\.\.\.(?: .*)?\n)*",
    re.MULTILINE,
)
PATIENCE = 60
_CHECKER = doctest.OutputChecker()


@dataclass(frozen=True)
class Difference:
    """An example that did not do at the prompt what its page shows.

    Attributes:
        line: its line in the text.
        source: its code.
        shown: the output on the page.
        printed: the output at the prompt.
    """

    line: int
    source: str
    shown: str
    printed: str

    def __str__(self) -> str:
        return (
            f"line {self.line}:\n{self.source}shows\n{self.shown}"
            f"and pasted at the prompt\n{self.printed}"
        )


def copied(body: str) -> str:
    """What a reader has in hand after copying a session.

    Args:
        body: a session or a docstring, with prompts and outputs.

    Returns:
        Its code, as it is typed.
    """
    return "".join(
        f"{line[len(entry['indent']) + 4 :]}\n"
        for entry in ENTRY.finditer(body)
        for line in entry[0].splitlines()
    )


def of_page(text: str) -> str:
    """What a reader copies from a page, from the first block to the last."""
    return "".join(
        copied(fence.source)
        for fence in fences(text)
        if fence.language == "pycon"
    )


def differences(
    pasted: str,
    examples: Sequence[doctest.Example],
    python: Path,
    root: Path,
    scratch: Path,
) -> Iterator[Difference]:
    """Paste code, and compare what is printed with what is shown.

    Args:
        pasted: what the reader copied.
        examples: what doctest finds in the same text.
        python: the interpreter.
        root: where it is started; packages are imported from there.
        scratch: an empty folder.

    Yields:
        The first example that differs: what comes after it is in doubt.
    """
    printed = _printed(pasted, python, root, scratch)
    printed += [""] * (len(examples) - len(printed))
    for example, got in zip(examples, printed, strict=False):
        if not _same(example, got):
            yield Difference(
                example.lineno + 1, example.source, example.want, got
            )
            return
    extra = len(printed) - len(examples)
    if extra:
        yield Difference(0, "", "", f"{extra} more prompts than examples\n")


def _printed(pasted: str, python: Path, root: Path, scratch: Path) -> list[str]:
    """What each statement printed."""
    startup = scratch / "startup.py"
    startup.write_text(STARTUP, "utf-8")
    ran = subprocess.run(
        [python, "-q", "-i", "-u"],
        input=pasted,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=root,
        env={
            **os.environ,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(root),
            "PYTHONSTARTUP": str(startup),
        },
        check=False,
        timeout=PATIENCE,
    )
    # Before the first prompt nothing happens, after the last one the end.
    return [part.replace(MORE, "") for part in ran.stdout.split(PROMPT)[1:-1]]


def _same(example: doctest.Example, got: str) -> bool:
    flags = sum(flag for flag, on in example.options.items() if on)
    want = example.want
    if example.exc_msg is not None:
        before, raised, trace = got.partition(TRACEBACK)
        if not raised or not _CHECKER.check_output(
            want.partition(TRACEBACK)[0], before, flags
        ):
            return False
        want, got = example.exc_msg, _message(trace)
    return _CHECKER.check_output(want, got, flags | doctest.ELLIPSIS)


def _message(trace: str) -> str:
    """The message under a traceback: from the last line at the margin."""
    lines = trace.splitlines(keepends=True)
    (*_, last) = (n for n, line in enumerate(lines) if line[:1].strip())
    return "".join(lines[last:])
