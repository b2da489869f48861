"""Prints where the figures of pages and the kernel differ.

    python -m tests.proof.site.try_figure docs/concepts/*.md

The same check runs for every page in `test_figures.py`; this is for an
author who has a figure in hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.proof.drivers.playing import on_both, written
from tests.proof.samples.fences import fences
from tests.proof.site import figures_sequence, replay_sequence
from tests.proof.site.steps import tell


def check(language: str, body: str) -> list[str]:
    """Return what is wrong with one figure."""
    try:
        if language == "lists":
            return _differences(body)
        exchange = figures_sequence.parse(body)
        return replay_sequence.differences(exchange)
    except (ValueError, KeyError) as error:
        return [f"{type(error).__name__}: {error}"]


def _differences(body: str) -> list[str]:
    """Return where a figure's script differs from Linux."""
    tell(body)
    return [line for line in written(on_both(body)) if line[0] == "!"]


def main(pages: list[str]) -> int:
    """Check the pages that were named; 1 if a figure is not honest."""
    wrong = 0
    for page in pages:
        for fence in fences(Path(page).read_text(encoding="utf-8")):
            if fence.language in ("lists", "sequence"):
                found = check(fence.language, fence.source)
                wrong += len(found)
                for sentence in found or ["the kernel agrees"]:
                    print(f"{page}:{fence.line}: {sentence}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
