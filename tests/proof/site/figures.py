"""The figures of the site, as fences of Markdown.

mkdocs.yml names these functions as custom fences of superfences.  Each
takes the body of a fence and returns HTML; a body that makes no sense
stops the build with the reason, for superfences would swallow any
other error and print the body as code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# pymdown-extensions ships no types.
from pymdownx.superfences import (  # type: ignore[import-untyped]
    SuperFencesException,
)

from tests.proof.site import (
    figures_chart,
    figures_hero,
    figures_lists,
    figures_sequence,
    figures_timeline,
    figures_twin,
)
from tests.proof.site.results import draw as draw_results
from tests.proof.site.steps import tell


def lists(source: str, *_rest: Any, **_options: Any) -> str:
    """Draw a ```` ```lists ```` fence: a script, played on the model."""
    return _figure("lists", source, lambda text: figures_lists.draw(tell(text)))


def twin(source: str, *_rest: Any, **_options: Any) -> str:
    """Show the diff of the broken twin that a fence names."""
    return _figure("twin", source, lambda text: figures_twin.draw(text.strip()))


def chart(source: str, *_rest: Any, **_options: Any) -> str:
    """Draw the data file of docs/data/ that a fence names."""
    return _figure(
        "chart", source, lambda text: figures_chart.draw(text.strip())
    )


def sequence(source: str, *_rest: Any, **_options: Any) -> str:
    """Draw what two peers send, and their states."""
    return _figure(
        "sequence",
        source,
        lambda text: figures_sequence.draw(figures_sequence.parse(text)),
    )


def timeline(source: str, *_rest: Any, **_options: Any) -> str:
    """Draw the strace logs of docs/data/ that a fence names."""
    return _figure(
        "timeline",
        source,
        lambda text: figures_timeline.draw(*figures_timeline.parse(text)),
    )


def results(source: str, *_rest: Any, **_options: Any) -> str:
    """Show what a long run found, from the file that it wrote."""
    return _figure("results", source, lambda text: draw_results(text.strip()))


def hero(_source: str, *_rest: Any, **_options: Any) -> str:
    """Draw the figure of the front page."""
    return figures_hero.draw()


def _figure(name: str, source: str, draw: Callable[[str], str]) -> str:
    try:
        return draw(source)
    except Exception as error:
        first = source.strip().splitlines()[:1]
        raise SuperFencesException(f"{name} figure {first}: {error}") from error
