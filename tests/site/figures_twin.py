"""Shows what a broken twin changes: its diff against the sibling.

`edge/echo_broken_no_drain.py` stands beside `edge/echo.py`.  The diff
is made from the two files when the site is built, so it can never be
out of date.  The header (module docstring or top comment) and the
section markers are left out; the header's `breaks:` line becomes the
caption.  The block has the class `twin`: it is no sample of its own,
the two programs are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from pathlib import Path

# Pygments ships no types.
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import (  # type: ignore[import-untyped]
    HtmlFormatter,
)
from pygments.lexers import (  # type: ignore[import-untyped]
    get_lexer_for_filename,
)

SNIPPETS = Path(__file__).parents[2] / "snippets"
CONTEXT = 3
"""Unchanged lines that are shown around a change."""
GAP = "gap"

_MARKER = re.compile(r"\s*(#|//) --8<-- ")
_COMMENT = re.compile(r"\s*(/\*.*?\*/|(?://[^\n]*\n)+)", re.DOTALL)
_CLASSES = {"-": "ep-del", "+": "ep-ins", " ": "ep-same", GAP: "ep-gap"}


@dataclass(frozen=True)
class Program:
    """A snippet, parted into what its header says and its lines."""

    header: str
    lines: list[str]

    @property
    def breaks(self) -> str:
        """What the header names as broken: `EP001`."""
        found = re.search(r"breaks:\s*(.+)", self.header)
        return found[1].strip(" */") if found else ""


@dataclass(frozen=True)
class Row:
    """One line of a diff.

    Attributes:
        sign: `-`, `+`, a space, or `gap` for lines left out.
        text: The line as it stands in the program.
        html: The same, highlighted.
    """

    sign: str
    text: str = ""
    html: str = ""


def sibling(broken: Path) -> Path:
    """Return the working program that a broken twin was made from."""
    stem, found, _what = broken.stem.partition("_broken_")
    if not found:
        raise ValueError(f"{broken.name} is no broken twin")
    return broken.with_name(stem + broken.suffix)


def load(path: Path) -> Program:
    """Read a snippet without its header and section markers."""
    text = path.read_text(encoding="utf-8")
    header, body = _split(text, path.suffix)
    lines = [line for line in body.splitlines() if not _MARKER.match(line)]
    while lines and not lines[0].strip():
        del lines[0]
    return Program(header, lines)


def diff(broken: Path) -> list[Row]:
    """Return what the twin changes, with a few lines around it."""
    good, bad = load(sibling(broken)), load(broken)
    good_html = _highlighted(broken.name, good)
    bad_html = _highlighted(broken.name, bad)
    matcher = SequenceMatcher(None, good.lines, bad.lines, autojunk=False)
    rows: list[Row] = []
    for group in matcher.get_grouped_opcodes(CONTEXT):
        hunk: list[Row] = []
        for tag, start, end, bad_start, bad_end in group:
            minus = " " if tag == "equal" else "-"
            hunk += _rows(minus, good.lines, good_html, start, end)
            if tag != "equal":
                hunk += _rows("+", bad.lines, bad_html, bad_start, bad_end)
        rows += [Row(GAP), *_without_blank_ends(hunk)]
    return rows


def draw(name: str) -> str:
    """Show the diff of the broken twin at `name` below snippets/."""
    broken = SNIPPETS / name
    rows = diff(broken)
    if not rows:
        raise ValueError(f"{name} does not differ from its sibling")
    good = sibling(Path(name))
    breaks = load(broken).breaks
    label = f"<b>breaks</b> {escape(breaks)}" if breaks else ""
    return (
        '<div class="ep-twin highlight no-copy">'
        f'<p class="ep-twin-head"><span><del>{good}</del> → '
        f"<ins>{escape(Path(name).name)}</ins></span>"
        f'<span class="ep-breaks">{label}</span></p>'
        f'<pre class="twin"><code>{"".join(_lines(rows))}</code></pre></div>'
    )


def _rows(
    sign: str, lines: list[str], html: list[str], start: int, end: int
) -> list[Row]:
    return [Row(sign, lines[n], html[n]) for n in range(start, end)]


def _without_blank_ends(rows: list[Row]) -> list[Row]:
    while rows and rows[0].sign == " " and not rows[0].text.strip():
        rows = rows[1:]
    while rows and rows[-1].sign == " " and not rows[-1].text.strip():
        rows = rows[:-1]
    return rows


def _highlighted(name: str, program: Program) -> list[str]:
    lexer = get_lexer_for_filename(name, stripnl=False)
    formatter = HtmlFormatter(nowrap=True)
    text = "\n".join(program.lines) + "\n"
    return str(highlight(text, lexer, formatter)).split("\n")


def _lines(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        kind = _CLASSES[row.sign]
        if row.sign == GAP:
            yield f'<span class="{kind}">⋯</span>\n'
        else:
            yield f'<span class="{kind}">{row.sign} {row.html}</span>\n'


def _split(text: str, suffix: str) -> tuple[str, str]:
    if suffix == ".py":
        return _split_python(text)
    match = _COMMENT.match(text)
    end = match.end() if match else 0
    return text[:end], text[end:]


def _split_python(text: str) -> tuple[str, str]:
    module = ast.parse(text)
    if ast.get_docstring(module) is None:
        return "", text
    lines = text.splitlines(keepends=True)
    end = module.body[0].end_lineno or 0
    return "".join(lines[:end]), "".join(lines[end:])
