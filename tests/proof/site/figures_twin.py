"""Draws the diff of a broken twin against its sibling, highlighted.

The diff is made from the two files when the site is built, so it can
never be out of date. `tests.proof.samples.twins` says what it holds.
"""

from __future__ import annotations

from collections.abc import Iterator
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

from tests.proof.project import ROOT
from tests.proof.samples.twins import GAP, SNIPPETS, Twin, twin
from tests.proof.site.programs import linked

_CLASSES = {"-": "ep-del", "+": "ep-ins", " ": "ep-same", GAP: "ep-gap"}


def draw(name: str) -> str:
    """Show the diff of the broken twin at `name` below snippets/."""
    shown = twin(ROOT, name)
    good = linked(f"{SNIPPETS}/{shown.sibling}", escape(shown.sibling))
    bad = linked(f"{SNIPPETS}/{name}", escape(Path(name).name))
    return (
        '<div class="ep-twin highlight no-copy">'
        f'<p class="ep-twin-head"><span><del>{good}</del> → '
        f"<ins>{bad}</ins></span>"
        f'<span class="ep-breaks"><b>breaks</b> {escape(shown.breaks)}</span>'
        f'</p><pre class="twin"><code>{"".join(_lines(shown))}</code></pre>'
        "</div>"
    )


def _lines(shown: Twin) -> Iterator[str]:
    good = _highlighted(shown.name, shown.good)
    bad = _highlighted(shown.name, shown.bad)
    for row in shown.rows:
        kind = _CLASSES[row.sign]
        if row.sign == GAP:
            yield f'<span class="{kind}">{row.seen}</span>\n'
        else:
            html = (bad if row.sign == "+" else good)[row.place]
            yield f'<span class="{kind}">{row.sign} {html}</span>\n'


def _highlighted(name: str, lines: list[str]) -> list[str]:
    lexer = get_lexer_for_filename(name, stripnl=False)
    formatter = HtmlFormatter(nowrap=True)
    text = "\n".join(lines) + "\n"
    return str(highlight(text, lexer, formatter)).split("\n")
