"""Compare the model with kernels that this machine does not run.

Each of Debian's kernels is booted under qemu; the one that runs is asked
too.  The result is written for the site, and shown on stdout; the progress is
on stderr.  The exit status is 0 if all agreed, 1 if one did not or did not
boot, 2 if something is missing.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from tests.proof.kernels import boot, initrd
from tests.proof.kernels.console import NoVerdictError, follow
from tests.proof.kernels.packages import (
    SERIES,
    MissingError,
    Package,
    kernel,
    offered,
    require_programs,
)
from tests.proof.kernels.report import Verdict
from tests.proof.kernels.table import Run, table, text
from tests.proof.project import DATA, ROOT

BUILD = ROOT / "build" / "kernels"
RESULT = DATA / "kernels.json"
SILENCE = 600.0
"""Seconds without a line; to shorten a script that differs takes longest."""
FAILED, UNUSABLE, INTERRUPTED = 1, 2, 130


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.proof.kernels",
        description="Boot Debian's kernels, and compare the model with each.",
    )
    parser.add_argument("--steps", type=int, default=250_000)
    parser.add_argument("--seed", type=int, help="else a fresh one")
    arguments = parser.parse_args(words)
    if arguments.steps < 1:
        parser.error("--steps must be 1 or more")
    if arguments.seed is None:
        arguments.seed = random.randrange(1 << 32)
    return arguments


def fetched() -> list[tuple[Package, Path]]:
    """Return the kernels to boot, each with its image.

    Raises:
        MissingError: A program or a package is missing.
    """
    require_programs()
    packages = [offered(series) for series in SERIES]
    return [(package, kernel(package, BUILD)) for package in packages]


class Runner:
    """Compares on one kernel after the other, and shows how far it is.

    Args:
        steps: How many calls a kernel.
        seed: Where the random scripts start.
        notes: Where the progress goes.
    """

    def __init__(self, steps: int, seed: int, notes: Console) -> None:
        self._steps = steps
        self._words = (str(steps), str(seed))
        self._notes = notes

    def run(self, kernels: Sequence[tuple[Package, Path]]) -> Iterator[Run]:
        """Boot each kernel; then ask the one that runs.

        Args:
            kernels: What to boot.

        Raises:
            NoVerdictError: A machine has not reported.
        """
        archive = BUILD / "initrd.cpio"
        initrd.make(archive)
        self._notes.print("does a kernel start with KVM?")
        accel = boot.accelerator(kernels[0][1])
        for package, image in kernels:
            command = boot.command(accel, image, archive, *self._words)
            verdict = self._verdict(f"{package.name}, {accel}", command)
            yield Run(package, accel, verdict)
        here = [
            sys.executable,
            "-m",
            "tests.proof.kernels.report",
            *self._words,
        ]
        yield Run(None, "native", self._verdict("this machine", here))

    def _verdict(self, name: str, command: Sequence[str]) -> Verdict:
        """Run one, with a bar where stderr is a terminal."""
        self._notes.print(name, highlight=False)
        with Progress(
            console=self._notes,
            transient=True,
            disable=not self._notes.is_terminal,
        ) as progress:
            task = progress.add_task("comparing", total=self._steps)

            def advance(steps: int) -> None:
                progress.update(task, completed=steps)

            return follow(command, advance, SILENCE)


def show(run: Run) -> None:
    """Say what one kernel has shown."""
    verdict = run.verdict
    what = f"{verdict.steps:,} calls of seed {verdict.seed}"
    on = f"Linux {run.release} ({run.accel}, {verdict.seconds} s)"
    if verdict.trace is None:
        print(f"{what} agreed on {on}", flush=True)
    else:
        print(f"{what}, the last differs on {on}:\n\n{verdict.trace}\n")


def main(words: Sequence[str] | None = None) -> int:
    """Fetch, boot, compare, write the table.

    Args:
        words: The arguments; ``sys.argv`` if left out.

    Returns:
        The exit status.
    """
    arguments = _arguments(words)
    runner = Runner(arguments.steps, arguments.seed, Console(stderr=True))
    runs: list[Run] = []
    try:
        for run in runner.run(fetched()):
            show(run)
            runs.append(run)
    except MissingError as error:
        print(f"cannot boot kernels: {error}", file=sys.stderr)
        return UNUSABLE
    except NoVerdictError as error:
        print(f"no result: {error}", file=sys.stderr)
        return FAILED
    RESULT.write_text(text(table(runs)))
    return FAILED if any(run.verdict.trace for run in runs) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
