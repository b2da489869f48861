"""The API pages: a line `::: epollref.trace.*` is every module of a part.

A Python-Markdown extension. It works before mkdocstrings reads the page, and
writes one line for each module, in the order of reading; options below the
line are those of each. A part in the part that has such a line of its own,
on whatever page, is left out. A line `::: reading-order` becomes the list of
all parts. A page with such a line is refused where a module stands on no
page, or on two.
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
LINE = re.compile(
    rf"^::: (?P<name>{PACKAGE}[\w.]*?)(?P<all>\.\*)?$"
    r"(?P<options>(?:\n[ ]{4}.*)*)",
    re.MULTILINE,
)
ORDER = "::: reading-order"


class NotOnOnePageError(ValueError):
    """Modules that stand on no API page, or on several."""


class Pages:
    """The pages of the project, and what they document.

    Args:
        texts: the source of each.
        root: the project.
    """

    def __init__(self, texts: Iterable[str], root: Path = ROOT) -> None:
        self._texts = list(texts)
        self._root = root
        self._parts = {
            found["name"]
            for text in self._texts
            for found in LINE.finditer(text)
            if found["all"]
        }

    def modules(self, text: str) -> list[str]:
        """The modules that a page documents, by its source."""
        return [name for line in LINE.finditer(text) for name in self._of(line)]

    def _of(self, line: re.Match[str]) -> list[str]:
        name = line["name"]
        if not line["all"]:
            return [name]
        others = {f"{part}." for part in self._parts if part != name}
        return [
            each
            for each in in_order(name, self._root)
            if not any(
                f"{each}.".startswith(other)
                for other in others
                if other.startswith(f"{name}.")
            )
        ]

    def complaints(self) -> list[str]:
        """Say which modules stand on no page, or on several."""
        times = Counter(
            name for text in self._texts for name in self.modules(text)
        )
        wanted = every_module(self._root)
        return [
            f"{name} stands on {times[name]} API pages"
            for name in sorted(wanted | set(times))
            if times[name] != (name in wanted)
        ]

    def expanded(self, text: str) -> str:
        """Write out what the lines of a page stand for."""
        text = LINE.sub(
            lambda line: "\n\n".join(
                f"::: {name}{line['options']}" for name in self._of(line)
            ),
            text,
        )
        order = parts(self._root)
        return re.sub(rf"^{ORDER}$", lambda _: order, text, flags=re.M)


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
        pages = Pages(
            page.read_text("utf-8") for page in (ROOT / "docs").rglob("*.md")
        )
        if wrong := pages.complaints():
            raise NotOnOnePageError("; ".join(wrong))
        return pages.expanded(text).split("\n")


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
