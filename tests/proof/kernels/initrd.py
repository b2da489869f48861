"""A small system in memory: this Python, the model, and /init.

Every file keeps the place that it has here, so Python and the loader find
theirs as they do here, wherever this Python was installed.  The archive is
one that kernels unpack into memory before they start /init
(Documentation/driver-api/early-userspace/buffer-format.rst).
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.proof.project import ROOT

PROJECT: Final = Path("/project")
"""Where the package is in the archive."""
OURS: Final = (
    "tests/__init__.py",
    "tests/proof/kernels/__init__.py",
    "tests/proof/kernels/guest.py",
    "tests/proof/kernels/report.py",
)
EMPTY: Final = ("dev", "proc", "tmp")

CPIO: Final = ("cpio", "--quiet", "--null")
LEFT_OUT: Final = re.compile(
    r"__pycache__|(site|dist)-packages|config-.*|tests?|idlelib|tkinter"
    r"|turtledemo|lib2to3|ensurepip|pydoc_data|_tkinter\..*|_(ctypes_)?test.*"
)
"""Folders and files of the standard library that nobody needs here."""
LIBRARY: Final = re.compile(r"^\t(?:\S+ => )?(/.+) \(0x[0-9a-f]+\)$", re.M)
"""A line of ldd that names a file."""
LOADER_CACHE: Final = Path("/etc/ld.so.cache")


def interpreter() -> Path:
    """Return this Python itself, not a virtual environment's link to it."""
    base = getattr(sys, "_base_executable", sys.executable)
    return Path(base).resolve()


def _standard_library() -> Iterator[Path]:
    """Return the modules that Python brings, built-in ones apart."""
    # By default the second would be a virtual environment's.
    base = {"platbase": sys.base_exec_prefix}
    places = {
        sysconfig.get_path("stdlib"),
        sysconfig.get_path("platstdlib", vars=base),
    }
    for place in places:
        for folder, folders, names in os.walk(os.path.realpath(place)):
            folders[:] = [f for f in folders if not LEFT_OUT.fullmatch(f)]
            for name in names:
                kept = name.endswith((".py", ".so"))
                if kept and not LEFT_OUT.fullmatch(name):
                    yield Path(folder, name)


def libraries(programs: Iterable[Path]) -> set[Path]:
    """Return the shared libraries that programs need, the loader included.

    Args:
        programs: Programs and libraries.
    """
    done = subprocess.run(
        ["ldd", *map(str, programs)],
        capture_output=True,
        text=True,
        check=False,  # one that is static is no failure
    )
    named = LIBRARY.findall(done.stdout)
    return {Path(os.path.normpath(name)) for name in named}


def contents() -> dict[Path, Path]:
    """Return every file: its place in the archive, and where it is here."""
    python = interpreter()
    kept = {python, *_standard_library()}
    binary = [file for file in kept if file == python or file.suffix == ".so"]
    kept |= libraries(binary)
    if LOADER_CACHE.exists():
        kept.add(LOADER_CACHE)
    files = {file: file for file in kept}
    package = (ROOT / "epollref").rglob("*.py")
    for file in (*package, *(ROOT / name for name in OURS)):
        files[PROJECT / file.relative_to(ROOT)] = file
    return files


def init() -> str:
    """Return the program that the kernel starts.

    ``-I``: it looks for modules in this Python, and where it is told.
    """
    return (
        f"#!{interpreter()} -I\n"
        "import sys\n"
        "sys.dont_write_bytecode = True\n"
        f"sys.path.insert(0, {str(PROJECT)!r})\n"
        "from tests.proof.kernels.guest import main\n"
        "main()\n"
    )


def stage(files: Mapping[Path, Path], root: Path) -> None:
    """Lay the files out below a folder, with /init and empty mount points.

    Args:
        files: As ``contents`` returns them.
        root: An empty folder.
    """
    for place, source in files.items():
        target = root / place.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    for name in EMPTY:
        (root / name).mkdir(exist_ok=True)
    program = root / "init"
    program.write_text(init())
    program.chmod(0o755)


def make(archive: Path) -> None:
    """Write the archive.

    Args:
        archive: Where to.

    Raises:
        CalledProcessError: cpio failed.
    """
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        root = Path(folder)
        stage(contents(), root)
        names = sorted(str(p.relative_to(root)) for p in root.rglob("*"))
        with archive.open("wb") as target:
            subprocess.run(
                [*CPIO, "--create", "--format=newc", "--owner=0:0"],
                cwd=root,
                input="\0".join(names),
                text=True,
                stdout=target,
                check=True,
            )
