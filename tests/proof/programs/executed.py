"""Where a test of a snippet says which lines it executed.

The harness calls `note` after each traced run. The
plugin takes the notes of every test and puts them into the ledger: a
page's included section counts as run if one test, and a green one,
executed all its lines.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Note:
    """A run of a program, and the lines that were executed in it."""

    program: Path
    lines: frozenset[int]


_notes: list[Note] = []


def note(program: Path, lines: set[int]) -> None:
    """Keep a run: its children's and threads' lines are among `lines`."""
    _notes.append(Note(program.resolve(), frozenset(lines)))


def taken() -> dict[Path, set[int]]:
    """What was noted since the last call: lines by program.

    Several runs of a program in one test count together.
    """
    found: dict[Path, set[int]] = {}
    for each in _notes:
        found.setdefault(each.program, set()).update(each.lines)
    _notes.clear()
    return found
