"""When a line was printed, in seconds.

``-ttt`` prints seconds since the epoch.  ``-t`` and ``-tt`` print the time
of day, which starts again at midnight: the reader goes on counting.  ``-r``
prints what passed since the line before: the reader adds up.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from epollref.trace.items import EPOCH_TIMES
from epollref.trace.log.coverage import Coverage
from epollref.trace.log.lines import AnyLine

_DAY: Final = 86400.0
BACK: Final = 1.0
"""Seconds; threads of one log are less out of order than that."""


class Clock:
    """The stage that turns the times of one log into seconds.

    Args:
        coverage: What hears of times that go back.
    """

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage
        self._days = 0.0
        self._last = 0.0
        self._sum = 0.0

    def timed(self, lines: Iterable[AnyLine]) -> Iterator[AnyLine]:
        """Yield lines with their times.

        Args:
            lines: Lines whose ``time`` is not set yet.
        """
        latest = 0.0
        for line in lines:
            when = line.when
            if when is None:
                line.time = None
            else:
                line.time = now = self.seconds(when)
                if now > latest:
                    latest = now
                elif now < latest - BACK:
                    latest = now
                    self._coverage.hint(
                        f"the time goes back at line {line.number}: "
                        "these may be two logs"
                    )
            yield line

    def seconds(self, text: str) -> float:
        """Return the seconds of a printed time.

        Args:
            text: ``1795455349.367581``, ``0.000042`` or ``17:20:17.122325``.

        Returns:
            Seconds since the epoch, since the first line or since midnight.
        """
        if ":" in text:
            return self._time_of_day(text)
        number = float(text)
        if number >= EPOCH_TIMES:
            return number
        self._sum += number
        return self._sum

    def _time_of_day(self, text: str) -> float:
        hours, minutes, seconds = text.split(":")
        now = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
        # Threads are not quite in order: only a big step back is midnight.
        if now < self._last - _DAY / 2:
            self._days += _DAY
        self._last = now
        return now + self._days
