"""Every command run once, by an installed epollref."""

import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.commands import Words, every_command

SCRIPT = "eventfd2(0) = e\nwrite(e, 8) = 8\n"
PROGRAM = "import select\nselect.epoll().close()\n"

EXAMPLES: Mapping[Words, Words] = {
    ("serve",): ("--port", "0", "--trace", "trace"),
    ("trace",): ("--timeline", "timeline.svg", "program.py"),
    ("record",): ("--print", "true"),
    ("timeline",): ("-o", "timeline.svg", "log.strace"),
    ("model", "run"): ("script.epoll",),
    ("model", "verify"): ("--steps", "100", "--save", "result.json"),
}
"""Options with which a command does its work in a moment."""


def prepare(folder: Path) -> None:
    """Write the files that the examples name."""
    folder.mkdir(exist_ok=True)
    (folder / "script.epoll").write_text(SCRIPT)
    (folder / "program.py").write_text(PROGRAM)
    (folder / "log.strace").write_text("epoll_create1(EPOLL_CLOEXEC) = 3\n")


def run_every_command(epollref: list[str], folder: Path) -> None:
    """Run each command of the table in a folder; none may complain.

    Args:
        epollref: How to call it.
        folder: Where, with nothing of the project in it.
    """
    prepare(folder)
    for words, _ in every_command():
        run_help([*epollref, *words, "--help"], folder)
        run_example([*epollref, *words, *EXAMPLES[words]], folder)


def run_help(line: list[str], folder: Path) -> None:
    """Run a command that only prints."""
    done = subprocess.run(
        line, cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, (line, done.stderr)
    assert "Usage: " in done.stdout


def run_example(line: list[str], folder: Path) -> None:
    """Run a command to its end; a server ends when it is ready."""
    with subprocess.Popen(
        line,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        if process.stdout.readline().startswith("READY "):
            process.send_signal(signal.SIGTERM)
        _, complaint = process.communicate(timeout=60)
    assert process.returncode == 0, (line, complaint)
    assert "Traceback" not in complaint
