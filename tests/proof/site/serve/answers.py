"""What is answered to a request, from its target alone: files of a folder.

No socket here, so that any server can carry the answers.
"""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

PLAIN = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
TEXTS = ("text/", "application/json", "application/xml")


@dataclass(frozen=True)
class Answer:
    """What goes back.

    Attributes:
        status: the HTTP status.
        kind: the content type.
        body: the content.
        location: where to go instead; empty for here.
    """

    status: HTTPStatus
    kind: str
    body: bytes
    location: str = ""


Answers = Callable[[str], Answer]


def page_of(target: str) -> str | None:
    """The path that the target of a request names, decoded.

    Returns:
        The path below the root, with its last slash if it has one; None
        for what names nothing that could be in a folder.
    """
    try:
        path = unquote(urlsplit(target).path, errors="strict")
    except ValueError:  # no address, or not UTF-8
        return None
    if not path.startswith("/") or not path.isprintable():
        return None
    parts = path.split("/")[1:]
    if any(part in (".", "..") for part in parts):
        return None
    if "" in parts[:-1]:  # //host/ would be another machine's address
        return None
    return path[1:]


def in_folder(root: Path, target: str) -> Answer:
    """The file of a folder that a target names.

    A folder is its index.html; it is listed to nobody.
    """
    page = page_of(target)
    if page is None:
        return missing(root)
    place = root / page
    try:
        if place.is_dir():
            if page and not page.endswith("/"):
                return _moved(f"{urlsplit(target).path}/")
            place /= "index.html"
        elif page.endswith("/"):
            return missing(root)
        if not place.resolve().is_relative_to(root.resolve()):
            return missing(root)
        body = place.read_bytes()
    except OSError:  # ENOENT, ENAMETOOLONG, EISDIR, EACCES ...
        return missing(root)
    return Answer(HTTPStatus.OK, kind_of(place), body)


def kind_of(place: Path) -> str:
    """The content type of a file, by its name."""
    kind = mimetypes.guess_type(place.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith(TEXTS) else kind


def missing(root: Path) -> Answer:
    """The site's own page for what is not there."""
    try:
        body = (root / "404.html").read_bytes()
    except OSError:
        return Answer(HTTPStatus.NOT_FOUND, PLAIN, b"There is no such page.\n")
    return Answer(HTTPStatus.NOT_FOUND, HTML, body)


def _moved(location: str) -> Answer:
    return Answer(HTTPStatus.MOVED_PERMANENTLY, PLAIN, b"", location)
