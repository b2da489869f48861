"""What a test needs of the machine, and what becomes of it where it lacks.

A reader's machine may lack strace or Chromium: then a test says so by name
and is skipped.  In CI (``CI=true``) nothing may lack, so it fails.
"""

import os
import shutil
import subprocess
from typing import NoReturn

import pytest


def in_ci() -> bool:
    """Whether nothing may be missing."""
    return bool(os.environ.get("CI"))


def cannot_run(reason: str) -> NoReturn:
    """Skip the test that runs now, or fail it in CI.

    Args:
        reason: What is missing, by name.
    """
    if in_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def require_strace() -> None:
    """Let only a machine pass on which strace is here, and may trace."""
    if shutil.which("strace") is None:
        cannot_run("strace is not installed")
    done = subprocess.run(
        ["strace", "-o", os.devnull, "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        cannot_run(f"strace is not permitted here: {done.stderr.strip()}")
