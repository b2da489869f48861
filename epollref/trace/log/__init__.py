"""strace logs, read back into calls: a pipeline of generators.

Texts (mended, if they were pasted) become lines, lines that somebody wrote,
lines with a time, joined calls, and items.

Read it in this order; each module imports only modules above it.

1. ``source``     where the texts come from, and ``LogError``
2. ``coverage``   how much was understood, and what would help
3. ``lines``      one line taken apart
4. ``foreign``    lines of other tools, and when a log is refused
5. ``pasted``     what stands before and around lines that somebody pasted
6. ``mending``    takes it off where it is told to, and joins wrapped lines
7. ``recognized`` which lines are strace's, and why the others are not
8. ``processes``  who wrote a line
9. ``times``      when
10. ``joining``   the two halves of a call
11. ``registrations``  watches that were not seen being added
12. ``survey``    what else the log does not show
13. ``reader``    a whole log, and several merged
"""

from epollref.trace.log.coverage import Coverage, Unread, Unseen
from epollref.trace.log.reader import Log, merged
from epollref.trace.log.source import LogError, opened

__all__ = [
    "Coverage",
    "Log",
    "LogError",
    "Unread",
    "Unseen",
    "merged",
    "opened",
]
