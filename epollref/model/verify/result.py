"""The result of a run as a file: what was compared, where, and when.

A page of the site prints the numbers, and a reader can compare them with
those of another machine.  So the names in the file stay as they are.
"""

import json
import platform
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from epollref.model.verify.compare import Disagreement
from epollref.model.verify.sources import digest
from epollref.model.verify.tally import Tally


def here() -> dict[str, str]:
    """Return when and on what this runs."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "kernel": platform.release().partition("-")[0],
        "machine": platform.machine(),
        "python": platform.python_version(),
    }


def save(
    file: Path,
    seed: int,
    seconds: float,
    tally: Tally,
    found: Disagreement | None,
) -> None:
    """Write a result as JSON.

    A difference is written with its script, because a run of days should
    not be lost with the terminal.

    Args:
        file: Where to; what is there is replaced.
        seed: Where the run started.
        seconds: How long it took.
        tally: What was compared.
        found: The difference, if there was one.

    Raises:
        OSError: The file cannot be written.
    """
    result: dict[str, object] = {
        **here(),
        "seed": seed,
        "seconds": round(seconds, 1),
        "steps": tally.steps,
        "scripts": tally.scripts,
        "calls": _by_count(tally.calls),
        "failed": _by_count(tally.failed),
        "agreed": found is None,
        "sources": digest(),
    }
    if found:
        result["difference"] = {
            "seed": found.seed,
            "step": found.steps,
            "trace": found.trace.splitlines(),
        }
    text = json.dumps(result, indent=2, ensure_ascii=False)
    file.write_text(f"{text}\n", encoding="utf-8")


def _by_count(counter: Counter[str]) -> dict[str, int]:
    """Return the counts, the highest first."""
    return dict(counter.most_common())
