"""What a reader has to copy, read from the source of a page.

The copy button works on the built page, and the samples are run from the
fences that `tests.proof.samples` finds. This module knows neither: it reads a
page's Markdown line by line, in its own way, so that an error of theirs
is not repeated here.
"""

from __future__ import annotations

import re
from pathlib import Path

from lxml.html import HtmlElement

from tests.proof.project import ROOT
from tests.proof.samples.includes import is_include, shown

FENCE = re.compile(r" *(```+)[ {.]*(\w*)")
KINDS = {"console", "pycon", "python", "c", "text"}
TYPED = {
    "console": re.compile(r"^\$ .*(?:\n>(?: .*)?$)*", re.MULTILINE),
    "pycon": re.compile(r"^>>>(?: .*)?$(?:\n\.\.\.(?: .*)?$)*", re.MULTILINE),
}
PROMPT = re.compile(r"^(?:>>> ?|\.\.\. ?|[$>] ?)", re.MULTILINE)
ANNOTATION = re.compile(r"[ ]*(?:#|//) \(\d+\)!?[ ]*$", re.MULTILINE)

Block = tuple[str, str]
"""The language of a block, and what its button has to copy."""


def to_copy(kind: str, body: str) -> str:
    """The part of a block that is typed: all of it, but in a session.

    Args:
        kind: the language of the block.
        body: what the page shows.
    """
    body = ANNOTATION.sub("", body)
    if kind in TYPED:
        commands = TYPED[kind].findall(body)
        return "\n".join(PROMPT.sub("", each) for each in commands)
    return body.strip("\n")


def page_of(address: str) -> Path:
    """The Markdown of a page of the site."""
    docs = ROOT / "docs"
    name = address.strip("/") or "index"
    folder = docs / name / "index.md"
    return folder if folder.is_file() else docs / f"{name}.md"


def of_source(text: str) -> list[Block]:
    """The blocks that a page's Markdown holds, from the top."""
    found: list[Block] = []
    lines = iter(text.splitlines())
    for line in lines:
        opening = FENCE.match(line)
        if opening is None:
            continue
        indent = line.index("`")
        body: list[str] = []
        while (line := next(lines)).strip() != opening[1]:
            body.append(line[indent:].rstrip())
        found += _blocks(opening[2], body)
    return found


def _blocks(kind: str, body: list[str]) -> list[Block]:
    """What a fence has to give; nothing where it makes no block of code."""
    if kind == "file":
        lines = (ROOT / body[0]).read_text("utf-8").split("\n")
        kept = [line for line in lines if "--8<--" not in line]
        return [(kind, "\n".join(kept).strip("\n"))]
    if kind == "rule":
        return [(kind, f"epollref model run model/{body[0]}.epoll")]
    if kind in KINDS:
        return [(kind, to_copy(kind, _expanded(body)))]
    return []


def _expanded(body: list[str]) -> str:
    pieces = [
        shown(ROOT, line).text if is_include(line) else line for line in body
    ]
    return "\n".join(pieces)


def of_built(block: HtmlElement) -> str:
    """What to copy of a block that no fence of the page's Markdown made."""
    body = str(block.text_content())
    kind = "pycon" if body.lstrip().startswith(">>>") else ""
    return to_copy(kind, body)
