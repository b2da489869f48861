"""The result, for a page: a row for each kernel, and what differs.

The numbers are raw and there is no prose; the page has that.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.proof.kernels.packages import Package
from tests.proof.kernels.report import Verdict


@dataclass(frozen=True, slots=True)
class Run:
    """One kernel, how it ran, and what it has shown."""

    package: Package | None
    """Where it comes from; None for the kernel of this machine."""
    accel: str
    """"kvm", "tcg" (software emulation) or "native"."""
    verdict: Verdict

    @property
    def release(self) -> str:
        """``uname -r``; of this machine's kernel without its local part."""
        if self.package is None:
            return self.verdict.release.partition("-")[0]
        return self.verdict.release


def differing(profiles: Sequence[dict[str, Any]]) -> list[str]:
    """Return the names under which profiles do not all say the same.

    Args:
        profiles: At least one, all with the same names.
    """
    first, *others = profiles
    return [
        name
        for name, value in first.items()
        if any(other[name] != value for other in others)
    ]


def table(runs: Sequence[Run]) -> dict[str, Any]:
    """Return what the file says.

    Args:
        runs: A row for each, in this order.
    """
    names = differing([run.verdict.profile for run in runs])
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "kernels": [_row(run, names) for run in runs],
    }


def _row(run: Run, names: Sequence[str]) -> dict[str, Any]:
    package, verdict = run.package, run.verdict
    return {
        "release": run.release,
        "package": package and package.name,
        "version": package and package.version,
        "accel": run.accel,
        "steps": verdict.steps,
        "seed": verdict.seed,
        "agreed": verdict.trace is None,
        "profile": {name: verdict.profile[name] for name in names},
    }


def text(found: dict[str, Any]) -> str:
    """Return the file's text.

    Args:
        found: What ``table`` returned.
    """
    return json.dumps(found, indent=2) + "\n"
