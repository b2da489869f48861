"""What `epollref trace` says when it has seen nothing."""

import os
import select
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from epollref.trace.foreign import trace_select_epoll
from tests.test_command_line import EPOLLREF

NOTHING = (
    "epollref: nothing was traced, for the program made no call by way of "
    "select.epoll: "
)
RECORD = "strace sees every call: epollref record -- python "

IN_CHILD = """
import os, select
pid = os.fork()
if not pid:
    select.epoll().close()
    os._exit(0)
os.waitpid(pid, 0)
"""


def said(folder: Path, *words: str) -> str:
    """Trace a program to its good end; return what is on stderr."""
    done = subprocess.run(
        [*EPOLLREF, "trace", "-o", "log", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.parametrize("name", ["uvloop", "gevent"])
def test_a_loop_in_c_is_named(tmp_path: Path, name: str) -> None:
    """A module of that name has been loaded, whoever wrote it."""
    (tmp_path / f"{name}.py").write_text("")
    (tmp_path / "s.py").write_text(f"import {name}\n")
    text = said(tmp_path, "s.py")
    assert text.startswith(NOTHING)
    assert f" {name} is lib" in text
    assert text.endswith(f"{RECORD}s.py\n")
    assert text.count("\n") == 1


@pytest.mark.parametrize("kind", ["poll().poll(0)", "select([], [], [], 0)"])
def test_another_call_is_thought_of(tmp_path: Path, kind: str) -> None:
    (tmp_path / "s.py").write_text(f"import select\nselect.{kind}\n")
    text = said(tmp_path, "s.py", "an argument")
    assert text.startswith(f"{NOTHING}it waits by select or poll")
    assert text.endswith(f"{RECORD}s.py 'an argument'\n")


def test_a_child_process_is_named(tmp_path: Path) -> None:
    """It is another program, which nobody traces."""
    code = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', ''])"
    (tmp_path / "s.py").write_text(code)
    text = said(tmp_path, "-m", "s")
    assert text.startswith(f"{NOTHING}the processes that it has started")
    assert text.endswith(f"{RECORD}-m s\n")


LEFT_OPEN = "import select; ep = select.epoll()"
"""Python closes it when the program is over, and so is the tracing."""


@pytest.mark.parametrize(
    "code", ["import select; select.epoll()", LEFT_OPEN, IN_CHILD]
)
def test_nothing_is_said_if_a_call_was_traced(
    tmp_path: Path, code: str
) -> None:
    """In a process that the program has forked, too."""
    (tmp_path / "s.py").write_text(code)
    assert said(tmp_path, "s.py") == ""
    assert (tmp_path / "log").read_text().startswith("epoll_create1(")


def load_anew() -> ModuleType:
    """Load select once more, as eventlet.patcher.original does."""
    before = sys.modules.pop("select")
    try:
        return __import__("select")
    finally:
        sys.modules["select"] = before


def test_a_select_that_is_loaded_anew_is_traced(
    no_descriptor_left: None,
) -> None:
    """It has a class of its own, which would go past us."""
    assert load_anew().epoll is not select.epoll
    calls: list[str] = []
    with trace_select_epoll(lambda call: calls.append(call.name)) as traced:
        anew = load_anew()
        assert anew is not select
        assert anew.epoll is traced
        anew.epoll().close()
        loader = getattr(anew, "__loader__", None)
        assert type(loader) is type(getattr(select, "__loader__", None))
    assert calls == ["epoll_create1", "close"]
    assert anew.epoll is not traced
    assert load_anew().epoll is not traced


def test_other_modules_are_found_as_before(tmp_path: Path) -> None:
    """Our finder knows one name."""
    (tmp_path / "other.py").write_text("x = 7\n")
    (tmp_path / "s.py").write_text("import other, select\nselect.epoll()\n")
    assert said(tmp_path, "s.py") == ""
