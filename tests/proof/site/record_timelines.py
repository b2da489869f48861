"""Records the logs that the timelines of the site are drawn from.

    python -m tests.proof.site.record_timelines   writes docs/data/*.strace

A snippet serves one client, and strace watches both.  The working and
the broken twin get the same client.  `test_timelines.py` records anew
and compares.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.proof.project import ROOT
from tests.proof.site.timeline_log import tidied

DATA = ROOT / "docs" / "data"
CALLS = (
    "epoll_create1,epoll_ctl,epoll_wait,epoll_pwait,accept4,"
    "connect,recvfrom,sendto,shutdown,close"
)
LIMIT_SECONDS = 100


@dataclass(frozen=True)
class Recording:
    """One log.

    Attributes:
        snippet: The server's program, below snippets/.
        messages: The lengths of what the client sends, in bytes.
    """

    snippet: str
    messages: tuple[int, ...]


LONG_AND_SHORT = (10_000, 1)
"""More than two of the server's reads; then one byte."""
TWO_SHORT = (5, 6)

RECORDINGS = {
    "edge-stalled": Recording("edge/echo_broken_no_drain.py", LONG_AND_SHORT),
    "edge-healthy": Recording("edge/echo.py", LONG_AND_SHORT),
    "oneshot-stalled": Recording("oneshot/rearm_broken_no_rearm.py", TWO_SHORT),
    "oneshot-healthy": Recording("oneshot/rearm.py", TWO_SHORT),
}


def record(recording: Recording) -> str:
    """Run a server and its client under strace; return the tidy log.

    Raises:
        RuntimeError: The run failed; says what it said.
    """
    with tempfile.TemporaryDirectory(prefix="timeline-") as folder:
        log = Path(folder, "strace")
        done = subprocess.run(
            [
                *("strace", "-f", "-yy", "-qq", "-ttt", "-s", "8"),
                *("-e", f"trace={CALLS}", "-e", "signal=none"),
                *("-o", str(log), sys.executable),
                *("-m", "tests.proof.site.act_timeline", recording.snippet),
                *map(str, recording.messages),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT_SECONDS,
        )
        if done.returncode:
            raise RuntimeError(f"{recording.snippet}: {done.stderr}")
        return tidied(log.read_text(encoding="utf-8"))


def main() -> int:
    """Record and write every log."""
    for name, recording in RECORDINGS.items():
        text = record(recording)
        (DATA / f"{name}.strace").write_text(text, encoding="utf-8")
        print(f"{name}: {len(text.splitlines())} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
