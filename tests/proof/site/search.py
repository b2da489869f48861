"""What the site's search does not look into.

A Python-Markdown extension. It marks parts of the complete page with
`data-search-exclude`, which the search plugin reads and takes away:

- programs, recorded runs and figures: a search for the words of a problem
  is answered by the sentences about them;
- of the API, all but one entry for each module, class and function, with
  its first sentence: attributes and methods stand below their class.
"""

import re
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

# After everything that writes HTML, mkdocstrings too; before the badge,
# whose words are about the page and not part of it.
PRIORITY = -90
NAME = "ep-search"

# The plugin leaves a tag that it skips at the first end of such a tag, so a
# mark is right only on tags that do not nest.
CODE = re.compile(r"<(?:pre|svg)\b(?! data-search)")
API = '<div class="doc doc-object'
MEMBER = re.compile(
    r"<h[2-6]\b(?= id=[^>]*>\s*"
    r'<code class="doc-symbol doc-symbol-heading '
    r'doc-symbol-(?:attribute|method)")'
)
CONTENTS = '<div class="doc doc-contents'
PROSE = re.compile(r"<(?:p|li|td|th|dt|dd|summary)\b(?! data-search)")


def _mark(found: re.Match[str]) -> str:
    return f'{found[0]} data-search-exclude="not searched"'


def first_sentences(api: str) -> str:
    """Mark what an API entry holds after its first paragraph.

    Args:
        api: the HTML of an API page, from its first entry.
    """
    head, *entries = MEMBER.sub(_mark, api).split(CONTENTS)
    kept = []
    for entry in entries:
        first, end, rest = entry.partition("</p>")
        kept.append(first + end + PROSE.sub(_mark, rest))
    return CONTENTS.join([head, *kept])


def searched(page: str) -> str:
    """Mark what the search shall not look into.

    Args:
        page: the HTML of a page.
    """
    prose, api, entries = CODE.sub(_mark, page).partition(API)
    return prose + first_sentences(api + entries)


class _Search(Postprocessor):
    def run(self, text: str) -> str:
        return searched(text)


class SearchExtension(Extension):
    """Marks each page for the search plugin."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.postprocessors.register(_Search(md), NAME, PRIORITY)


def makeExtension(**settings: Any) -> SearchExtension:  # noqa: N802
    """Return the extension; the name is Python-Markdown's."""
    return SearchExtension(**settings)
