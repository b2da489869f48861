"""The interpreters of this machine that a reader may paste a page into.

The one that runs the tests, and the newest of each later minor version
that can be started: from PATH, from pyenv, from uv.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

Version = tuple[int, ...]
VERSION = "import sys; print(*sys.version_info[:3])"
PLACES = (
    "{PYENV_ROOT}/versions/*/bin/python3",
    "{HOME}/.pyenv/versions/*/bin/python3",
    "{HOME}/.local/share/uv/python/*/bin/python3",
)


@cache
def interpreters() -> dict[str, Path]:
    """Find one interpreter for each minor version from ours on.

    Returns:
        Their paths by version, "3.12"; ours is the first.
    """
    ours: Version = sys.version_info[:3]
    later = [
        (version, path)
        for path in _candidates()
        if (version := _version(path))[:2] > ours[:2]
    ]
    # The newest of a minor version is entered last, and stays.
    return {
        f"{version[0]}.{version[1]}": path
        for version, path in [(ours, Path(sys.executable)), *sorted(later)]
    }


def _candidates() -> Iterator[Path]:
    for folder in os.get_exec_path():
        yield from Path(folder).glob("python3.[0-9][0-9]")
    for place in PLACES:
        with suppress(KeyError):
            pattern = place.format_map(os.environ).lstrip("/")
            yield from Path("/").glob(pattern)


def _version(path: Path) -> Version:
    """Its version; () for what does not start, as a shim of pyenv."""
    try:
        asked = subprocess.run(
            [path, "-ISc", VERSION],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(map(int, asked.stdout.split()))
