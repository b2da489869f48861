"""The programs that samples need, and their versions.

A reader's machine may lack strace or gdb: then the sample is reported as
not run, by name. In CI (``CI=true``) a missing program fails the run.
"""

import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable

from tests.proof.required import cannot_run

TOOLS = ("bash", "cc", "gcc", "gdb", "nc", "ss", "strace", "timeout")
_WORD = re.compile(rf"(?<![\w./-])(?:{'|'.join(TOOLS)})(?![\w./-])")


def named_in(command: str) -> set[str]:
    """The tools that a shell command names."""
    return set(_WORD.findall(command))


def require(tools: Iterable[str]) -> None:
    """Skip the sample that runs now, or fail it in CI, if a tool lacks.

    Args:
        tools: the names of programs.
    """
    missing = sorted(tool for tool in tools if shutil.which(tool) is None)
    if missing:
        cannot_run(f"this machine has no {', '.join(missing)}")


def versions() -> dict[str, str]:
    """What the samples ran on: kernel, Python, and tools that exist."""
    found = {
        "Linux": _short(platform.release()),
        "Python": _short(platform.python_version()),
    }
    questions = {
        "gcc": ("cc", "-dumpversion"),
        "strace": ("strace", "--version"),
        "gdb": ("gdb", "--version"),
        "bash": ("bash", "--version"),
    }
    for name, question in questions.items():
        if shutil.which(question[0]) is not None:
            found[name] = _short(_answer(question))
    found["machine"] = platform.machine()
    found["kernel"] = platform.release()
    found["interpreter"] = sys.version.split()[0]
    return found


def _answer(question: tuple[str, ...]) -> str:
    finished = subprocess.run(
        question, capture_output=True, text=True, check=False, timeout=20
    )
    return finished.stdout.partition("\n")[0]


def _short(version: str) -> str:
    match = re.search(r"\d+(?:\.\d+)?", version)
    return match[0] if match else "unknown"
