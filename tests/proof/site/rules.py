"""The rule pages: each `rule` fence becomes the rule that it names.

A Python-Markdown extension. It works before Markdown reads the page, so
headings, anchors, the table of contents and the search know the rules as
if they had been written there. `tests.proof.samples.rules` says what a reader
gets of one.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from tests.proof.project import ROOT
from tests.proof.samples.rules import expanded

FIRST = 1000


class Expanding(Preprocessor):
    """Puts something else in the place of some fences.

    Args:
        md: the Markdown instance.
        expanded: makes of a page, below a root, the page as it is read.
    """

    def __init__(
        self, md: Markdown, expanded: Callable[[Path, str], str]
    ) -> None:
        super().__init__(md)
        self._expanded = expanded

    def run(self, lines: list[str]) -> list[str]:
        """Replace the fences of a page."""
        return self._expanded(ROOT, "\n".join([*lines, ""])).splitlines()


class RuleExtension(Extension):
    """The extension; it has no options."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        # (The name is Python-Markdown's.)
        """Register the preprocessor, before all others."""
        md.preprocessors.register(Expanding(md, expanded), "rules", FIRST)


def makeExtension(**options: Any) -> RuleExtension:  # noqa: N802
    # (The name is Python-Markdown's.)
    """Make the extension, as Python-Markdown asks for it."""
    return RuleExtension(**options)
