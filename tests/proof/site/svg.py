"""SVG on a page: sizes that follow the page's type.

A figure is inline; docs/assets/site.css gives its classes a colour in each
theme.  So one drawing serves light and dark, and no picture is ever loaded.
"""

from __future__ import annotations

from collections.abc import Iterable

from epollref.svg import attribute_value, box, element, text
from epollref.svg import picture as drawn

__all__ = ["MONO", "box", "element", "fitting", "picture", "rem", "text"]

ROOT = 20
"""Pixels of one rem on screens of common size, in Material's style."""

MONO = 0.602
"""Width of a character of a monospaced font, in font sizes."""


def picture(
    width: float,
    height: float,
    parts: Iterable[str],
    title: str,
    description: str,
    class_: str = "",
) -> str:
    """Write a whole drawing, as wide as the page's type makes it."""
    return drawn(
        width,
        height,
        parts,
        title,
        description,
        class_=f"fig {class_}".strip(),
        style=f"width:{rem(width)}",
    )


def rem(pixels: float) -> str:
    """Return a length that grows with the page's type on large screens."""
    return f"{attribute_value(pixels / ROOT)}rem"


def fitting(words: str, width: float, largest: float) -> float:
    """Return the font size at which monospaced words fit a width."""
    return round(min(largest, width / (max(len(words), 1) * MONO)), 2)
