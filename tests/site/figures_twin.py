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
import difflib
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

SNIPPETS = Path(__file__).parents[2] / "snippets"
CONTEXT = 3
"""Unchanged lines that are shown around a change."""

_MARKER = re.compile(r"\s*(#|//) --8<-- ")
_COMMENT = re.compile(r"\s*(/\*.*?\*/|(?://[^\n]*\n)+)", re.DOTALL)
_SIGNS = {"+": "gi", "-": "gd", "@": "gu"}


@dataclass(frozen=True)
class Program:
    """A snippet, parted into what its header says and its lines."""

    header: str
    lines: list[str]

    @property
    def breaks(self) -> str:
        """What the header names as broken: `EP001`."""
        found = re.search(r"breaks:\s*(.+)", self.header)
        return found[1].strip() if found else ""


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


def diff(broken: Path) -> list[str]:
    """Return the unified diff from the sibling, without file names."""
    good = load(sibling(broken)).lines
    bad = load(broken).lines
    return list(difflib.unified_diff(good, bad, n=CONTEXT, lineterm=""))[2:]


def draw(name: str) -> str:
    """Show the diff of the broken twin at `name` below snippets/."""
    broken = SNIPPETS / name
    lines = diff(broken)
    if not lines:
        raise ValueError(f"{name} does not differ from its sibling")
    shown = "".join(_line(line) for line in lines)
    good = sibling(Path(name))
    breaks = load(broken).breaks
    label = f"<b>breaks</b> {escape(breaks)}" if breaks else ""
    return (
        '<div class="ep-twin no-copy">'
        f'<p class="ep-twin-head"><span><del>{good}</del> → '
        f"<ins>{escape(Path(name).name)}</ins></span>"
        f'<span class="ep-breaks">{label}</span></p>'
        f'<pre class="twin"><code>{shown}</code></pre></div>'
    )


def _split(text: str, suffix: str) -> tuple[str, str]:
    if suffix == ".py":
        return _split_python(text)
    match = _COMMENT.match(text)
    end = match.end() if match else 0
    return text[:end], text[end:]


def _split_python(text: str) -> tuple[str, str]:
    body = ast.parse(text).body
    first = body[0] if body else None
    if first is None or ast.get_docstring(ast.parse(text)) is None:
        return "", text
    lines = text.splitlines(keepends=True)
    end = first.end_lineno or 0
    return "".join(lines[:end]), "".join(lines[end:])


def _line(line: str) -> str:
    if line.startswith("@"):
        return '<span class="gu">⋯</span>\n'
    kind = _SIGNS.get(line[:1], "gx")
    return f'<span class="{kind}">{escape(line, quote=False)}</span>\n'
