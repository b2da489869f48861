"""How many lines a second the log reader reads; no test.

    python -m tests.trace.bench_log [--lines N] [LOG...]

Without logs it reads those of ``tests/trace/data``.  They are read into
memory first, so that only the reader is measured, and read again until N
lines are read.  The time is that of the processor, in the best of five runs:
other programs on the machine do not count.

    python -m tests.trace.bench_log --stream 1000

feeds that many megabytes through a pipe and prints how much memory the
reader has used at most.
"""

import argparse
import io
import itertools
import resource
import subprocess
import sys
import time
from pathlib import Path

from epollref.trace.log import Log
from epollref.trace.log.source import lines, opened

DATA = Path(__file__).parent / "data"


def texts(paths: list[str]) -> list[str]:
    """Return the lines of all logs."""
    found: list[str] = []
    for path in paths:
        with opened(path) as log:
            found += [line for line in log if line is not None]
    return found


def speed(mix: list[str], wanted: int) -> float:
    """Return the lines that are read in a second."""
    rounds = max(1, wanted // len(mix))
    best = float("inf")
    for _ in range(5):
        log = Log(itertools.chain.from_iterable(itertools.repeat(mix, rounds)))
        began = time.process_time()
        for _item in log:
            pass
        best = min(best, time.process_time() - began)
    return rounds * len(mix) / best


def pour(mix: list[str], megabytes: int) -> None:
    """Write a log of that size to stdout."""
    block = ("\n".join(mix) + "\n").encode("latin-1")
    for _ in range(megabytes * 1_000_000 // len(block) + 1):
        sys.stdout.buffer.write(block)


def stream(megabytes: int) -> None:
    """Read a log of that size from a pipe, and print what it took."""
    command = [sys.executable, "-m", "tests.trace.bench_log"]
    with subprocess.Popen(
        [*command, "--pour", str(megabytes)], stdout=subprocess.PIPE
    ) as source:
        assert isinstance(source.stdout, io.BufferedReader)
        log = Log(lines(source.stdout))
        for n, _item in enumerate(log):
            if n % 1_000_000 == 0:
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                print(f"{log.coverage.lines:>12,} lines  {peak:>8,} KiB")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{log.coverage.lines:>12,} lines  {peak:>8,} KiB at most")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--stream", type=int, metavar="MEGABYTES")
    parser.add_argument("--pour", type=int, help=argparse.SUPPRESS)
    parser.add_argument("logs", nargs="*")
    options = parser.parse_args()
    paths = options.logs or sorted(map(str, DATA.glob("*.strace.gz")))
    if options.stream:
        stream(options.stream)
        return
    mix = texts(paths)
    if options.pour:
        pour(mix, options.pour)
        return
    print(f"{speed(mix, options.lines):,.0f} lines a second")


if __name__ == "__main__":
    main()
