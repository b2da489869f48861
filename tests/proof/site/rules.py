"""The rule pages: each `rule` fence becomes the rule that it names.

A Python-Markdown extension. It works before Markdown reads the page, so
headings, anchors, the table of contents and the search know the rules as
if they had been written there. `tests.proof.samples.rules` says what a reader
gets of one.
"""

from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from tests.proof.project import ROOT
from tests.proof.samples.rules import expanded

FIRST = 1000


class RulePreprocessor(Preprocessor):
    """Puts rules in the place of their fences."""

    def run(self, lines: list[str]) -> list[str]:
        """Replace the fences of a page."""
        return expanded(ROOT, "\n".join([*lines, ""])).splitlines()


class RuleExtension(Extension):
    """The extension; it has no options."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        # (The name is Python-Markdown's.)
        """Register the preprocessor, before all others."""
        md.preprocessors.register(RulePreprocessor(md), "rules", FIRST)


def makeExtension(**options: Any) -> RuleExtension:  # noqa: N802
    # (The name is Python-Markdown's.)
    """Make the extension, as Python-Markdown asks for it."""
    return RuleExtension(**options)
