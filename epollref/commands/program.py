"""Run a Python program as ``python SCRIPT`` does, inside this process.

The interpreter has one function for that (``PyRun_SimpleFileEx`` of
``Python/pythonrun.c``), and it is called here.  So all is as without us: the
program is ``__main__``, tracebacks begin with its frames, ``sys.excepthook``
may raise, SystemExit ends the process, and an interrupted program dies of
SIGINT once it is cleaned up.
"""

import builtins
import ctypes
import os
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
    _prepare_main(script, arguments)
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
    failed = execute(file, os.fsencode(name), script != STDIN, None)
    if failed and getattr(sys, "last_type", None) is KeyboardInterrupt:
        sys.excepthook = lambda *_: None
        raise InterruptedProgramError
    return 1 if failed else 0


def _prepare_main(script: str, arguments: Sequence[str]) -> None:
    """Make ``sys`` and ``__main__`` what they are without us."""
    sys.argv = [script, *arguments]
    if not sys.flags.safe_path:
        folder = os.path.dirname(os.path.realpath(script))
        sys.path[0] = "" if script == STDIN else folder
    main = types.ModuleType("__main__")
    vars(main).update(__annotations__={}, __builtins__=builtins)
    sys.modules["__main__"] = main
