"""The sessions run with pytest alone, as a reader may have it."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.proof.project import ROOT
from tests.proof.samples.bare import environment

DESCRIPTORS = 1_024  # the soft limit that most systems give
PAGES = [
    page
    for page in ROOT.glob("docs/**/*.md")
    if "```pycon" in page.read_text("utf-8")
]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that has pytest, and epollref has not."""
    return environment(tmp_path_factory.mktemp("bare") / "venv")


def ran(
    python: Path, folder: Path, path: str = ""
) -> subprocess.CompletedProcess[str]:
    """The line that the project promises, with few descriptors."""
    command = f"{shlex.quote(str(python))} -m pytest -p no:cacheprovider"
    line = f"ulimit -Sn {DESCRIPTORS}; {command} --doctest-glob='*.md' docs/"
    return subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": path,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_every_session_runs_in_a_clone(python: Path) -> None:
    """With 1,024 descriptors, and nothing installed but pytest."""
    done = ran(python, ROOT)
    assert re.search(rf"\b{len(PAGES)} passed in ", done.stdout), done.stdout


def test_a_copy_of_the_pages_says_what_it_needs(
    python: Path, tmp_path: Path
) -> None:
    """One line and no traceback; with the package, all of them run."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    done = ran(python, tmp_path)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    (line,) = filter(None, (done.stdout + done.stderr).splitlines())
    assert "install" in line
    done = ran(python, tmp_path, path=str(ROOT))
    assert re.search(rf"\b{len(PAGES)} passed in ", done.stdout), done.stdout


def test_a_page_that_needs_more_descriptors_fails(
    python: Path, tmp_path: Path
) -> None:
    """It has to raise the limit itself, and to say so."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text(
        ">>> import os\n>>> fds = [os.dup(0) for _ in range(1_100)]\n", "utf-8"
    )
    assert "Too many open files" in ran(python, tmp_path).stdout
