"""An environment as a reader may have it: Python, pytest, nothing else.

Nothing is downloaded. A new virtual environment gets links to what the
distribution pytest and those that it requires have installed in ours.
"""

import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement


def environment(place: Path) -> Path:
    """Make the environment.

    Args:
        place: where; nothing is there yet.

    Returns:
        Its interpreter.
    """
    venv.create(place, symlinks=True, with_pip=False)
    (packages,) = place.glob("lib/python*/site-packages")
    for each in {d.name: d for d in _needed("pytest")}.values():
        for entry in _entries(each):
            (packages / entry.name).symlink_to(entry)
    return place / "bin" / "python"


def _needed(name: str) -> Iterator[Distribution]:
    found = distribution(name)
    yield found
    for line in found.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate():
            yield from _needed(requirement.name)


def _entries(found: Distribution) -> set[Path]:
    """What it has put into site-packages, at the top."""
    tops = {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}
    return {Path(str(found.locate_file(top))) for top in tops}
