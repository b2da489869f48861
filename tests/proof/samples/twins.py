"""What a broken twin changes: its diff against the sibling.

`edge/echo_broken_no_drain.py` stands beside `edge/echo.py`. A page names
the twin in a `twin` fence and shows the diff of the two files, without
their headers and section markers, and what the twin's header says that it
breaks. That text is a sample as others are: its digest is in the ledger,
and it counts as run if a test saw the twin fail where its sibling passes.
"""

import ast
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from tests.proof.programs.sections import breaks
from tests.proof.samples.faults import known

CONTEXT = 3
"""Unchanged lines that are shown around a change."""
GAP = "gap"
SNIPPETS = "snippets"

_MARKER = re.compile(r"\s*(#|//) --8<-- ")
_COMMENT = re.compile(r"\s*(/\*.*?\*/|(?://[^\n]*\n)+)", re.DOTALL)


class TwinError(ValueError):
    """A twin that cannot be shown."""


@dataclass(frozen=True)
class Row:
    """One line of a diff.

    Attributes:
        sign: `-`, `+`, a space, or `gap` for lines left out.
        text: the line as it stands in the program.
        place: its index in the lines of its program.
    """

    sign: str
    text: str = ""
    place: int = -1

    @property
    def seen(self) -> str:
        """The line as the reader sees it."""
        return "⋯" if self.sign == GAP else f"{self.sign} {self.text}"


@dataclass(frozen=True)
class Twin:
    """A broken program, and the one that it was made from.

    Attributes:
        name: the twin's file below snippets/.
        sibling: the other's, likewise.
        breaks: what its header says: `EP001`.
        good: the sibling's lines.
        bad: the twin's.
        rows: the diff.
    """

    name: str
    sibling: str
    breaks: str
    good: list[str]
    bad: list[str]
    rows: list[Row]

    @property
    def head(self) -> str:
        """The line above the diff."""
        return f"{self.sibling} → {Path(self.name).name} breaks {self.breaks}"

    @property
    def text(self) -> str:
        """All that the reader sees."""
        return "\n".join([self.head, *(row.seen for row in self.rows)])


def sibling(broken: Path) -> Path:
    """The working program that a broken twin was made from.

    Raises:
        TwinError: it is no broken twin, by its name.
    """
    stem, found, _what = broken.stem.partition("_broken_")
    if not found:
        raise TwinError(f"{broken.name} is no broken twin")
    return broken.with_name(stem + broken.suffix)


def twin(root: Path, name: str) -> Twin:
    """The twin at `name` below snippets/.

    Args:
        root: the project.
        name: what a fence names.

    Raises:
        OSError: it, or its sibling, is not there.
        ValueError: it is no twin, does not differ from its sibling, or
            names a fault that no rule has.
    """
    path = root / SNIPPETS / name
    good, bad = body(sibling(path)), body(path)
    rows = _rows(good, bad)
    if not rows:
        raise TwinError(f"{name} does not differ from its sibling")
    beside = sibling(Path(name)).as_posix()
    return Twin(name, beside, known(breaks(path)), good, bad, rows)


def body(path: Path) -> list[str]:
    """The lines of a program without its header and section markers."""
    text = path.read_text("utf-8")
    rest = _below_docstring(text) if path.suffix == ".py" else _below(text)
    lines = [line for line in rest.splitlines() if not _MARKER.match(line)]
    while lines and not lines[0].strip():
        del lines[0]
    return lines


def _rows(good: list[str], bad: list[str]) -> list[Row]:
    matcher = SequenceMatcher(None, good, bad, autojunk=False)
    rows: list[Row] = []
    for group in matcher.get_grouped_opcodes(CONTEXT):
        hunk: list[Row] = []
        for tag, start, end, bad_start, bad_end in group:
            minus = " " if tag == "equal" else "-"
            hunk += [Row(minus, good[n], n) for n in range(start, end)]
            if tag != "equal":
                hunk += [Row("+", bad[n], n) for n in range(bad_start, bad_end)]
        rows += [Row(GAP), *_without_blank_ends(hunk)]
    return rows


def _without_blank_ends(rows: list[Row]) -> list[Row]:
    while rows and rows[0].sign == " " and not rows[0].text.strip():
        rows = rows[1:]
    while rows and rows[-1].sign == " " and not rows[-1].text.strip():
        rows = rows[:-1]
    return rows


def _below(text: str) -> str:
    match = _COMMENT.match(text)
    return text[match.end() :] if match else text


def _below_docstring(text: str) -> str:
    module = ast.parse(text)
    if ast.get_docstring(module) is None:
        return text
    end = module.body[0].end_lineno or 0
    return "".join(text.splitlines(keepends=True)[end:])
