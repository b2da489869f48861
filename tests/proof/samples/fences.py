"""A page's fenced blocks, as the site's Markdown reads them.

sybil's lexer finds them: at the margin, inside a tab or a folded block
(indented by four), with any info behind the fence. What is ours is the
info, read here: a language, a title, attribute braces. sybil would take
more than the site's Markdown does (a longer closing fence, a fence in a
quotation, one that nothing closes), so each of these is an error, and so
is an info that cannot be read; a language without an owner fails the run.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sybil import Document, Region
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

LEXER = RawFencedCodeBlockLexer(re.compile(r"(?P<info>.*)\n?"))
OPENING = re.compile(r"(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})")
INFO = re.compile(
    r"""
    [ \t]*
    (?: \{ (?P<braces> [^{}]* ) \}
      | (?P<language> [\w#+.-]+ )?
        (?P<options> (?: [ \t]+ [\w-]+ (?: = (?: "[^"]*" | \S+ ) )? )* )
        (?: [ \t]* \{ (?P<more> [^{}]* ) \} )?
    )
    [ \t]*$
    """,
    re.VERBOSE,
)
ATTRIBUTE = re.compile(r'([\w-]+)=(?:"([^"]*)"|(\S+))|\.([\w-]+)|(\S+)')


class FenceError(Exception):
    """A fence that the site's Markdown would read otherwise, or not at all.

    Args:
        line: the line of the page, counted from 1.
        message: what is wrong with it.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


@dataclass(frozen=True)
class Fence:
    """One fenced block: where it stands, what it is, what it holds.

    Attributes:
        line: the line of the opening fence, counted from 1.
        start: offset of the opening fence's line in the page.
        body: offset of the first line of the body.
        body_end: offset of the closing fence's line.
        end: offset just after the closing fence.
        indent: the blanks before the fence, taken off every line.
        language: first word or first class; empty where there is none.
        classes: the other classes in attribute braces.
        options: `title="x"` and the like.
        source: the body without its indent.
    """

    line: int
    start: int
    body: int
    body_end: int
    end: int
    indent: str
    language: str
    classes: frozenset[str]
    options: Mapping[str, str] = field(hash=False)
    source: str

    @property
    def lines(self) -> list[str]:
        """The lines of the body, without their ends."""
        return self.source.splitlines()

    def indented(self, source: str) -> str:
        """A new body, ready to be put between the fences."""
        return "".join(
            f"{self.indent}{line}".rstrip() + "\n"
            for line in source.splitlines()
        )


def fences(text: str) -> Iterator[Fence]:
    """Every fenced block of a page, from the top.

    Args:
        text: the page.

    Yields:
        The blocks. What stands inside one is never taken for another.

    Raises:
        FenceError: a fence is not closed, its info cannot be read, or it
            stands in a quotation or behind the mark of a list.
    """
    end = 0
    found = LEXER(Document(text, "page"))
    for region in sorted(found, key=lambda region: region.start):
        if region.start >= end:
            yield _fence(text, region)
            end = region.end


def _fence(text: str, region: Region) -> Fence:
    line = text.count("\n", 0, region.start) + 1
    opening = OPENING.match(text, region.start)
    if opening is None:
        raise FenceError(line, "code in a quotation, or behind a list's mark")
    language, classes, options = _info(line, region.lexemes["info"])
    indent = opening["indent"]
    first, *body = text[region.start : region.end].splitlines(keepends=True)
    closing = body.pop() if body else ""
    if closing.rstrip() != opening[0]:
        raise FenceError(line, f"no line {opening[0]!r} closes this fence")
    for place, inside in enumerate(body, line + 1):
        if inside.strip() and not inside.startswith(indent):
            raise FenceError(place, "a line stands left of its fence")
    end = region.end + text[region.end :].startswith("\n")
    return Fence(
        line=line,
        start=region.start,
        body=region.start + len(first),
        body_end=region.end - len(closing),
        end=end,
        indent=indent,
        language=language,
        classes=classes,
        options=options,
        source="".join(inside[len(indent) :] or "\n" for inside in body),
    )


def _info(
    line: int, info: str
) -> tuple[str, frozenset[str], Mapping[str, str]]:
    match = INFO.match(info)
    if match is None:
        raise FenceError(line, f"the fence's info is unreadable: {info!r}")
    words = " ".join(
        match[name] or "" for name in ("braces", "options", "more")
    )
    classes: list[str] = []
    options: dict[str, str] = {}
    for name, quoted, plain, css_class, _ in ATTRIBUTE.findall(words):
        if name:
            options[name] = quoted or plain
        elif css_class:
            classes.append(css_class)
    language = match["language"] or (classes.pop(0) if classes else "")
    return language, frozenset(classes), options
