"""A page's fenced blocks, as the site's Markdown reads them.

One scanner finds every fence of a page: at the margin, inside a tab or a
folded block (indented by four), with a title, with attribute braces. The
stock parsers compare the whole info string with a language's name, so
they pass over ``python title="x"`` in silence; here a fence that cannot
be read is an error, and one whose language has no owner fails the run.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

OPENING = re.compile(r"(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})(?P<info>.*)$")
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
    """A fence that the scanner cannot read.

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
        FenceError: a fence is not closed, or its info cannot be read.
    """
    lines = text.splitlines(keepends=True)
    offsets = _offsets(lines)
    number = 0
    while number < len(lines):
        opening = OPENING.match(lines[number].rstrip("\n"))
        if opening is None or "`" in opening["info"]:
            number += 1
            continue
        closing = _closing(lines, number, opening)
        yield _fence(lines, offsets, number, closing, opening)
        number = closing + 1


def _offsets(lines: list[str]) -> list[int]:
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    return offsets


def _closing(lines: list[str], number: int, opening: re.Match[str]) -> int:
    wanted = opening["indent"] + opening["fence"]
    for candidate in range(number + 1, len(lines)):
        if lines[candidate].rstrip() == wanted:
            return candidate
    raise FenceError(number + 1, f"no line {wanted!r} closes this fence")


def _fence(
    lines: list[str],
    offsets: list[int],
    number: int,
    closing: int,
    opening: re.Match[str],
) -> Fence:
    language, classes, options = _info(number + 1, opening["info"])
    indent = opening["indent"]
    body = lines[number + 1 : closing]
    for place, line in enumerate(body, number + 2):
        if line.strip() and not line.startswith(indent):
            raise FenceError(place, "a line stands left of its fence")
    return Fence(
        line=number + 1,
        start=offsets[number],
        body=offsets[number + 1],
        body_end=offsets[closing],
        end=offsets[closing + 1],
        indent=indent,
        language=language,
        classes=classes,
        options=options,
        source="".join(line[len(indent) :] or "\n" for line in body),
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
