"""Which files changed since the last look.

What is watched stands in mkdocs.yml, as for `mkdocs serve`: the pages,
the configuration, and the folders of `watch`.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

CONFIG = Path("mkdocs.yml")
JUNK = (".pyc", "~", ".swp", ".new")


class _Names(yaml.SafeLoader):
    """Reads a configuration that names Python functions."""


_Names.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


def watched(root: Path) -> list[Path]:
    """What a change of the site can come from."""
    read = yaml.load((root / CONFIG).read_text("utf-8"), Loader=_Names)
    names = [str(CONFIG), "README.md", read["docs_dir"], *read["watch"]]
    return [root / name for name in names]


class Watch:
    """Looks at files again and again.

    Args:
        root: the project.
        places: files and folders.
    """

    def __init__(self, root: Path, places: Sequence[Path]) -> None:
        self._root = root
        self._places = places
        self._seen = dict(self._look())

    def changes(self) -> set[str]:
        """The files that changed, came or went; relative to the project."""
        now = dict(self._look())
        changed = {path for path, _ in now.items() ^ self._seen.items()}
        self._seen = now
        return {
            Path(each).relative_to(self._root).as_posix() for each in changed
        }

    def _look(self) -> Iterator[tuple[str, tuple[int, int]]]:
        for place in self._places:
            for path in _files(place):
                try:
                    stat = os.stat(path)
                except OSError:  # it has gone meanwhile
                    continue
                yield path, (stat.st_mtime_ns, stat.st_size)


def _files(place: Path) -> Iterator[str]:
    """The files of a folder, without what editors and Python leave."""
    if not place.is_dir():
        yield str(place)
    for folder, folders, names in os.walk(place):
        folders[:] = [
            each
            for each in folders
            if each != "__pycache__" and not each.startswith(".")
        ]
        for name in names:
            if not name.startswith((".", "#")) and not name.endswith(JUNK):
                yield os.path.join(folder, name)
