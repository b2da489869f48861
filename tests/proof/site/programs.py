"""Whole programs on the site, and the way from an excerpt to its program.

A Python-Markdown extension. Before Markdown reads a page, a `file` fence
becomes the file that it names, and the title of an excerpt gets the
numbers of its lines. When the page is made, every title that names a
program becomes a link to where the whole of it is shown.
"""

import re
from html import unescape
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

from tests.proof.samples.files import anchor, expanded
from tests.proof.site.rules import Expanding

FIRST = 1001
LAST = -90
FILENAME = re.compile(
    r'<span class="filename">(?P<path>[\w./-]+)(?P<lines>, lines? [\d to]+)'
    r"</span>"
)


class TitlePostprocessor(Postprocessor):
    """Makes the titles of excerpts links."""

    def run(self, text: str) -> str:
        """Link them; autorefs knows the page where the file is."""
        return FILENAME.sub(_linked, text)


def linked(path: str, text: str) -> str:
    """A link to the whole of a file, on whichever page that stands."""
    return f'<autoref identifier="{anchor(path)}" optional>{text}</autoref>'


def _linked(found: re.Match[str]) -> str:
    link = linked(unescape(found["path"]), found["path"])
    return f'<span class="filename">{link}{found["lines"]}</span>'


class ProgramExtension(Extension):
    """The extension; it has no options."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        # (The name is Python-Markdown's.)
        """Register both, before and after all others but the badge."""
        files = Expanding(md, expanded)
        md.preprocessors.register(files, "programs", FIRST)
        md.postprocessors.register(TitlePostprocessor(md), "programs", LAST)


def makeExtension(**options: Any) -> ProgramExtension:  # noqa: N802
    # (The name is Python-Markdown's.)
    """Make the extension, as Python-Markdown asks for it."""
    return ProgramExtension(**options)
