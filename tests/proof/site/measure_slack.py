"""How late the timer of an epoll_wait may be: the slack the kernel gave it.

    python -m tests.proof.site.measure_slack      writes docs/data/slack.json

A thread waits, and /proc/timer_list shows its timer with the range in
which it may fire: nothing is timed, so a loaded machine changes nothing.
The list is for root only (proc_timer_list(5)).
"""

from __future__ import annotations

import ctypes
import os
import re
import select
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tests.proof.site.measured import save

TIMER_LIST = Path("/proc/timer_list")
TIMER = re.compile(r", hrtimer_wakeup,.*\n # expires at (\d+)-(\d+) nsecs")
PR_SET_TIMERSLACK = 29
NS = 1_000_000_000
SETTINGS: Sequence[tuple[str, int, int]] = (
    ("as it starts", 0, 0),
    ("nice 5", 5, 0),
    ("PR_SET_TIMERSLACK 1 ns", 0, 1),
)
TIMEOUTS_MS = (1, 10, 50, 100, 500, 2000, 10_000, 100_000, 1_000_000)
HOW = (
    "The range in which the kernel lets the timer of one epoll_wait fire, "
    "from /proc/timer_list while the wait sleeps, in microseconds."
)


class Waiter:
    """A thread with settings of its own that sleeps in one epoll_wait."""

    def __init__(self, timeout_ms: int, nice: int, slack_ns: int) -> None:
        self.timeout_ms = timeout_ms
        self._nice = nice
        self._slack_ns = slack_ns
        self._epoll = select.epoll()
        self._wakeup = os.eventfd(0)
        self._thread = threading.Thread(target=self._wait)
        self.started_ns = 0

    def _wait(self) -> None:
        # Both settings are a thread's own: setpriority(2), prctl(2).
        if self._nice:
            me = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, me, self._nice)
        if self._slack_ns:
            libc = ctypes.CDLL(None)
            libc.prctl(PR_SET_TIMERSLACK, self._slack_ns, 0, 0, 0)
        self._epoll.register(self._wakeup, select.EPOLLIN)
        self.started_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        self._epoll.poll(self.timeout_ms / 1000)

    def slack_ns(self) -> int | None:
        """Start, look at the timer, and end the wait.

        Returns:
            The range of its timer; None where it was not to be seen, or
            another timer is due at the same time.
        """
        self._thread.start()
        found: set[tuple[int, int]] = set()
        while not found and self._thread.is_alive():
            timers = TIMER.findall(TIMER_LIST.read_text(encoding="ascii"))
            now_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
            if not self.started_ns:
                continue
            offset_ns = self.timeout_ms * 1_000_000
            first, last = self.started_ns + offset_ns, now_ns + offset_ns
            found = {
                (int(soonest), int(latest))
                for soonest, latest in timers
                if first <= int(soonest) <= last
            }
        os.eventfd_write(self._wakeup, 1)
        self._thread.join()
        self._epoll.close()
        os.close(self._wakeup)
        if len(found) != 1:
            return None
        ((soonest_ns, latest_ns),) = found
        return latest_ns - soonest_ns


def slack(timeout_ms: int, nice: int, slack_ns: int) -> float:
    """Return the slack of one wait, in microseconds."""
    while (found := Waiter(timeout_ms, nice, slack_ns).slack_ns()) is None:
        pass
    return round(found / 1000, 1)


def main() -> int:
    """Measure every timeout under every setting, and write the file."""
    rows: list[list[str | float]] = [
        [
            f"{timeout_ms:,} ms",
            *(slack(timeout_ms, *rest) for _, *rest in SETTINGS),
        ]
        for timeout_ms in TIMEOUTS_MS
    ]
    save("slack", HOW, ["timeout", *(name for name, *_ in SETTINGS)], rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
