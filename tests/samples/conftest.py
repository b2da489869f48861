"""A small project with a page of samples."""

import shutil
from pathlib import Path

import pytest

from tests.proof.project import ROOT
from tests.samples.small_project import PAGE, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with one page that holds every kind of sample."""
    root = tmp_path / "project"
    (root / "docs").mkdir(parents=True)
    (root / "snippets").mkdir()
    (root / "snippets" / "x.py").write_text(
        "# --8<-- [start:all]\nx = 1\ny = 2\n# --8<-- [end:all]\n", "utf-8"
    )
    shutil.copy(ROOT / "conftest.py", root)
    shutil.copy(ROOT / "pyproject.toml", root)
    made = Project(root)
    made.page.write_text(PAGE, "utf-8")
    return made
