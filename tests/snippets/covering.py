"""Which lines of a snippet ran: a line trace for Python, gcov for C."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from tests.snippets.building import build

_TRACER = Path(__file__).with_name("tracer")


def environment(source: Path, folder: Path) -> dict[str, str]:
    """The environment that makes a run of `source` leave its lines behind.

    Args:
        source: The snippet that is about to run.
        folder: An empty folder of this run.
    """
    if source.suffix == ".py":
        return line_trace(str(source.resolve()), folder / "lines")
    depth = len(build(source, "cov").parent.resolve().parts) - 1
    return {"GCOV_PREFIX": str(folder), "GCOV_PREFIX_STRIP": str(depth)}


def line_trace(files: str, log: Path) -> dict[str, str]:
    """The environment in which Python notes the lines that it runs.

    Args:
        files: The file to trace, or a folder of files, with a last slash.
        log: Where the lines go.
    """
    return {
        "PYTHONPATH": str(_TRACER),
        "SNIPPET_TRACE_FILE": files,
        "SNIPPET_TRACE_LOG": str(log),
    }


def traced_lines(log: Path) -> dict[Path, set[int]]:
    """The lines of each file in a trace's log."""
    found: dict[Path, set[int]] = {}
    for entry in log.read_text().splitlines():
        line, file = entry.split(" ", 1)
        found.setdefault(Path(file), set()).add(int(line))
    return found


def executed(source: Path, folder: Path) -> set[int]:
    """The lines that ran, after the program has ended."""
    if source.suffix == ".py":
        return traced_lines(folder / "lines").get(source.resolve(), set())
    return {line for line, count in _counts(source, folder).items() if count}


def executable(source: Path) -> set[int]:
    """The lines of a C file that gcov knows as executable."""
    return set(_counts(source, build(source, "cov").parent))


def _counts(source: Path, folder: Path) -> dict[int, int]:
    """Count the runs of each line, from the .gcda files in a folder."""
    notes = build(source, "cov").with_suffix(".gcno")
    if not (folder / notes.name).exists():
        shutil.copy(notes, folder)
    gcov = os.environ.get("GCOV", "gcov")
    report = subprocess.run(
        [gcov, "--json-format", "--stdout", notes.name],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    counts: dict[int, int] = {}
    for file in json.loads(report)["files"]:
        if Path(file["file"]).resolve() == source.resolve():
            for line in file["lines"]:
                number = line["line_number"]
                counts[number] = counts.get(number, 0) + line["count"]
    return counts
