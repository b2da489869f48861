"""What one select, poll and epoll call costs beside idle descriptors.

    python -m tests.proof.site.measure_scan        writes docs/data/scan*.json

One eventfd is ready, N are idle; every call finds the one.  Then the
opposite, where nothing is saved: all of them are ready.  A figure is
the processor time of this thread (user and system) for one call from
Python, the smallest of some rounds: neighbours on the machine can only
make a round slower.  The calls never sleep.
"""

from __future__ import annotations

import gc
import json
import os
import re
import select
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from epollref.commands.descriptors import take_all
from tests.proof.project import DATA
from tests.proof.site.measured import machine

IDLE = [1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 19000]
FD_SETSIZE = 1024
ROUNDS = 60
ROUND_NS = 3_000_000
"""Processor time that one round should take, in nanoseconds."""

Series = dict[str, list[tuple[int, float]]]


def cost(call: Callable[[], object], rounds: int) -> float:
    """Return the processor time of one call, in microseconds."""
    times = 1
    while (spent := _spend(call, times)) < ROUND_NS:
        times = max(times * 2, int(times * ROUND_NS / (spent + 1)))
    return min(_spend(call, times) for _ in range(rounds)) / times / 1000


def _spend(call: Callable[[], object], times: int) -> int:
    start = time.thread_time_ns()
    for _ in range(times):
        call()
    return time.thread_time_ns() - start


def callers(fds: Sequence[int]) -> dict[str, Callable[[], object]]:
    """Return one ready-made call for each interface that can take fds."""
    poll = select.poll()
    epoll = select.epoll()
    for fd in fds:
        poll.register(fd, select.POLLIN)
        epoll.register(fd, select.EPOLLIN)
    found: dict[str, Callable[[], object]] = {
        "poll": lambda: poll.poll(0),
        "epoll": lambda: epoll.poll(0, len(fds)),
    }
    if max(fds) < FD_SETSIZE:
        found["select"] = lambda: select.select(fds, [], [], 0)
    return found


def measure(
    idle: Sequence[int], all_ready: bool, rounds: int = ROUNDS
) -> Series:
    """Measure every interface beside each number of descriptors."""
    series: Series = {"select": [], "poll": [], "epoll": []}
    for count in idle:
        with ExitStack() as stack:
            fds = [os.eventfd(0, os.EFD_NONBLOCK) for _ in range(count + 1)]
            for fd in fds:
                stack.callback(os.close, fd)
            for fd in fds if all_ready else fds[-1:]:
                os.eventfd_write(fd, 1)
            for name, call in callers(fds).items():
                series[name].append((count, round(cost(call, rounds), 3)))
        print(count, {name: s[-1] for name, s in series.items() if s})
    return series


def report(title: str, how: str, x: str, series: Series) -> dict[str, object]:
    """Return what a `chart` fence draws."""
    return {
        "title": title,
        "how": how,
        "machine": machine(),
        "x": {"label": x, "scale": "log"},
        "y": {"label": "time of one call (µs)", "scale": "log"},
        "series": [
            {"name": name, "points": points} for name, points in series.items()
        ],
    }


def main() -> int:
    """Measure, and write both data files."""
    most = take_all()
    idle = [count for count in IDLE if count + 32 < most]
    gc.disable()
    how = (
        "Processor time (user and system) of one call from Python with "
        "timeout 0, the smallest of "
        f"{ROUNDS} rounds of about {ROUND_NS // 1_000_000} ms each. "
    )
    reports = {
        "scan.json": report(
            "One descriptor is ready, the others are idle",
            how + "The descriptors are eventfds; one of them is ready.",
            "idle descriptors",
            measure(idle, all_ready=False),
        ),
        "scan_all_ready.json": report(
            "Every descriptor is ready",
            how + "The descriptors are eventfds; all of them are ready.",
            "ready descriptors",
            measure(idle, all_ready=True),
        ),
    }
    DATA.mkdir(exist_ok=True)
    for name, found in reports.items():
        text = json.dumps(found, indent=2, ensure_ascii=False)
        # One point, one line.
        text = re.sub(r"\[\s+([\d.]+),\s+([\d.]+)\s+\]", r"[\1, \2]", text)
        (DATA / name).write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
