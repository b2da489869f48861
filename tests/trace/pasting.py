"""Logs read as they are, and as pasted text."""

from epollref.trace.log import Log
from epollref.trace.notation import Notation


def read(lines: list[str], *, paste: bool) -> tuple[list[str], Log]:
    """Return the items of a log, written again, and the log."""
    log = Log(lines, paste=paste)
    return [Notation(pid="brackets").line(item) for item in log], log
