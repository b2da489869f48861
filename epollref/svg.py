"""The few SVG elements that our pictures are made of.

Every element has a class and no colour of its own: whoever shows the picture
gives the classes their colours, in a light and in a dark theme.
"""

from collections.abc import Iterable
from hashlib import sha256
from html import escape


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """Write one element.

    Args:
        name: Its tag.
        content: What is inside, as markup.
        attributes: ``class_`` is class, ``font_size`` is font-size.

    Returns:
        The markup.

    Examples:
        >>> from epollref.svg import element
        >>> element("path", d="M0 0", class_="fig-arrow")
        '<path d="M0 0" class="fig-arrow"></path>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{attribute_value(value)}"'
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
    **attributes: object,
) -> str:
    """Write a whole drawing that a screen reader can name and describe."""
    body = "".join(parts)
    mark = sha256(f"{title}{description}{body}".encode()).hexdigest()
    name = f"fig-{mark[:10]}"
    labels = element("title", escape(title), id=f"{name}-t") + element(
        "desc", escape(description), id=f"{name}-d"
    )
    return element(
        "svg",
        labels + body,
        viewBox=f"0 0 {attribute_value(width)} {attribute_value(height)}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=f"{name}-t {name}-d",
        **attributes,
    )


def attribute_value(value: object) -> str:
    """Write the value of an attribute; numbers are short."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return escape(str(value))
