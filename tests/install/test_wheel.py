"""The wheel and the sdist hold everything, and the wheel runs by itself."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.commands import every_command
from tests.install.environment import copy_project, environment
from tests.install.running import EXAMPLES, run_every_command
from tests.proof.project import ROOT

CONSUMER = """
from epollref.epoll import Epoll
with Epoll() as epoll:
    fd: str = epoll.fileno()
"""


class Built(NamedTuple):
    """What ``python -m build`` has made."""

    sdist: Path
    wheel: Path


pytestmark = pytest.mark.xdist_group("install")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build from a copy: setuptools would leave its files in the tree."""
    tree = tmp_path_factory.mktemp("build") / "tree"
    copy_project(tree)
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (sdist,) = tree.glob("dist/*.tar.gz")
    (wheel,) = tree.glob("dist/*.whl")
    return Built(sdist, wheel)


@pytest.fixture(scope="module")
def python(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel, and no more."""
    return environment(tmp_path_factory.mktemp("wheel"), built.wheel)


def files_below(*tops: Path) -> set[str]:
    """Return the files of the project below some places, from its root."""
    every = [file for top in tops for file in (top, *top.rglob("*"))]
    return {
        file.relative_to(ROOT).as_posix()
        for file in every
        if file.is_file()
        and not {"__pycache__", ".ruff_cache"} & set(file.parts)
    }


def test_the_wheel_holds_every_file_of_the_package(built: Built) -> None:
    """Packages are found: none can be forgotten."""
    with zipfile.ZipFile(built.wheel) as wheel:
        held = set(wheel.namelist())
    assert files_below(ROOT / "epollref") - held == set()
    assert {name.split("/")[0].split("-")[0] for name in held} == {"epollref"}
    assert any(name.endswith("/licenses/LICENSE") for name in held)
    assert "epollref/py.typed" in held


def test_the_sdist_holds_what_a_packager_needs(built: Built) -> None:
    """Tests, pages, snippets, and the commands that run them."""
    with tarfile.open(built.sdist) as sdist:
        held = {name.partition("/")[2] for name in sdist.getnames()}
    tops = [
        top
        for top in ROOT.iterdir()
        if not top.name.startswith(".")
        and top.name not in {"build", "site", "dist", "__pycache__"}
        and not top.name.endswith(".egg-info")
    ]
    assert files_below(*tops, ROOT / ".ci") - held == set()


def test_every_command_has_an_example() -> None:
    """A new command is run from the wheel too."""
    assert {words for words, _ in every_command()} == EXAMPLES.keys()


def test_every_command_runs_from_the_wheel(
    python: Path, tmp_path: Path
) -> None:
    """From another folder, with the runtime dependencies only."""
    run_every_command([str(python.with_name("epollref"))], tmp_path)


def test_the_wheel_runs_as_a_module(python: Path, tmp_path: Path) -> None:
    """`python -m epollref` is the same command."""
    lines = {
        subprocess.run(
            [*words, "--version"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for words in (
            [str(python), "-m", "epollref"],
            [str(python.with_name("epollref"))],
        )
    }
    (line,) = lines
    assert line.startswith("epollref ")


def test_a_program_that_uses_the_wheel_sees_its_types(
    python: Path, tmp_path: Path
) -> None:
    """The one mistake in it is found; without py.typed none would be."""
    (tmp_path / "consumer.py").write_text(CONSUMER)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--no-incremental"),
            *("--python-executable", str(python), "consumer.py"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.stdout.splitlines()[0].startswith("consumer.py:4: error: ")
    assert "[assignment]" in done.stdout
    assert "Found 1 error" in done.stdout
