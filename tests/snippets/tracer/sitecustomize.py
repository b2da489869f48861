"""Started by Python itself in a program that the harness traces.

The harness puts this folder on PYTHONPATH; the interpreter imports
`sitecustomize` before the program. Each line of the traced files is noted
the first time it runs, in every thread and every forked child. It is
written at once and with O_APPEND, so a child that ends in `os._exit()` or
becomes another program by exec loses nothing.

SNIPPET_TRACE_FILE names the file; a folder, with a last slash, stands for
all files in it.
"""

import fcntl
import os
import sys
import threading
from types import FrameType
from typing import Any

# The program must see the descriptor numbers it would have without us.
_OUT_OF_THE_WAY = 200


def _start(path: str, log: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    low = os.open(log, flags, 0o644)
    out = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, _OUT_OF_THE_WAY)
    os.close(low)
    seen: set[tuple[str, int]] = set()

    def on_line(frame: FrameType, event: str, _: Any) -> Any:
        at = (frame.f_code.co_filename, frame.f_lineno)
        if event == "line" and at not in seen:
            seen.add(at)
            os.write(out, f"{at[1]} {at[0]}\n".encode())
        return on_line

    def on_call(frame: FrameType, event: str, _: Any) -> Any:
        return on_line if traced(frame.f_code.co_filename) else None

    def traced(file: str) -> bool:
        return file.startswith(path) if path.endswith("/") else file == path

    threading.settrace(on_call)
    sys.settrace(on_call)


if "SNIPPET_TRACE_LOG" in os.environ:
    _start(os.environ["SNIPPET_TRACE_FILE"], os.environ["SNIPPET_TRACE_LOG"])
