"""What a page may not hold, because nothing would run it.

A code block can reach the reader past every collector: indented instead
of fenced, as raw HTML, in a quotation, behind ``+SKIP``. Each of these
looks tested on the page and is not. So does a figure that somebody typed.
The check works on the page's text; the checker of the built site stands
behind it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from tests.proof.samples.fences import Fence, FenceError, fences
from tests.proof.samples.includes import is_include
from tests.proof.samples.measurements import typed_figures
from tests.proof.samples.typed import StepsError, steps

RUN = frozenset({"pycon", "python", "c", "console"})
BUILT = frozenset({"lists", "chart", "sequence", "timeline", "results", "hero"})
CONTAINER = re.compile(
    r"""
    (?: !!!\s | \?\?\?\+?\s | ===[!+]?\s        # admonition, details, tab
      | [-*+]\s | \d+[.)]\s                     # list item
      | \[\^[^\]]+\]: | :\s | \*\[[^\]]+\]: )   # note, definition
    """,
    re.VERBOSE,
)
RAW = re.compile(r"</?(?:pre|code|samp|listing|xmp)\b", re.IGNORECASE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
INLINE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
QUOTED_FENCE = re.compile(r"[ \t]*>[> \t]*(?:`{3,}|~{3,})")
QUOTED_PROMPT = re.compile(r"[ \t]*>[ \t]+>>>")
PROMPT = re.compile(r"[ \t]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?>>>(?:[ \t]|$)")


@dataclass(frozen=True)
class Page:
    """A page's lines, and which of them stand inside fences."""

    name: str
    text: str
    lines: list[str]
    fences: list[Fence]
    fenced: frozenset[int]

    def prose(self) -> Iterator[tuple[int, str]]:
        """Number and text of every line outside the fences."""
        for number, line in enumerate(self.lines, 1):
            if number not in self.fenced:
                yield number, line


@dataclass(frozen=True, order=True)
class Refusal:
    """A thing that the page may not hold, and its line."""

    line: int
    why: str


def owner(fence: Fence) -> str:
    """What runs a fence, or "" where nothing does.

    Returns:
        "pycon", "python", "c" or "console"; "include" where the program
        stands in snippets/; "twin" for the diff of a broken one; "rule"
        for a script that is played; "file" for a whole program; "built"
        for what the site's build makes; "figure" for a signature or a
        picture in text.
    """
    if fence.language in BUILT:
        return "built"
    if fence.language in ("twin", "rule", "file"):
        return fence.language
    if fence.language == "text" and "figure" in fence.classes:
        return "figure"
    if fence.language not in RUN:
        return ""
    if any(is_include(line) for line in fence.lines):
        return "include"
    return fence.language


def refusals(text: str, name: str = "") -> list[Refusal]:
    """Everything on a page that nothing would run, from the top.

    Args:
        text: The page.
        name: Its path below docs, by which it has its constants.
    """
    try:
        found = list(fences(text))
    except FenceError as error:
        return [Refusal(error.line, str(error))]
    page = _page(name, text, found)
    return sorted({each for check in CHECKS for each in check(page)})


def _page(name: str, text: str, found: list[Fence]) -> Page:
    fenced = frozenset(
        number
        for fence in found
        for number in range(fence.line, fence.line + 2 + len(fence.lines))
    )
    return Page(name, text, text.splitlines(), found, fenced)


def unowned(page: Page) -> Iterator[Refusal]:
    """Refuse a fence whose language nothing runs."""
    for fence in page.fences:
        if not owner(fence):
            name = fence.language or "no language"
            yield Refusal(
                fence.line,
                f"nothing runs a fence of {name}: use pycon, python, c or "
                "console, or { .text .figure } for what is no sample",
            )


def mixed_includes(page: Page) -> Iterator[Refusal]:
    """Refuse an include that does not stand alone in its fence."""
    for fence in page.fences:
        if owner(fence) != "include":
            continue
        if len(fence.lines) != 1 or fence.language not in ("python", "c"):
            yield Refusal(
                fence.line,
                "an include stands alone in a python or c fence",
            )


def stray_includes(page: Page) -> Iterator[Refusal]:
    """Refuse an include outside a fence."""
    for number, line in page.prose():
        if is_include(line):
            yield Refusal(number, "an include stands outside a fence")


def indented_code(page: Page) -> Iterator[Refusal]:
    """Refuse a block that Markdown takes for code by its indent."""
    margins = [0]
    blank = True
    for number, line in enumerate(page.lines, 1):
        if number in page.fenced:
            blank = False
            continue
        if not line.strip():
            blank = True
            continue
        column = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
        if blank:
            while column < margins[-1]:
                margins.pop()
            if column >= margins[-1] + 4:
                yield Refusal(number, "an indented block of code")
        blank = False
        if CONTAINER.match(line.lstrip()):
            while len(margins) > 1 and column < margins[-1]:
                margins.pop()
            margins.append(column + 4)


def skipped(page: Page) -> Iterator[Refusal]:
    """Refuse `+SKIP`, wherever it stands."""
    for number, line in enumerate(page.lines, 1):
        if re.search(r"doctest:.*\+SKIP", line):
            yield Refusal(number, "+SKIP: a sample runs or it goes")


def hidden_prompts(page: Page) -> Iterator[Refusal]:
    """Refuse a session inside an HTML comment."""
    for comment in COMMENT.finditer(page.text):
        if ">>>" in comment[0]:
            line = page.text.count("\n", 0, comment.start()) + 1
            yield Refusal(line, "a session inside an HTML comment")


def quotations(page: Page) -> Iterator[Refusal]:
    """Refuse code in a quotation: doctest does not see it."""
    for number, line in page.prose():
        if QUOTED_FENCE.match(line) or QUOTED_PROMPT.match(line):
            yield Refusal(number, "code in a quotation")


def bare_prompts(page: Page) -> Iterator[Refusal]:
    """Refuse `>>>` outside a pycon fence, and inside another one."""
    for number, line in page.prose():
        if PROMPT.match(line):
            yield Refusal(number, "a session outside a pycon fence")
    for fence in page.fences:
        if fence.language == "pycon":
            continue
        for number, line in enumerate(fence.lines, fence.line + 1):
            if PROMPT.match(line):
                yield Refusal(number, "a session in another fence")


def raw_html(page: Page) -> Iterator[Refusal]:
    """Refuse code written as HTML."""
    for number, line in page.prose():
        if RAW.search(INLINE.sub("", line)):
            yield Refusal(number, "code as raw HTML")


def pycon_ends(page: Page) -> Iterator[Refusal]:
    """Demand a blank line before a pycon fence closes.

    doctest knows nothing of fences: it would read the closing one as
    expected output.
    """
    for fence in page.fences:
        if fence.language != "pycon":
            continue
        if not fence.lines or fence.lines[-1].strip():
            yield Refusal(
                fence.line + 1 + len(fence.lines),
                "a blank line has to stand before the end of a pycon fence",
            )
        if not any(PROMPT.match(line) for line in fence.lines):
            yield Refusal(fence.line, "a pycon fence without >>>")


def empty_fences(page: Page) -> Iterator[Refusal]:
    """Refuse a fence that holds nothing."""
    for fence in page.fences:
        if not fence.source.strip() and fence.language != "hero":
            yield Refusal(fence.line, "an empty fence")


def unawaited_programs(page: Page) -> Iterator[Refusal]:
    """Refuse a program in the background that nothing waits for.

    A pasted session goes on at once: the next command would connect to a
    server that does not listen yet.
    """
    for fence in page.fences:
        if owner(fence) != "console":
            continue
        try:
            found = [step.command for step in steps(fence.lines)]
        except StepsError:  # the session's own test says so
            continue
        for command, following in pairwise(found):
            if command.endswith(" &") and not following.startswith("until "):
                yield Refusal(
                    fence.line,
                    f"nothing waits for {command.splitlines()[-1]!r}: go on "
                    "with `until ss -tln | grep -q :PORT; do sleep 0.1; done`",
                )


def measurements(page: Page) -> Iterator[Refusal]:
    """Refuse a time, a share or a rate that no command of ours wrote."""
    for number, line in page.prose():
        for figure in typed_figures(page.name, line):
            yield Refusal(
                number,
                f"a typed figure, {figure!r}: let a command measure it and "
                "write it to docs/data, or name its source in CONSTANTS of "
                "tests/proof/samples/measurements.py",
            )


CHECKS: tuple[Callable[[Page], Iterator[Refusal]], ...] = (
    unowned,
    mixed_includes,
    stray_includes,
    indented_code,
    skipped,
    hidden_prompts,
    quotations,
    bare_prompts,
    raw_html,
    pycon_ends,
    empty_fences,
    unawaited_programs,
    measurements,
)
