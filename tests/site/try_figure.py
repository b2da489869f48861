"""Prints where the `lists` figures of pages and the kernel differ.

    python -m tests.site.try_figure docs/concepts/*.md

The same check runs for every page in `test_figures.py`; this is for an
author who has a figure in hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.site.replay import differences
from tests.site.steps import StoryError, parse_story

_FENCE = re.compile(
    r"^(?P<indent> *)(?P<ticks>`{3,})lists\s*\n(?P<body>.*?)^ *(?P=ticks)\s*$",
    re.MULTILINE | re.DOTALL,
)


def figures(page: Path) -> list[tuple[int, str]]:
    """Return the line and the YAML of each `lists` fence of a page."""
    text = page.read_text(encoding="utf-8")
    found: list[tuple[int, str]] = []
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        cut = len(match["indent"])
        body = "\n".join(row[cut:] for row in match["body"].splitlines())
        found.append((line, body))
    return found


def main(pages: list[str]) -> int:
    """Check the pages that were named; 1 if a figure is not honest."""
    wrong = 0
    for page in pages:
        for line, body in figures(Path(page)):
            try:
                found = differences(parse_story(body))
            except StoryError as error:
                found = [str(error)]
            wrong += len(found)
            for sentence in found or ["the kernel agrees"]:
                print(f"{page}:{line}: {sentence}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
