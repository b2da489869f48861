"""The initrd holds all that the comparison needs, and finds it there."""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proof.kernels import initrd
from tests.proof.kernels.report import Verdict, parse
from tests.proof.project import ROOT

PROGRAM = """
import json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import tests.proof.kernels.guest
from tests.proof.kernels.report import report
report(2000, 1)
files = [getattr(module, "__file__", None) for module in sys.modules.values()]
print(json.dumps([file for file in files if file]))
"""


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """The files as the archive has them."""
    with tempfile.TemporaryDirectory() as folder:
        initrd.stage(initrd.contents(), Path(folder))
        yield Path(folder)


def below(root: Path, place: Path) -> Path:
    return root / place.relative_to("/")


def test_init_is_started_by_an_interpreter_in_the_archive(root: Path) -> None:
    program = root / "init"
    assert os.access(program, os.X_OK)
    named = program.read_text().splitlines()[0].removeprefix("#!").split()[0]
    assert os.access(below(root, Path(named)), os.X_OK)


def test_the_package_is_there_whole(root: Path) -> None:
    package = ROOT / "epollref"
    copied = below(root, initrd.PROJECT) / "epollref"
    assert {p.relative_to(package) for p in package.rglob("*.py")} == {
        p.relative_to(copied) for p in copied.rglob("*.py")
    }


def test_every_library_that_ldd_names_is_there(root: Path) -> None:
    places = initrd.contents()
    binary = [
        source
        for place, source in places.items()
        if source == initrd.interpreter() or place.suffix == ".so"
    ]
    assert len(binary) > 10
    said = subprocess.run(
        ["ldd", *map(str, binary)], capture_output=True, text=True, check=False
    ).stdout
    named = set(re.findall(r"/\S+\.so\S*(?= \()", said))
    assert any("libc.so" in name for name in named)
    missing = [
        name
        for name in named
        if not below(root, Path(os.path.normpath(name))).is_file()
    ]
    assert not missing


def test_the_comparison_imports_nothing_from_elsewhere(root: Path) -> None:
    """Python, moved to the archive's files, takes every module from them."""
    python = below(root, initrd.interpreter())
    project = below(root, initrd.PROJECT)
    done = subprocess.run(
        [python, "-I", "-c", PROGRAM, project],
        cwd=root,
        env={"PATH": ""},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    *_, verdict, files = done.stdout.splitlines()
    found = parse(verdict)
    assert isinstance(found, Verdict)
    assert found.trace is None
    elsewhere = [
        file
        for file in json.loads(files)
        if not Path(file).resolve().is_relative_to(root.resolve())
    ]
    assert not elsewhere


def test_mount_points_are_there_and_empty(root: Path) -> None:
    for name in initrd.EMPTY:
        assert not list((root / name).iterdir())
