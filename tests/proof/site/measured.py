"""A measurement as a file of docs/data: how, where, when, and its table.

A command that measures calls `save`; a ``results`` fence shows what it
saved.  Nobody types such a number.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from tests.proof.project import DATA


def machine() -> dict[str, str]:
    """Say what ran the measurement."""
    release = platform.release().partition("-")[0]
    return {
        "kernel": f"{platform.system()} {release}",
        "machine": platform.machine(),
        "python": platform.python_version(),
        "date": datetime.now(UTC).date().isoformat(),
    }


def save(
    name: str,
    how: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str | float]],
) -> None:
    """Write the table of a measurement.

    Args:
        name: The name of the file, without its end.
        how: What was measured and how, in sentences.
        head: The titles of the columns, with their units.
        rows: What was measured.
    """
    found = {"how": how, "machine": machine(), "head": head, "rows": rows}
    text = json.dumps(found, indent=2, ensure_ascii=False)
    # A row a line.
    text = re.sub(r"\[\s+([^\[\]]+?)\s+\]", _on_one_line, text)
    DATA.mkdir(exist_ok=True)
    (DATA / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _on_one_line(row: re.Match[str]) -> str:
    return "[" + re.sub(r",\n\s+", ", ", row[1]) + "]"
