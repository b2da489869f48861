"""A site of one page, which the checker checks."""

from dataclasses import dataclass
from pathlib import Path

from markdown import Markdown

from tests.proof.samples.fences import fences
from tests.proof.samples.identity import digests
from tests.proof.samples.ledger import (
    Ledger,
    Outcome,
    Page,
    Sample,
)
from tests.proof.site.badge import badge, said
from tests.proof.site.check import check

PAGE = """\
# Title

Words.

```pycon
>>> 6 * 7
42
>>> print("a")
a

```

=== "Python"

    ```python title="x.py"
    x = "<&>"
    ```

=== "C"

    ```{ .c hl_lines="2" }
    int main(void)
    {
    \treturn 0;
    }
    ```

```console
$ echo a
a
```

``` { .text .figure }
int f(void);
```
"""
EXTENSIONS = [
    "attr_list",
    "md_in_html",
    "pymdownx.highlight",
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "toc",
]
HIGHLIGHT = {"line_spans": "__span", "pygments_lang_class": True}


@dataclass
class Site:
    """A site of one page, and the ledger of its samples."""

    folder: Path
    ledger: Ledger

    def build(self, text: str) -> str:
        """Build the page, with the badge that is due to it."""
        markdown = Markdown(
            extensions=EXTENSIONS,
            extension_configs={
                "pymdownx.highlight": HIGHLIGHT,
                "pymdownx.tabbed": {"alternate_style": True},
                "toc": {"permalink": True},
            },
        )
        page = markdown.convert(text)
        words = said(page, self.ledger, "docs/a.md")
        if words:
            page = page.replace("</h1>", f"</h1>{badge(words)}", 1)
        self.write(page)
        return page

    def write(self, page: str) -> None:
        """Put a page there as it is."""
        place = self.folder / "a" / "index.html"
        place.parent.mkdir(parents=True, exist_ok=True)
        whole = f"<html><head></head><body>{page}</body></html>"
        place.write_text(whole, "utf-8")

    def findings(self) -> str:
        """What the checker says."""
        return "\n".join(check(self.folder, self.ledger).findings)


def ledger_of(text: str, where: str = "docs/a.md") -> Ledger:
    """The ledger of a run in which every sample of a page passed."""
    ledger = Ledger(0, {"Linux": "6.18", "Python": "3.11", "gcc": "12"})
    found = list(fences(text))
    ledger.pages = [Page(where, len(found))]
    ledger.samples = [
        Sample(
            where=where,
            line=fence.line,
            block=fence.line,
            kind=fence.language,
            digest=digest,
            test="a test",
            outcome=Outcome.PASSED,
        )
        for fence in found
        if fence.language != "text"
        for digest in digests(fence.language, fence.source)
    ]
    return ledger
