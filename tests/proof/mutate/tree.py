"""A copy of the project that can be changed and put back."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from tests.proof.samples.fences import Fence, fences
from tests.proof.samples.ledger import Ledger

PARTS = (
    "docs",
    "snippets",
    "epollref",
    "tests",
    "README.md",
    "conftest.py",
    "mkdocs.yml",
    "pyproject.toml",
)
LEDGER = "build/ledger.json"
SITE = "build/site"
UNWANTED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*cache")


class Tree:
    """The copy.

    Args:
        project: the project.
        folder: an empty folder for the copy.
    """

    def __init__(self, project: Path, folder: Path) -> None:
        self.root = folder
        for part in PARTS:
            source = project / part
            if source.is_dir():
                shutil.copytree(
                    source, folder / part, symlinks=True, ignore=UNWANTED
                )
            elif source.exists():
                shutil.copy(source, folder / part)
        (folder / "build").mkdir()

    def read(self, name: str) -> str:
        """The text of a file."""
        return (self.root / name).read_text("utf-8")

    @cached_property
    def pages(self) -> dict[str, tuple[str, list[Fence]]]:
        """Every page of docs/: its text and its fences."""
        found = {}
        for path in sorted((self.root / "docs").rglob("*.md")):
            text = path.read_text("utf-8")
            name = path.relative_to(self.root).as_posix()
            found[name] = (text, list(fences(text)))
        return found

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger of the green run."""
        return Ledger.load(self.root / LEDGER)

    @contextmanager
    def changed(self, files: Mapping[str, str | None]) -> Iterator[None]:
        """The tree with some files changed, put back at the end.

        Args:
            files: new texts by name; None takes a file away.
        """
        before: dict[Path, bytes | None] = {}
        for name, text in files.items():
            path = self.root / name
            before[path] = path.read_bytes() if path.exists() else None
            if text is None:
                path.unlink()
            else:
                path.write_text(text, "utf-8")
        try:
            yield
        finally:
            for path, data in before.items():
                if data is None:
                    path.unlink(missing_ok=True)
                else:
                    path.write_bytes(data)
