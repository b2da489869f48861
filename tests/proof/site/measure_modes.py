"""What one message costs an echo server in each mode, in C and in Python.

    python -m tests.proof.site.measure_modes      writes docs/data/modes.json

The servers are snippets of the site.  A hundred clients send 64 bytes each
and wait for all the answers, round after round.  Counted is the processor
time of the server's threads only, so the clients may be slow.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from tests.proof.programs.client import Client
from tests.proof.programs.harness import SNIPPETS, serving
from tests.proof.site.measured import save

SERVERS = (
    ("level, C", "level/echo.c"),
    ("edge, C", "edge/echo.c"),
    ("one-shot, threads, C", "oneshot/pool.c"),
    ("level, Python", "level/echo.py"),
    ("edge, Python", "edge/echo.py"),
    ("one-shot, threads, Python", "oneshot/pool.py"),
)
CLIENTS = 100
ROUNDS = 200
RUNS = 5
MESSAGE = bytes(64)
HOW = (
    "Processor time (user and system) of an echo server for one message: "
    f"{CLIENTS} connections over loopback, {len(MESSAGE)} bytes from each in "
    f"every round, {ROUNDS} rounds, the smallest of {RUNS} runs. The share of "
    "the kernel is counted by the clock tick."
)


@dataclass(frozen=True)
class Usage:
    """Processor time of a process so far."""

    ns: int
    user_ticks: int
    system_ticks: int

    @classmethod
    def of(cls, pid: int) -> Usage:
        """Look at all its threads (proc_pid_schedstat(5), proc_pid_stat(5))."""
        threads = Path(f"/proc/{pid}/task").iterdir()
        ns = sum(int((t / "schedstat").read_text().split()[0]) for t in threads)
        stat = Path(f"/proc/{pid}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return cls(ns, int(fields[11]), int(fields[12]))


def run_once(source: Path) -> tuple[float, int, int]:
    """Serve all rounds once.

    Returns:
        Microseconds for one message, and the ticks of user and system.
    """
    with serving(source) as server:
        clients = [server.connect() for _ in range(CLIENTS)]
        exchange_all(clients)  # accepted, and warm
        before = Usage.of(server.pid)
        for _ in range(ROUNDS):
            exchange_all(clients)
        after = Usage.of(server.pid)
        for client in clients:
            client.close()
    cost = (after.ns - before.ns) / 1000 / CLIENTS / ROUNDS
    user = after.user_ticks - before.user_ticks
    return cost, user, after.system_ticks - before.system_ticks


def exchange_all(clients: list[Client]) -> None:
    """One message from each client, and its answer."""
    for client in clients:
        client.send(MESSAGE)
    for client in clients:
        client.receive(len(MESSAGE))


def measure(source: Path) -> list[float]:
    """Return the cost of a message, and the share of the kernel in it."""
    costs, users, systems = zip(
        *(run_once(source) for _ in range(RUNS)), strict=True
    )
    share = sum(systems) / (sum(users) + sum(systems))
    return [round(min(costs), 1), round(100 * share)]


def main() -> int:
    """Measure every server, and write the file."""
    rows: list[list[str | float]] = [
        [name, *measure(SNIPPETS / path)] for name, path in SERVERS
    ]
    save("modes", HOW, ["server", "a message, µs", "kernel, %"], rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
