"""The blocks of code in HTML, as the reader gets them.

The badge reads them from a page that Markdown has just made, the checker
from the built site; both see the same. Whatever stands in a `<pre>` is a
block, wherever it came from: only a rendered signature is none, and only
a figure is exempt.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html

from tests.proof.samples.identity import digests

FIGURE, TWIN = "figure", "twin"
LANGUAGE = re.compile(r"(?:^|\s)language-(\S+)")
PROMPT = re.compile(r"\s*>>>(?:\s|$)")


@dataclass(frozen=True)
class Block:
    """One block of code.

    Attributes:
        kind: its language; empty where the HTML names none.
        text: what the reader sees.
        digests: what it claims, one for each `>>>` of a session.
        exempt: "figure" where it is no sample.
        docstring: whether it stands in a rendered docstring.
    """

    kind: str
    text: str
    digests: tuple[str, ...]
    exempt: str
    docstring: bool

    @property
    def title(self) -> str:
        """Its first line, to find it by."""
        lines = self.text.strip().splitlines()
        return lines[0] if lines else "(nothing)"


def parsed(page: str) -> html.HtmlElement:
    """The tree of a page, or of a piece of one."""
    return html.document_fromstring(page or "<p></p>")


def blocks(tree: html.HtmlElement) -> list[Block]:
    """Every block of a page, from the top; signatures left out."""
    return [
        _block(pre)
        for pre in tree.iter("pre")
        if not _is_signature(pre) and not _holds_line_numbers(pre)
    ]


def stray_prompts(tree: html.HtmlElement) -> Iterator[str]:
    """Sessions that became prose or quotations; no doctest saw them.

    Markdown reads `>>> x` as a quotation in a quotation in a quotation.
    """
    for element in tree.iter("p", "li", "dd", "td", "blockquote", "div"):
        text = element.text or ""
        if PROMPT.match(text):
            yield text.strip().splitlines()[0]
    for quotation in tree.xpath("//blockquote/blockquote/blockquote"):
        yield f">>> {str(quotation.text_content()).strip()}"


def _classes(element: html.HtmlElement) -> set[str]:
    return set(str(element.get("class", "")).split())


def _around(pre: html.HtmlElement) -> list[html.HtmlElement]:
    """The block's own element and those around it, the nearest first."""
    return [pre, *pre.iterancestors()]


def _block(pre: html.HtmlElement) -> Block:
    own = [*_around(pre)[:2], *pre.iterchildren("code")]
    classes = set().union(*map(_classes, own))
    names = LANGUAGE.search(" ".join(sorted(classes)))
    kind = names[1] if names else ""
    text = str(pre.text_content())
    if TWIN in _classes(pre):
        kind, text = TWIN, f"{_head(pre)}\n{text}"
    exempt = FIGURE if FIGURE in classes and kind == "text" else ""
    return Block(
        kind=kind,
        text=text,
        digests=() if exempt else tuple(digests(kind, text)),
        exempt=exempt,
        docstring=_in_docstring(pre),
    )


def _head(pre: html.HtmlElement) -> str:
    """The line above a twin's diff: the two files, and what it breaks."""
    head = pre.getprevious()
    parts = [] if head is None else head.xpath("./span")
    return " ".join(str(part.text_content()) for part in parts)


def _in_docstring(pre: html.HtmlElement) -> bool:
    return any({"doc", "doc-contents"} & _classes(e) for e in _around(pre))


def _is_signature(pre: html.HtmlElement) -> bool:
    return _in_docstring(pre) and any(
        "doc-signature" in _classes(element) for element in _around(pre)[:2]
    )


def _holds_line_numbers(pre: html.HtmlElement) -> bool:
    return any("linenos" in _classes(element) for element in _around(pre))
