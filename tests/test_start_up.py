"""Starting is quick: what a command imports is counted, never timed."""

import json
import signal
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Final

import pytest

from tests.commands import every_command
from tests.install.running import EXAMPLES, prepare

LISTING: Final = """
import json, sys
import typer
before = set(sys.modules)
from epollref.__main__ import main
_, listed, *line = sys.argv
status = main(line)
with open(listed, "w") as file:
    json.dump([*sys.modules.keys() - before], file)
sys.exit(status)
"""

MOST: Final = {
    ("--version",): 5,
    ("serve",): 30,
    ("trace",): 25,
    ("record",): 15,
    ("model", "run"): 25,
    ("model", "verify"): 160,
    ("timeline",): 160,
}
"""Modules of others that a command may import besides typer's own."""

WITH_A_BAR: Final = {("model", "verify"), ("timeline",)}
"""Commands that show how far they are."""

RUNS: Final = {
    ("--version",): (),
    **{words: EXAMPLES[words] for words, _ in every_command()},
}
"""Command lines that do their work to the end: each value is read."""


def imported(line: Collection[str], folder: Path) -> set[str]:
    """Run a command line to its end; return what it imported besides typer."""
    prepare(folder)
    listed = folder / "modules.json"
    with subprocess.Popen(
        [sys.executable, "-c", LISTING, str(listed), *line],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        if process.stdout.readline().startswith("READY "):
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0
    return set(json.loads(listed.read_text()))


@pytest.mark.parametrize("words", RUNS, ids=" ".join)
def test_a_command_imports_few_modules(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    """None is there to check values, and only a bar needs rich."""
    modules = imported((*words, *RUNS[words]), tmp_path)
    packages = {name.partition(".")[0] for name in modules}
    assert not packages & {"pydantic", "pydantic_core", "click"}
    assert words in WITH_A_BAR or "rich" not in packages
    others = {name for name in modules if not name.startswith("epollref")}
    assert len(others) <= MOST[words], sorted(others)
