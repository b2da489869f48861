"""What an open page asks: what its badge says now, and is it still new.

A page that is served here gets one script more than the published one,
`live.js`. It asks under `/~live/` once a second, puts the answer into the
badge, and loads the page again when its text has changed. The badge of
the build does not count for that: it is filled in without.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.proof.samples.ledger import UNFINISHED, Ledger
from tests.proof.site.badge import NAME, parts, said
from tests.proof.site.check import source_of
from tests.proof.site.serve.answers import (
    HTML,
    Answer,
    in_folder,
    kind_of,
    page_of,
)

PREFIX = "/~live/"
SCRIPT = Path(__file__).with_name("live.js")
END = b"</body>"
BADGE = re.compile(rb'<p class="%s .*?</p>' % NAME.encode(), re.DOTALL)


@dataclass(frozen=True)
class Now:
    """How things stand; it is replaced as a whole.

    Attributes:
        site: the folder of the last build.
        pages: the pages, relative to the project.
        ledger: what is known of the samples; None before anything is.
        running: whether samples are still running, or are going to.
        ran: how many blocks ran so far.
        of: how many there are; 0 while nobody knows.
        looks: a digest of what all pages share: style, scripts.
        said: what the badge of each page says, once it was asked for.
    """

    site: Path
    pages: frozenset[str] = frozenset()
    ledger: Ledger | None = None
    running: bool = False
    ran: int = 0
    of: int = 0
    looks: str = ""
    said: dict[str, str] = field(default_factory=dict)


@dataclass
class Live:
    """Answers the pages, and for them.

    Attributes:
        now: how things stand. Set by one thread, read by many.
    """

    now: Now

    def __call__(self, target: str) -> Answer:
        """The answer to a request."""
        parts_of = urlsplit(target) if page_of(target) is not None else None
        if parts_of is None or not parts_of.path.startswith(PREFIX):
            return self._with_script(in_folder(self.now.site, target))
        name = parts_of.path.removeprefix(PREFIX)
        if name == SCRIPT.name:
            return Answer(HTTPStatus.OK, kind_of(SCRIPT), SCRIPT.read_bytes())
        if name == "now":
            asked = parse_qs(parts_of.query).get("page", [""])[0]
            data = json.dumps(self.state_of(asked)).encode()
            return Answer(HTTPStatus.OK, "application/json", data)
        return in_folder(self.now.site, target)

    def state_of(self, target: str) -> dict[str, object]:
        """What `live.js` is told about the page at a path."""
        now = self.now
        answer = in_folder(now.site, target)
        if answer.kind != HTML:
            return {}
        state: dict[str, object] = {"version": version(answer.body, now.looks)}
        if now.running or now.ledger is not None:
            page = page_of(target) or ""
            if page not in now.said:
                now.said[page] = _words(now, page, answer.body)
            if words := now.said[page]:
                state["badge"] = _badge(now, words)
        return state

    def _with_script(self, answer: Answer) -> Answer:
        """A page, with the script that keeps it new."""
        if answer.kind != HTML:
            return answer
        src = f"{PREFIX}{SCRIPT.name}"
        new = version(answer.body, self.now.looks)
        script = f'<script src="{src}" data-version="{new}"></script>'
        before, end, after = answer.body.rpartition(END)
        body = before + script.encode() + end + after
        return Answer(answer.status, answer.kind, body, answer.location)


def _words(now: Now, page: str, body: bytes) -> str:
    where = source_of(f"{page}index.html", set(now.pages))
    return said(body.decode(), now.ledger or Ledger(UNFINISHED, {}), where)


def _badge(now: Now, words: str) -> dict[str, str]:
    state, ran, rest = parts(words)
    if now.running and state != "all":
        count = f": {now.ran} of {now.of}" if now.of else ""
        failed = [each for each in rest.split(" · ") if each.endswith("failed")]
        state, ran = "running", ran.removesuffix(" here")
        rest = " · ".join([*failed, f"running on this machine{count}"])
    return {"state": state, "ran": ran, "rest": rest}


def version(page: bytes, looks: str) -> str:
    """A digest of a page without its badge, and of what all share."""
    rest = BADGE.sub(b"", page)
    return hashlib.sha256(rest + looks.encode()).hexdigest()[:16]


def looks_of(site: Path) -> str:
    """A digest of what all pages share."""
    found = hashlib.sha256()
    for path in sorted((site / "assets").rglob("*")):
        if path.is_file():
            found.update(path.read_bytes())
    return found.hexdigest()
