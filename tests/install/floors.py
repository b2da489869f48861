"""The lowest versions that epollref declares, and every command on them.

``make floors`` makes an environment with them: what pyproject.toml says with
``>=`` is installed with ``==``, and what that requires is as new as it may
be.  The wheel is built there by the lowest setuptools.
"""

import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement

from tests.install.environment import copy_project
from tests.install.running import run_every_command
from tests.proof.project import ROOT


def lowest(requirements: Iterable[str]) -> list[str]:
    """Turn each ``>=`` into ``==``.

    Raises:
        ValueError: A requirement has no floor, or more than one.
    """
    pinned = []
    for text in requirements:
        requirement = Requirement(text)
        floors = [
            s.version for s in requirement.specifier if s.operator == ">="
        ]
        if len(floors) != 1:
            raise ValueError(f"{text}: not one lowest version")
        pinned.append(f"{requirement.name}=={floors[0]}")
    return pinned


def main() -> None:
    """Make the environment, and run every command in it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    pins = lowest(
        project["project"]["dependencies"] + project["build-system"]["requires"]
    )
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        venv.create(home / "venv", symlinks=True, with_pip=False)
        python = home / "venv" / "bin" / "python"
        pip = [sys.executable, "-m", "pip", "--python", str(python), "install"]
        pip += ["--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *pins], check=True)
        tree = home / "tree"
        copy_project(tree)
        subprocess.run(
            [*pip, "--no-build-isolation", "--no-deps", str(tree)], check=True
        )
        run_every_command(
            [str(python.with_name("epollref"))], home / "elsewhere"
        )
    print("every command runs with", ", ".join(pins))


if __name__ == "__main__":
    main()
