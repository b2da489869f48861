"""A pytest plugin that notes which lines of the server run.

`pytest -p tests.server.line_trace` starts the trace before the server is
imported, follows every thread, and writes `{file: [lines]}` as JSON to the
file that SERVER_LINES names.  `test_shown_lines` runs it in a process of
its own, so that the trace slows nothing else down.
"""

import json
import os
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

SERVER = str(Path(__file__).parents[2] / "epollref" / "server") + os.sep

_seen: dict[str, set[int]] = {}


def _on_call(frame: FrameType, event: str, _: Any) -> Any:
    path = frame.f_code.co_filename
    if not path.startswith(SERVER):
        return None
    lines = _seen.setdefault(path, set())

    def on_line(inner: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            lines.add(inner.f_lineno)
        return on_line

    return on_line(frame, event, _)


def pytest_sessionfinish() -> None:
    """Stop the trace and write what it saw."""
    sys.settrace(None)
    report = {path: sorted(lines) for path, lines in _seen.items()}
    Path(os.environ["SERVER_LINES"]).write_text(json.dumps(report))


threading.settrace(_on_call)
sys.settrace(_on_call)
