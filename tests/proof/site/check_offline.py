"""Nothing on the site is loaded from another host.

A link may lead anywhere; what a browser fetches by itself (scripts,
styles, fonts, images, frames) comes from the site. The test in Chromium
watches the requests; this check reads the files.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import html

ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
IN_STYLE = re.compile(
    r"""(?:url\(|@import)\s*["']?\s*((?:https?:)?//[^"')\s;]+)""",
    re.IGNORECASE,
)
IN_SCRIPT = re.compile(r"""["'`]((?:https?|wss?):)?//[\w.-]+\.\w+[^"'`]*""")
NAMESPACES = ("http://www.w3.org/",)
FETCHED = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
NOT_FETCHED = {"alternate", "author", "canonical", "help", "license", "me"}
NOT_FETCHED |= {"next", "prev", "search"}
# Material's own scripts name hosts that its options would ask for; none
# of these options is set, which the test in the browser proves.
THEME = "assets/javascripts"


def fetched_from_elsewhere(tree: html.HtmlElement) -> Iterator[str]:
    """What a page makes a browser fetch from another host."""
    for element in tree.iter(*FETCHED, "link"):
        yield from filter(ELSEWHERE.match, _addresses(element))
    for style in tree.iter("style"):
        yield from IN_STYLE.findall(style.text or "")
    for element in tree.xpath("//*[@style]"):
        yield from IN_STYLE.findall(element.get("style"))
    for script in tree.iter("script"):
        if script.get("type", "") != "application/json":
            yield from _in_script(script.text or "")


def _addresses(element: html.HtmlElement) -> Iterator[str]:
    if element.tag == "link":
        words = set(element.get("rel", "").split())
        if not words <= NOT_FETCHED:
            yield element.get("href", "")
        return
    for name in FETCHED[str(element.tag)]:
        value = element.get(name, "")
        if name == "srcset":
            yield from (each.strip() for each in value.split(","))
        elif value:
            yield value


def _in_script(text: str) -> Iterator[str]:
    for match in IN_SCRIPT.finditer(text):
        address = match[0][1:]
        if not address.startswith(NAMESPACES):
            yield address


def files_that_fetch(site: Path) -> Iterator[tuple[Path, str]]:
    """Style sheets and scripts of the site that name another host."""
    for path in sorted(site.rglob("*.css")):
        for address in IN_STYLE.findall(path.read_text("utf-8")):
            yield path.relative_to(site), address
    for path in sorted(site.rglob("*.js")):
        if path.relative_to(site).as_posix().startswith(THEME):
            continue
        for address in _in_script(path.read_text("utf-8")):
            yield path.relative_to(site), address
