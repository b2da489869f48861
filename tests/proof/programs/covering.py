"""Which lines of a snippet ran: coverage.py for Python, gcov for C.

coverage.py is started by Python itself (its .pth file asks the environment),
so the program is run as it stands, threads and forked children with it. A
child that ends in `os._exit()` or becomes another program by exec writes its
lines first; one that is killed by a signal writes none.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

from coverage import CoverageData

from tests.proof.programs.building import build

_CONFIGURATION = """
[run]
include = {files}
data_file = {log}
parallel = true
patch =
    _exit
    execv
disable_warnings = no-data-collected
"""


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
        files: The files to trace, as a pattern of paths.
        log: Where the lines go; each process adds a suffix of its own.
    """
    configuration = log.with_name("coveragerc")
    configuration.write_text(_CONFIGURATION.format(files=files, log=log))
    return {"COVERAGE_PROCESS_START": str(configuration)}


def traced_lines(log: Path) -> dict[Path, set[int]]:
    """The lines of each file that any of the processes ran."""
    found: dict[Path, set[int]] = {}
    for part in log.parent.glob(f"{log.name}.*"):
        data = CoverageData(str(part))
        data.read()
        for file in data.measured_files():
            lines = found.setdefault(Path(file), set())
            lines.update(data.lines(file) or ())
        data.close()
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
