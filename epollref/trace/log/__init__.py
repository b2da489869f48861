"""strace logs, read back into calls: a pipeline of generators.

Read it in this order; each module imports only modules above it.

1. ``source``     where lines come from, and ``LogError``
2. ``coverage``   how much was understood
3. ``times``      when
4. ``processes``  who
5. ``joining``    calls in two halves
6. ``lines``      one line taken apart
7. ``reader``     a whole log
"""

from epollref.trace.log.coverage import Coverage, Unread
from epollref.trace.log.reader import Log, merged
from epollref.trace.log.source import LogError, opened

__all__ = [
    "Coverage",
    "Log",
    "LogError",
    "Unread",
    "merged",
    "opened",
]
