"""Ctrl-C ends every command quietly, at any moment of its start."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.commands import Words, every_command
from tests.test_command_line import EPOLLREF

STRUCK = """
import os, signal, sys
victim = sys.argv.pop(1)
class Striker:
    @staticmethod
    def find_spec(name, path, target=None):
        if name == victim:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Striker)
"""
"""SIGINT arrives just before a module is imported."""

AS_SCRIPT = "from epollref.__main__ import main\nsys.exit(main())\n"
AS_MODULE = "import runpy\nrunpy.run_module('epollref', None, '__main__')\n"

AT_EXIT = """
import atexit, os, signal, sys
atexit.register(lambda: os.kill(os.getpid(), signal.SIGINT))
from epollref.__main__ import main
sys.argv[1:] = ["--version"]
sys.exit(main())
"""


CALLED = """
import signal
from epollref.__main__ import main
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
main(["record", "--print", "true"])
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
main(["model", "run", "/nonexistent"])
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
"""


def ends_quietly(code: str, *arguments: str) -> None:
    """Run a program that SIGINT ends before it has said anything."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=heeding_sigint,
    )
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")


def heeding_sigint() -> None:
    """Undo what `nohup make test &` would hand down."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("victim", ["typer", "typer.main", "epollref.loading"])
@pytest.mark.parametrize("way", [AS_SCRIPT, AS_MODULE], ids=["script", "-m"])
def test_ctrl_c_while_it_starts_ends_it_without_a_word(
    way: str, victim: str
) -> None:
    """An import that is interrupted would be a traceback."""
    ends_quietly(STRUCK + way, victim, "--version")


@pytest.mark.parametrize(
    ("words", "module"),
    [
        (words, command.function.partition(":")[0])
        for words, command in every_command()
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_ctrl_c_while_a_command_is_loaded_ends_it_without_a_word(
    words: Words, module: str
) -> None:
    """Loading the command takes longer than all before it."""
    ends_quietly(STRUCK + AS_SCRIPT, module, *words, "--help")


def test_ctrl_c_while_it_ends_is_no_noise() -> None:
    """The result is out; Python still has exit handlers to run."""
    ends_quietly(AT_EXIT)


@contextmanager
def reading(
    script: Path, prepare: Callable[[], None]
) -> Iterator[subprocess.Popen[str]]:
    """Let a command read from a pipe into which nobody has written yet."""
    os.mkfifo(script)
    with subprocess.Popen(
        [*EPOLLREF, "model", "run", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=prepare,
    ) as command:
        # Opening it waits until the command has opened it too.
        with script.open("w") as pipe:
            command.send_signal(signal.SIGINT)
            pipe.write("eventfd2(0) = e\n")
        yield command


def test_ctrl_c_in_a_command_ends_it_by_the_signal(tmp_path: Path) -> None:
    """A shell sees 130, and a loop round the command ends too."""
    with reading(tmp_path / "script", heeding_sigint) as command:
        out, err = command.communicate(timeout=60)
    assert (command.returncode, out, err) == (-signal.SIGINT, "", "")


def test_a_sigint_that_is_ignored_on_entry_stays_ignored(
    tmp_path: Path,
) -> None:
    """`nohup` and a shell's `&` in a script ask for that."""

    def ignore() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    with reading(tmp_path / "script", ignore) as command:
        out, err = command.communicate(timeout=60)
    assert (command.returncode, err) == (0, "")
    assert "agree" in out


def test_a_program_that_calls_a_command_keeps_its_ctrl_c() -> None:
    """A test runner, for one."""
    subprocess.run(
        [sys.executable, "-c", CALLED],
        capture_output=True,
        check=True,
        timeout=60,
        preexec_fn=heeding_sigint,
    )
