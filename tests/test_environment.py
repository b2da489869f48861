"""`make` finds out when .venv is not for this folder and this Python."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PARTS = ("requirements.txt", "pyproject.toml", ".ci/environment", ".ci/tools")
# A Python that makes an empty environment at once, and notes that it did.
PYTHON = """#!/bin/sh
case "$*" in
    *version_info*) exit {too_old} ;;
    *base_prefix*) echo "{name}" ;;
    *venv*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
    *pip*) echo "$*" >> "{log}"; exit {pip} ;;
esac
"""


class Clone:
    """A clone of the project, with Pythons that only pretend."""

    def __init__(self, project: Path, folder: Path) -> None:
        self.folder = folder / "a clone"
        self._log = folder / "log"
        (self.folder / ".ci").mkdir(parents=True)
        for part in PARTS:
            shutil.copy(project / part, self.folder / part)

    def python(
        self, name: str = "3.11.2 /usr", too_old: int = 0, pip: int = 0
    ) -> Path:
        """Write a Python of that name."""
        path = self.folder.parent / f"python of {name.replace('/', ' ')}"
        path.write_text(
            PYTHON.format(name=name, too_old=too_old, pip=pip, log=self._log)
        )
        path.chmod(0o755)
        return path

    def made(self, python: Path) -> bool:
        """Ask for the environment; tell whether it was made anew."""
        self._log.unlink(missing_ok=True)
        status = self.ask(python).returncode
        assert status == 0
        return self._log.exists()

    def ask(self, python: Path) -> subprocess.CompletedProcess[str]:
        """Ask for the environment, as make does."""
        return subprocess.run(
            [".ci/environment", python],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def clone(pytestconfig: pytest.Config, tmp_path: Path) -> Clone:
    """A clone without an environment; its tools are never asked for."""
    found = Clone(pytestconfig.rootpath, tmp_path)
    (found.folder / ".ci/tools").write_text("#!/bin/sh\n")
    return found


def test_an_environment_is_made_once(clone: Clone) -> None:
    assert clone.made(clone.python())
    assert not clone.made(clone.python())


def test_a_moved_clone_gets_a_new_environment(clone: Clone) -> None:
    assert clone.made(clone.python())
    clone.folder = clone.folder.rename(clone.folder.with_name("moved"))
    assert clone.made(clone.python())
    assert not clone.made(clone.python())


def test_another_python_gets_a_new_environment(clone: Clone) -> None:
    assert clone.made(clone.python("3.12.1 /usr"))
    assert clone.made(clone.python("3.13.0 /usr"))
    assert not clone.made(clone.python("3.13.0 /usr"))


@pytest.mark.parametrize("part", PARTS)
def test_newer_requirements_get_a_new_environment(
    clone: Clone, part: str
) -> None:
    assert clone.made(clone.python())
    ready = (clone.folder / ".venv/ready").stat().st_mtime_ns
    os.utime(clone.folder / part, ns=(ready + 10**9, ready + 10**9))
    assert clone.made(clone.python())


def test_an_installation_that_was_cut_off_is_done_again(clone: Clone) -> None:
    assert clone.ask(clone.python(pip=130)).returncode == 130
    assert clone.made(clone.python())


def test_a_python_that_is_too_old_is_one_line(clone: Clone) -> None:
    done = clone.ask(clone.python("3.9.2 /usr", too_old=1))
    assert done.returncode == 1
    assert done.stderr == (
        "epollref needs Python 3.11 or later: make PYTHON=python3.12 ...\n"
    )


def test_a_python_that_does_not_exist_is_one_line(clone: Clone) -> None:
    done = clone.ask(clone.folder / "no python")
    assert done.returncode == 1
    assert done.stderr == (
        f"no Python at {clone.folder / 'no python'}:"
        " make PYTHON=python3.12 ...\n"
    )
