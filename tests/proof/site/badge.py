"""The badge under a page's title: how many of its samples ran, on what.

A Python-Markdown extension, so that it works with every generator that
uses Python-Markdown. It reads the page when its HTML is complete, looks
each block up in the ledger, and says what it found:

- "14 of 14 samples ran · Linux 6.18 · Python 3.11 · gcc 12"
- "12 of 14 samples ran here · 1 failed · 1 did not run · ..." where a
  sample failed, or a tool lacks
- "14 samples, not run for this build" without a ledger

A page without code gets none. The checker of the built site holds every
badge to its own, stricter count.
"""

import re
from collections import Counter
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

from tests.proof.samples.ledger import Ledger, Outcome
from tests.proof.site.check_blocks import blocks, parsed
from tests.proof.site.check_verdict import Evidence, on_what

TITLE = re.compile(r"</h1>")
LAST = -100
NAME = "ep-badge"


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> Ledger:
    return Ledger.load(path)


def ledger_at(path: Path) -> Ledger | None:
    """The ledger in a file, read once for each time it is written."""
    if not path.is_file():
        return None
    return _read(path, path.stat().st_mtime_ns)


def said(page: str, ledger: Ledger | None, where: str | None) -> str:
    """What the badge of a page says; empty for a page without code.

    Args:
        page: the page's HTML.
        ledger: the run; None if there was none.
        where: the page's path in the ledger, if it is known.
    """
    found = [each for each in blocks(parsed(page)) if not each.exempt]
    if not found:
        return ""
    word = "sample" if len(found) == 1 else "samples"
    if ledger is None:
        return f"{len(found)} {word}, not run for this build"
    verdicts = Evidence(ledger, where).judge(found)
    of = Counter(verdict.outcome for verdict in verdicts)
    ran = of[Outcome.PASSED]
    here = "" if ran == len(found) else " here"
    words = [f"{ran} of {len(found)} {word} ran{here}"]
    words += [
        f"{of[outcome]} {outcome}"
        for outcome in (Outcome.FAILED, Outcome.DID_NOT_RUN)
        if of[outcome]
    ]
    return " · ".join([*words, *on_what(ledger, verdicts)])


def parts(text: str) -> tuple[str, str, str]:
    """A badge's state, "all", "some" or "none"; its count; the rest."""
    ran, _, rest = text.partition(" · ")
    state = "some" if " here" in ran else "all"
    return "none" if "not run" in ran else state, ran, rest


def badge(text: str) -> str:
    """The element that says it; it links to the evidence page."""
    state, ran, what = parts(text)
    link = f'<autoref identifier="evidence" optional>{escape(ran)}</autoref>'
    rest = f" · {escape(what)}" if what else ""
    return (
        f'<p class="{NAME} {NAME}-{state}" data-search-exclude>{link}{rest}</p>'
    )


class BadgePostprocessor(Postprocessor):
    """Puts the badge under the first title of a page.

    Args:
        md: the Markdown instance.
        path: where the ledger is.
    """

    def __init__(self, md: Markdown, path: Path) -> None:
        super().__init__(md)
        self._path = path

    def run(self, text: str) -> str:
        """Add the badge to a page that has a title and code."""
        title = TITLE.search(text)
        if title is None:
            return text
        words = said(text, ledger_at(self._path), self._where())
        if not words:
            return text
        place = title.end()
        return f"{text[:place]}\n{badge(words)}{text[place:]}"

    def _where(self) -> str | None:
        """The page's path, where the generator lets Markdown know it."""
        if "relpath" not in self.md.treeprocessors:
            return None
        file = getattr(self.md.treeprocessors["relpath"], "file", None)
        name = getattr(file, "src_uri", None)
        return f"docs/{name}" if name else None


class LedgerExtension(Extension):
    """An extension whose one option is the path of the ledger."""

    def __init__(self, **options: Any) -> None:
        self.config = {"ledger": ["build/ledger.json", "the ledger's file"]}
        super().__init__(**options)

    def ledger(self) -> Path:
        """Where the ledger is."""
        return Path(self.getConfig("ledger"))


class BadgeExtension(LedgerExtension):
    """The extension."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        # (The name is Python-Markdown's.)
        """Register the postprocessor, after all others."""
        md.postprocessors.register(
            BadgePostprocessor(md, self.ledger()), "samples_badge", LAST
        )


def makeExtension(**options: Any) -> BadgeExtension:  # noqa: N802
    # (The name is Python-Markdown's.)
    """Make the extension, as Python-Markdown asks for it."""
    return BadgeExtension(**options)
