"""When a client repeats its SYN to a listener whose accept queue is full.

    python -m tests.proof.site.measure_syn           writes docs/data/syn.json

The queue of a listener on loopback is filled, one more client connects
without blocking, and ``tcpi_retransmits`` of its socket says how often its
SYN was sent again (``struct tcp_info`` in include/uapi/linux/tcp.h).
"""

from __future__ import annotations

import json
import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.proof.project import DATA
from tests.proof.site.measured import machine

LINEAR: Final = Path("/proc/sys/net/ipv4/tcp_syn_linear_timeouts")
RETRANSMITS: Final = 2
"""Where ``tcpi_retransmits`` stands in ``struct tcp_info``."""
STEP: Final = 0.01
TIMES: Final = 8


def repetitions(times: int) -> list[float]:
    """Return when a SYN was sent again, in seconds after the first one.

    Args:
        times: How many repetitions to wait for.

    Raises:
        OSError: A socket cannot be made, or is refused.
    """
    with ExitStack() as stack:
        listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        stack.enter_context(listener)
        stack.enter_context(socket.create_connection(listener.getsockname()))
        client = stack.enter_context(socket.socket())
        client.setblocking(False)
        start = time.monotonic()
        client.connect_ex(listener.getsockname())
        return _watch(client, start, times)


def _watch(client: socket.socket, start: float, times: int) -> list[float]:
    found: list[float] = []
    while len(found) < times:
        info = client.getsockopt(
            socket.IPPROTO_TCP, socket.TCP_INFO, RETRANSMITS + 1
        )
        if info[RETRANSMITS] > len(found):
            found.append(round(time.monotonic() - start, 1))
        time.sleep(STEP)
    return found


def linear_timeouts() -> int | None:
    """Return net.ipv4.tcp_syn_linear_timeouts; ``None`` before Linux 6.5."""
    return int(LINEAR.read_text()) if LINEAR.exists() else None


def main() -> int:
    """Measure, and write the data file."""
    seconds = repetitions(TIMES)
    found = {
        **machine(),
        "tcp_syn_linear_timeouts": linear_timeouts(),
        "seconds": seconds,
    }
    text = json.dumps(found, indent=2, ensure_ascii=False)
    (DATA / "syn.json").write_text(text + "\n", encoding="utf-8")
    print(*seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
