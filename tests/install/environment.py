"""Empty environments, filled without a network.

What is installed here is copied: a wheel's requirements, theirs, and no
other.  So a module that the package imports and does not require is missing.
"""

import importlib.metadata
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement

from tests.proof.project import ROOT

NOT_SOURCE = shutil.ignore_patterns(
    ".git", ".venv", "build", "*.egg-info", ".*_cache", "__pycache__", ".hyp*"
)


def copy_project(tree: Path) -> None:
    """Copy what can be built: setuptools leaves files where it builds."""
    shutil.copytree(ROOT, tree, ignore=NOT_SOURCE)


def required_by(
    names: Iterable[str],
) -> Iterator[importlib.metadata.Distribution]:
    """Go through distributions and all that they require on this machine.

    Args:
        names: Requirements, as ``Requires-Dist`` spells them.
    """
    waiting, seen = [*names], set()
    while waiting:
        requirement = Requirement(waiting.pop())
        marker = requirement.marker
        if marker is not None and not marker.evaluate({"extra": ""}):
            continue
        distribution = importlib.metadata.distribution(requirement.name)
        if distribution.name not in seen:
            seen.add(distribution.name)
            waiting += distribution.requires or ()
            yield distribution


def copied(distribution: importlib.metadata.Distribution, into: Path) -> None:
    """Copy what a distribution has below site-packages."""
    for file in distribution.files or ():
        if ".." not in file.parts and "__pycache__" not in file.parts:
            target = into / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(file.locate()), target)


def environment(folder: Path, wheel: Path) -> Path:
    """Make an environment with a wheel, and what it requires.

    Returns:
        Its Python.
    """
    venv.create(folder, symlinks=True, with_pip=False)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = folder / "lib" / version / "site-packages"
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    subprocess.run(
        [*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        check=True,
        timeout=120,
    )
    (metadata,) = importlib.metadata.distributions(
        name="epollref", path=[str(packages)]
    )
    for distribution in required_by(metadata.requires or ()):
        copied(distribution, packages)
    subprocess.run([*pip, "check"], check=True, timeout=120)
    return python
