"""The few SVG elements that our figures are made of.

A figure is inline SVG without colours of its own: every element has a
class, docs/assets/site.css gives the class a colour in each theme.  So
one drawing serves light and dark, and no picture is ever loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from html import escape

ROOT = 20
"""Pixels of one rem on screens of common size, in Material's style."""

MONO = 0.602
"""Width of a character of a monospaced font, in font sizes."""


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """Write one element; `class_` is class, `font_size` is font-size."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{content}</{name}>"


def text(
    x: float, y: float, words: str, size: float = 0, **attributes: object
) -> str:
    """Write text with its baseline at y; a size overrules the class."""
    if size:
        attributes["style"] = f"font-size:{size}px"
    return element("text", escape(words, quote=False), x=x, y=y, **attributes)


def box(
    x: float, y: float, width: float, height: float, **attributes: object
) -> str:
    """Write a rectangle with round corners."""
    shape: dict[str, object] = {"rx": 6, **attributes}
    return element("rect", "", x=x, y=y, width=width, height=height, **shape)


def picture(
    width: float,
    height: float,
    parts: Iterable[str],
    title: str,
    description: str,
    class_: str = "",
) -> str:
    """Write a whole drawing that a screen reader can name and describe."""
    body = "".join(parts)
    mark = hashlib.sha256(f"{title}{description}{body}".encode()).hexdigest()
    name = f"fig-{mark[:10]}"
    labels = element("title", escape(title), id=f"{name}-t") + element(
        "desc", escape(description), id=f"{name}-d"
    )
    return element(
        "svg",
        labels + body,
        class_=f"fig {class_}".strip(),
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        width=width,
        height=height,
        style=f"width:{rem(width)}",
        role="img",
        aria_labelledby=f"{name}-t {name}-d",
    )


def rem(pixels: float) -> str:
    """Return a length that grows with the page's type on large screens."""
    return f"{_value(pixels / ROOT)}rem"


def fitting(words: str, width: float, largest: float) -> float:
    """Return the font size at which monospaced words fit a width."""
    return round(min(largest, width / (max(len(words), 1) * MONO)), 2)


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return escape(str(value))
