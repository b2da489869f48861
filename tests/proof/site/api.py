"""The API pages: a line `::: epollref.trace.*` is every module of a part.

A Python-Markdown extension. It works before mkdocstrings reads the page, and
writes one line for each module, in the order of reading. A line
`::: reading-order` becomes the list of all parts. A page with such a line is
refused where a module stands on no page, or on two.
"""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from tests.proof.project import ROOT
from tests.proof.site.reading_order import (
    PACKAGE,
    children,
    every_module,
    in_order,
    module,
)

FIRST = 1002
LINE = re.compile(rf"::: ({PACKAGE}[\w.]*?)(\.\*)?$", re.MULTILINE)
ORDER = "::: reading-order"


class NotOnOnePageError(ValueError):
    """Modules that stand on no API page, or on several."""


def modules_of(text: str, root: Path = ROOT) -> list[str]:
    """The modules that a page documents, by its source.

    Args:
        text: the source of the page.
        root: the project.
    """
    found = []
    for name, whole in LINE.findall(text):
        found += (
            [each.name for each in in_order(name, root)] if whole else [name]
        )
    return found


def complaints(pages: Iterable[str], root: Path = ROOT) -> list[str]:
    """Say which modules stand on no page, or on several.

    Args:
        pages: the sources of all pages.
        root: the project.
    """
    times = Counter(name for page in pages for name in modules_of(page, root))
    wanted = every_module(root)
    return [
        f"{name} stands on {times[name]} API pages"
        for name in sorted(wanted | set(times))
        if times[name] != (name in wanted)
    ]


def parts(root: Path = ROOT) -> str:
    """The list of all parts, and the modules of each, in their order."""
    lines = []
    for name in children(PACKAGE, root):
        part = module(f"{PACKAGE}.{name}", root)
        lines.append(f"1. [`{name}`][{part.name}]: {part.idea}.")
        if part.is_package:
            inside = ", ".join(
                f"[`{each}`][{part.name}.{each}]"
                for each in children(part.name, root)
            )
            lines.append(f"   {inside}")
    return "\n".join(lines)


def expanded(text: str, root: Path = ROOT) -> str:
    """Write out what the lines of a page stand for."""
    text = LINE.sub(
        lambda line: "\n\n".join(
            f"::: {name}" for name in modules_of(line[0], root)
        ),
        text,
    )
    return re.sub(rf"^{ORDER}$", lambda _: parts(root), text, flags=re.M)


class ApiPreprocessor(Preprocessor):
    """Puts modules in the place of parts."""

    def run(self, lines: list[str]) -> list[str]:
        """Expand the lines of a page.

        Raises:
            NotOnOnePageError: a module has no place, or two.
        """
        text = "\n".join(lines)
        if not LINE.search(text) and ORDER not in lines:
            return lines
        pages = (ROOT / "docs").rglob("*.md")
        if wrong := complaints(page.read_text("utf-8") for page in pages):
            raise NotOnOnePageError("; ".join(wrong))
        return expanded(text).split("\n")


class ApiExtension(Extension):
    """The extension; it has no options."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        # (The name is Python-Markdown's.)
        """Register the preprocessor, before all others."""
        md.preprocessors.register(ApiPreprocessor(md), "api", FIRST)


def makeExtension(**options: Any) -> ApiExtension:  # noqa: N802
    # (The name is Python-Markdown's.)
    """Make the extension, as Python-Markdown asks for it."""
    return ApiExtension(**options)
