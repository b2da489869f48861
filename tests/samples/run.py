"""Runs the samples on this machine, for `make serve`.

    python -m tests.samples.run

It shows progress, writes build/ledger.json, and says what did not run
here and why. A sample that fails does not stop the site from being
served: its page and the evidence page say so.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.samples.ledger import Ledger, Outcome

LEDGER = Path("build/ledger.json")
WHERE = (
    "docs",
    "README.md",
    "epollref",
    "tests/snippets",
    "tests/server/test_shown_lines.py",
)
QUIET = ("-q", "--no-header", "--tb=no", "-rN", "-p", "no:cacheprovider")


def samples() -> int:
    """Run them all.

    Returns:
        pytest's exit status; the ledger says more.
    """
    LEDGER.unlink(missing_ok=True)
    jobs = str(min(os.cpu_count() or 1, 8))
    command = [sys.executable, "-m", "pytest", *QUIET, "-n", jobs]
    command += ["--dist", "loadgroup", "--timeout", "120"]
    command += ["--ledger", str(LEDGER)]
    print("Running the samples on this machine.", flush=True)
    return subprocess.run([*command, *WHERE], check=False).returncode


def summary(ledger: Ledger) -> list[str]:
    """How many samples ran here, and which did not."""
    groups = ledger.blocks().values()
    blocks = [block for group in groups for block in group]
    lost = [
        f"  {block[0].where}:{block[0].block or block[0].line} "
        f"{block[0].kind}: {block[0].why or outcome}"
        for block in blocks
        if (outcome := ledger.outcome(block)) is not Outcome.PASSED
    ]
    ran = len(blocks) - len(lost)
    return [f"{ran} of {len(blocks)} samples ran here.", *lost]


def main() -> int:
    """Run the samples and sum up.

    Returns:
        0 once there is a ledger, whatever it says.
    """
    status = samples()
    if not LEDGER.exists():
        print(f"no ledger was written: pytest ended with {status}")
        return 1
    print("\n".join(summary(Ledger.load(LEDGER))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
