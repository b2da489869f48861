"""Ctrl-C ends the process quietly, except while a command can take it.

A ``KeyboardInterrupt`` in the middle of an import is a traceback, or a line
"Exception ignored in", and neither tells anybody anything.  So importing
this leaves SIGINT to the kernel, which ends the process (signal(7)), and the
command line imports it first.  A command gets Python's handler back.

A SIGINT that is ignored on entry stays ignored, and somebody else's handler
stays in place (``nohup``, a program that calls ``main``).
"""

import signal
import sys
from typing import NoReturn


def leave_to_kernel() -> None:
    """Let SIGINT end the process at once."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def leave_to_python() -> None:
    """Let SIGINT raise ``KeyboardInterrupt``, as Python does by itself."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def end_by_sigint() -> NoReturn:
    """End as a program does that never heard of SIGINT: a shell says 130.

    Python itself sends the signal once more when its exit handlers are done.
    Its traceback is all that is in the way.

    Raises:
        KeyboardInterrupt: Always.
    """
    sys.excepthook = lambda *_: None
    raise KeyboardInterrupt


leave_to_kernel()
