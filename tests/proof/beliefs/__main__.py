"""The check is checked: does the random driver find a wrong belief?

``python -m tests.proof.beliefs`` copies the package, changes the model to
hold a belief, and compares it with the kernel.  It prints after how many
calls each belief was found, and fails if one was not, or if one was that
is said to be harmless.

    --only WORDS   those whose sentence has these words; may be repeated
    --steps N      calls to compare, at most
    --trace        the shortest script that shows each
    --save FILE    the table as JSON

Beliefs about blocked threads and about TCP are looked for with scripts of
their own, which wait after each call until nothing moves.  They are slower,
and few files are in them: a tenth of the steps is enough.

The numbers depend on the seed and the machine's profile and on nothing else.
With threads there is an exception: a wrong model may not notice that a call
has raced, and then it is a matter of luck whether Linux differs there.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import track
from rich.text import Text

from epollref.model.verify.result import here
from epollref.model.verify.sources import digest
from tests.proof.beliefs import BELIEFS, SUBJECTS, Belief
from tests.proof.project import ROOT

STEPS = 400_000
SETTLED = 10
"""Scripts that settle get one call for this many others."""
SEEDS = (1,)
PROGRAM = """
import json
import sys
from epollref.model import measure
from epollref.model.verify.compare import Comparison, Disagreement
from tests.proof.drivers.settings import CONNECTS, ENDS, THREADS
from tests.proof.drivers.settled import SettledComparison

settings = {"threads": THREADS, "tcp": ENDS, "connects": CONNECTS}
driver = sys.argv[1]
steps, *seeds = map(int, sys.argv[2:])
found = []
for seed in seeds:
    if driver == "calls":
        comparison = Comparison(measure(), seed)
    else:
        comparison = SettledComparison(measure(), seed, settings[driver])
    *_, last = comparison.run(steps)
    differs = isinstance(last, Disagreement)
    found.append((last.steps, last.trace) if differs else (None, ""))
print(json.dumps(found))
"""


class Tried(NamedTuple):
    """A belief, and what became of it."""

    belief: Belief
    found: Sequence[int | None]
    """After how many calls, for each seed; None where it was not."""
    trace: str
    """The shortest script that shows it, for the first seed that does."""

    @property
    def verdict(self) -> str:
        """Return "found", "harmless" or "missed".

        What is called harmless and was found is missed by its proof.
        """
        if any(self.found):
            return "missed" if self.belief.harmless else "found"
        return "harmless" if self.belief.harmless else "missed"


def attempt(belief: Belief, steps: int, seeds: Sequence[int]) -> Tried:
    """Compare a model that holds a belief with the kernel."""
    steps = steps if belief.driver == "calls" else -(-steps // SETTLED)
    numbers = map(str, (steps, *seeds))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "epollref"
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "epollref", copy, ignore=ignore)
        file = copy / "model" / belief.file
        file.write_text(belief.applied(file.read_text()))
        done = subprocess.run(
            [sys.executable, "-P", "-c", PROGRAM, belief.driver, *numbers],
            # The copy comes before the package that the tests stand beside.
            env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
            cwd=folder,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found = json.loads(done.stdout)
    traces = [trace for _, trace in found if trace]
    return Tried(belief, [number for number, _ in found], "".join(traces[:1]))


def chosen(words: Sequence[str]) -> list[Belief]:
    """Return the beliefs with any of these words in their sentence."""
    return [b for b in BELIEFS if any(some in b.words for some in words)]


def attempts(
    beliefs: Sequence[Belief], steps: int, seeds: Sequence[int], jobs: int
) -> Iterator[Tried]:
    """Try beliefs, some at a time; say on stderr how far it is."""
    console = Console(stderr=True)
    with ThreadPoolExecutor(jobs) as pool:
        yield from track(
            pool.map(lambda belief: attempt(belief, steps, seeds), beliefs),
            "planting",
            len(beliefs),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )


def lines(tried: Sequence[Tried], traces: bool) -> Iterator[Text]:
    """Return what is printed: a line for each, by subject."""
    for subject, beliefs in SUBJECTS.items():
        rows = [one for one in tried if one.belief in beliefs]
        if rows:
            yield Text(f"\n{subject}", style="bold")
        for one in rows:
            numbers = "".join(f"{_number(n):>9}" for n in one.found)
            yield Text(f"{numbers}  {one.belief.words}")
            margin = " " * (len(numbers) + 2)
            if one.belief.harmless:
                yield _block(f"harmless: {one.belief.harmless}", margin)
            if one.verdict == "missed":
                yield Text(f"{margin}MISSED", style="bold red")
            if traces and one.trace:
                yield Text(textwrap.indent(one.trace, "    "), style="dim")


def _number(found: int | None) -> str:
    return "-" if found is None else f"{found:,}"


def _several(seeds: Sequence[int]) -> str:
    return ", ".join(map(str, seeds))


def _block(text: str, margin: str) -> Text:
    return Text(
        textwrap.fill(
            text, 78, initial_indent=margin, subsequent_indent=margin
        ),
        style="dim",
    )


def save(
    file: Path, tried: Sequence[Tried], steps: int, seeds: Sequence[int]
) -> None:
    """Write the table as JSON."""
    subjects = {b: name for name, some in SUBJECTS.items() for b in some}
    result = {
        **here(),
        "steps": steps,
        "seeds": list(seeds),
        "sources": digest(),
        "beliefs": [
            {
                "belief": one.belief.words,
                "subject": subjects[one.belief],
                "file": one.belief.file,
                "edits": one.belief.edits(),
                "found": one.found,
                "harmless": one.belief.harmless,
                "driver": one.belief.driver,
            }
            for one in tried
        ],
    }
    text = json.dumps(result, indent=2, ensure_ascii=False)
    file.write_text(f"{text}\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the beliefs that are wanted; 1 if one was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.beliefs")
    parser.add_argument("--only", metavar="WORDS", action="append")
    parser.add_argument(
        "--steps",
        metavar="N",
        type=int,
        default=STEPS,
        help=f"calls to compare; with threads or TCP, which take longer, "
        f"one for each {SETTLED} (default: {STEPS:,})",
    )
    parser.add_argument("--seed", metavar="S", type=int, action="append")
    parser.add_argument("--jobs", metavar="N", type=int, default=2)
    parser.add_argument("--trace", action="store_true")
    parser.add_argument("--save", metavar="FILE", type=Path)
    asked = parser.parse_args(arguments)
    seeds = asked.seed or SEEDS
    beliefs = chosen(asked.only or [""])
    if not beliefs:
        parser.error("no belief has these words")
    tried = list(attempts(beliefs, asked.steps, seeds, asked.jobs))
    console = Console(highlight=False)
    console.print(f"calls until found, with seed {_several(seeds)}")
    for line in lines(tried, asked.trace):
        console.print(line, soft_wrap=True)
    verdicts = [one.verdict for one in tried]
    counts = ", ".join(
        f"{verdicts.count(word)} {word}"
        for word in ("found", "harmless", "missed")
    )
    what = "belief" if len(tried) == 1 else "beliefs"
    console.print(f"\n{len(tried)} {what}: {counts}")
    if asked.save:
        save(asked.save, tried, asked.steps, seeds)
    return int("missed" in verdicts)


if __name__ == "__main__":
    sys.exit(main())
