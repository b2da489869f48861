"""Rewriting outputs in place, for `--update-examples`.

Samples of one page run one by one, but their offsets all refer to the
page as it was read. So edits are kept, and applied at the end of the
run, from the bottom of each file to its top.
"""

import difflib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Edit:
    """Put `text` in the place of `start` to `end` (offsets)."""

    start: int
    end: int
    text: str


class Edits:
    """The edits of one run."""

    def __init__(self) -> None:
        self._edits: dict[Path, set[Edit]] = defaultdict(set)

    def add(self, path: Path, edit: Edit) -> None:
        """Keep an edit; one that changes nothing is forgotten."""
        old = path.read_text("utf-8")[edit.start : edit.end]
        if old != edit.text:
            self._edits[path].add(edit)

    def apply(self) -> list[str]:
        """Write the files.

        Returns:
            A line for each file that changed.
        """
        report = []
        for path, edits in sorted(self._edits.items()):
            text = path.read_text("utf-8")
            for edit in sorted(edits, reverse=True):
                text = text[: edit.start] + edit.text + text[edit.end :]
            path.write_text(text, "utf-8")
            report.append(f"{path}: {len(edits)} outputs recorded")
        self._edits.clear()
        return report


def compared(shown: Sequence[str], printed: Sequence[str]) -> str:
    """What the page shows against what the run gave, for a report."""
    return "\n".join(
        difflib.unified_diff(
            shown, printed, "the page", "the run", n=2, lineterm=""
        )
    )
