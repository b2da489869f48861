"""Run a Python program as ``python`` does, inside this process.

For a script the interpreter has one function (``PyRun_SimpleFileEx`` of
``Python/pythonrun.c``), and it is called here; for ``-m`` it calls ``runpy``
(``pymain_run_module`` of ``Modules/main.c``), and so do we.  All is as
without us: the program is ``__main__``, tracebacks begin with its frames,
``sys.excepthook`` may raise, SystemExit ends the process, and an interrupted
program dies of SIGINT once it is cleaned up.
"""

import builtins
import ctypes
import os
import runpy
import sys
import types
from collections.abc import Sequence
from typing import Final

STDIN: Final = "-"


class InterruptedProgramError(BaseException):
    """The program ended with KeyboardInterrupt, which was shown already.

    The interpreter remembers that, and dies of SIGINT at its end, unless
    SystemExit ends it first.  So this goes up to it past all handlers.
    """


def check(script: str) -> None:
    """Find out whether a program can be run.

    Args:
        script: Its file; ``-`` is stdin.

    Raises:
        OSError: It cannot be read, or is a folder.
        ValueError: stdin is closed, or the file is an archive.
    """
    if script == STDIN:
        if sys.stdin is None:
            raise ValueError("stdin is closed")
        return
    with open(script, "rb") as file:
        if file.read(4) == b"PK\x03\x04":
            raise ValueError("it is an archive: run the __main__.py in it")


RUN_MODULE: Final = """
try: globals().pop("start")({name!r})
except BaseException as error:
    error.__traceback__ = error.__traceback__.tb_next
    raise
"""
"""Runs a module; its traceback begins in runpy, as without us.

A bare ``raise`` adds no frame to a traceback (do_raise in Python/ceval.c).
``start`` is gone when the module begins, so ``__main__`` holds the names that
it holds without us.
"""


def run_module(name: str, arguments: Sequence[str]) -> int:
    """Run a module or a package, as ``python -m`` does.

    Args:
        name: Its name, with dots.
        arguments: What follows its name in ``sys.argv``.

    Returns:
        0, or 1 after an exception that was shown.

    Raises:
        InterruptedProgramError: It ended with KeyboardInterrupt.
    """
    # runpy puts the file's name in the place of -m when it has found it.
    _set_the_stage("-m", arguments, os.getcwd())
    start = runpy._run_module_as_main  # type: ignore[attr-defined]
    vars(sys.modules["__main__"])["start"] = start
    execute = ctypes.pythonapi.PyRun_SimpleStringFlags
    execute.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    return _status(execute(RUN_MODULE.format(name=name).encode(), None))


def run_program(script: str, arguments: Sequence[str]) -> int:
    """Run a program.

    Args:
        script: Its file; ``-`` is stdin.
        arguments: What follows its name in ``sys.argv``.

    Returns:
        0, or 1 after an exception that was shown.

    Raises:
        InterruptedProgramError: It ended with KeyboardInterrupt.
    """
    folder = os.path.dirname(os.path.realpath(script))
    _set_the_stage(script, arguments, "" if script == STDIN else folder)
    python, libc = ctypes.pythonapi, ctypes.CDLL(None)
    if script == STDIN:
        name = "<stdin>"
        file = ctypes.c_void_p.in_dll(libc, "stdin")
    else:
        # Put together as Python does it, and not tidied.
        name = os.path.join(os.getcwd(), script)
        libc.fopen.restype = ctypes.c_void_p
        file = ctypes.c_void_p(libc.fopen(os.fsencode(script), b"rbe"))
        if not file:
            raise OSError(f"cannot open {script}")
    execute = python.PyRun_SimpleFileExFlags
    execute.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.c_void_p,
    ]
    return _status(execute(file, os.fsencode(name), script != STDIN, None))


def _status(failed: int) -> int:
    if failed and getattr(sys, "last_type", None) is KeyboardInterrupt:
        sys.excepthook = lambda *_: None
        raise InterruptedProgramError
    return 1 if failed else 0


def _set_the_stage(script: str, arguments: Sequence[str], folder: str) -> None:
    """Make ``sys`` and ``__main__`` what they are without us."""
    sys.argv = [script, *arguments]
    if not sys.flags.safe_path:
        sys.path[0] = folder
    main = types.ModuleType("__main__")
    vars(main).update(__annotations__={}, __builtins__=builtins)
    sys.modules["__main__"] = main
