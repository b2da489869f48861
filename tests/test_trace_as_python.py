"""`epollref trace SCRIPT` is to a program what `python SCRIPT` is."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from epollref.commands.outputs import check_writable
from tests.test_command_line import EPOLLREF

SEEN = """
import sys
main = sys.modules["__main__"]
spec = getattr(__spec__, "name", None)
print(__file__, spec, sys.argv, sys.path[0], main.__dict__ is globals())
print(sorted(globals()))
"""

ENDINGS = {
    "exit": "sys.exit(7)",
    "words": "sys.exit('enough')",
    "in a hook": "import atexit; atexit.register(os._exit, 9)",
    "exception": "def f(): raise EOFError\nf()",
    "interrupt": "raise KeyboardInterrupt",
    "derived": "class K(KeyboardInterrupt): pass\nraise K",
    "hook raises": "sys.excepthook = lambda *_: 1 / 0\nraise EOFError",
    "hook exits": "sys.excepthook = lambda *_: sys.exit(3)\nraise EOFError",
    "hook is gone": "del sys.excepthook\nraise EOFError",
    "last": "import atexit\n"
    "atexit.register(lambda: print(sys.last_type))\nraise EOFError",
    "saved": "file = open('kept', 'w')\nfile.write('x')\n"
    "raise KeyboardInterrupt",
    "syntax": "a b",
    "cookie": "# coding: nonsense",
}


REMARK = re.compile(r"^epollref: nothing was traced.*\n\Z", re.MULTILINE)


def both(
    folder: Path, *words: str, text: str = ""
) -> list[tuple[int, str, str]]:
    """Return status, stdout and stderr under python, and under trace.

    That nothing was traced is said when the program is over, and left out.
    """
    ends = []
    # A test may run where SIGINT is ignored.
    default = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for line in ([sys.executable], [*EPOLLREF, "trace", "-o", "log"]):
        done = subprocess.run(
            [*line, *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        said = REMARK.sub("", done.stderr)
        ends.append((done.returncode, done.stdout, said))
    signal.signal(signal.SIGINT, default)
    return ends


@pytest.mark.parametrize("script", ["s.py", "./s.py", "../{}/s.py", "{path}"])
def test_a_program_sees_what_python_shows_it(
    tmp_path: Path, script: str
) -> None:
    (tmp_path / "s.py").write_text(SEEN)
    name = script.format(tmp_path.name, path=tmp_path / "s.py")
    python, traced = both(tmp_path, name, "-o", "x")
    assert traced == python
    assert python[0] == 0


def test_a_program_may_come_from_stdin(tmp_path: Path) -> None:
    python, traced = both(tmp_path, "-", "x", text=SEEN)
    assert traced == python
    assert python[1].startswith("<stdin> None ['-', 'x']")


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_a_program_ends_as_under_python(tmp_path: Path, ending: str) -> None:
    """Status or signal, words and traceback, without a frame of ours."""
    (tmp_path / "s.py").write_text(f"import os, sys\n{ending}\n")
    python, traced = both(tmp_path, "s.py")
    assert traced == python
    if "'kept'" in ending:
        assert python[0] == -signal.SIGINT
        assert (tmp_path / "kept").read_text() == "x"


MODULES = ["package", "package.part", "part", "package.missing", "missing"]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_sees_what_python_shows_it(tmp_path: Path, name: str) -> None:
    """A package, a module in one, one beside it; and one that is none."""
    (tmp_path / "package").mkdir()
    for file in (
        "package/__init__",
        "package/__main__",
        "package/part",
        "part",
    ):
        (tmp_path / f"{file}.py").write_text(SEEN)
    python, traced = both(tmp_path, "-m", name, "-o", "--help", "x")
    assert traced == python
    assert (python[0] == 0) == ("missing" not in name)


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_a_module_ends_as_under_python(tmp_path: Path, ending: str) -> None:
    """The frames of runpy are in its traceback, and none of ours."""
    (tmp_path / "s.py").write_text(f"import os, sys\n{ending}\n")
    python, traced = both(tmp_path, "-m", "s")
    assert traced == python


@pytest.mark.parametrize(
    "words",
    [
        ("trace", "--timeline", "folder", "s.py"),
        ("trace", "-o", "folder", "s.py"),
        ("trace", "--timeline", "", "s.py"),
        ("record", "-o", "folder", "--", "true"),
        ("record", "-o", "missing/log", "--", "true"),
        ("model", "verify", "--save", "folder", "--steps", str(1 << 40)),
        ("model", "verify", "--save", "", "--steps", str(1 << 40)),
    ],
    ids=" ".join,
)
def test_an_output_that_cannot_be_written_is_refused_at_the_start(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "s.py").write_text("print('it ran')\n")
    done = subprocess.run(
        [*EPOLLREF, *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "cannot write" in done.stderr


def test_a_look_at_an_output_changes_nothing(tmp_path: Path) -> None:
    """What an earlier run has left stays, if this one comes to nothing."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("kept")
    check_writable(old)
    check_writable(new)
    assert old.read_text() == "kept"
    assert not new.exists()
    os.mkfifo(new)
    check_writable(new)  # no reader, and yet it does not wait


def test_a_file_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    """Root may write everything, but no program while it runs."""
    busy = tmp_path / "busy"
    busy.write_bytes(Path("/bin/sleep").resolve().read_bytes())
    busy.chmod(0o755)
    with subprocess.Popen([busy, "1000"]) as sleeper:
        try:
            with pytest.raises(OSError, match="Text file busy"):
                check_writable(busy)
        finally:
            sleeper.kill()
