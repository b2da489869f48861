"""A timeline as an SVG that stands alone.

It has no script and no font of its own, and its colours follow the reader's
light or dark scheme.  A page that has colours for the classes takes a
``Picture``.
"""

from collections.abc import Iterable
from typing import Final

from epollref import svg
from epollref.trace.items import Item
from epollref.trace.timeline.lives import KINDS
from epollref.trace.timeline.look import STYLE
from epollref.trace.timeline.picture import Picture, limits, shape
from epollref.trace.timeline.rows import Story

LEGEND: Final = 210
"""Room for an entry of the legend."""


def draw(items: Iterable[Item]) -> str:
    """Draw a trace.

    Args:
        items: What was traced, or read from a log, in order.

    Returns:
        An SVG document.

    Examples:
        >>> from epollref.epoll import Epoll
        >>> from epollref.linux import LinuxKernel
        >>> from epollref.trace.timeline.draw import draw
        >>> from epollref.trace.tracer import TracedKernel
        >>> calls = []
        >>> kernel = TracedKernel(LinuxKernel(), calls.append)
        >>> counter = kernel.eventfd(1, 0)
        >>> with Epoll(kernel=kernel) as epoll:
        ...     epoll.register(counter)
        ...     _ = epoll.poll()
        ...
        >>> kernel.close(counter)
        >>> "reported" in draw(calls)
        True
    """
    return document(Story(items))


def document(story: Story) -> str:
    """Draw rows as an SVG document."""
    picture = Picture(story)
    parts = [svg.element("style", STYLE), *picture.parts(times=True)]
    words, width = limits(story), max(picture.width, 3 * LEGEND + 20.0)
    kinds = picture.kinds()
    abreast = int((width - 20) // LEGEND)
    height = picture.height + 30 + 26.0 * -(-len(kinds) // abreast)
    for number, kind in enumerate(kinds):
        line, place = divmod(number, abreast)
        x, y = 20 + LEGEND * place, picture.height + 26.0 + 26 * line
        parts += [shape(kind, x, y), svg.text(x + 14, y + 5, KINDS[kind])]
    if words:
        parts.append(svg.text(10, height, words, class_="fig-small"))
        height += 14
    paper = svg.element("rect", width=width, height=height, class_="fig-paper")
    title = f"Timeline, watches: {len(story.rows)}"
    return (
        svg.picture(
            width,
            height,
            [parts[0], paper, *parts[1:]],
            title,
            picture.description(),
            xmlns="http://www.w3.org/2000/svg",
        )
        + "\n"
    )
