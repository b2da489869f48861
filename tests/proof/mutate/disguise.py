"""Code that reaches a page past every collector of samples.

Each is put at the end of a page that has samples. The page's own test
refuses it; where only the built page can show it, the checker does.
"""

from collections.abc import Callable, Iterator

from tests.proof.mutate.gates import REBUILT, Gate, Mutant
from tests.proof.mutate.pages import structure_of
from tests.proof.mutate.tree import Tree

DISGUISES = {
    "indented code": "Words.\n\n    print(1)\n",
    "raw <pre>": "<pre><code>print(1)</code></pre>\n",
    "a session in a quotation": "> >>> 1 + 1\n> 3\n",
    "a session in a comment": "<!--\n>>> 1 + 1\n3\n-->\n",
    "a session in prose": ">>> 1 + 1\n3\n",
    "a fence in a quotation": "> ```python\n> print(1)\n> ```\n",
    "a fence of an unknown language": "```yaml\nx: 1\n```\n",
    "a fence of no language": "```\nprint(1)\n```\n",
    "text that is no figure": "```text\n$ ls\n```\n",
    "a fence that is open": "```python\nprint(1)\n",
    "a session in a figure": "``` { .text .figure }\n>>> 1\n2\n```\n",
    "an include among code": (
        '```python\nx = 1\n--8<-- "snippets/level/echo.py:read"\n```\n'
    ),
}
BUILT = (
    "indented code",
    "raw <pre>",
    "a fence of an unknown language",
    "a session in a quotation",
)
FETCHED = {
    "an image from elsewhere": "![x](https://example.org/x.png)\n",
    "a script from elsewhere": (
        '<script src="https://example.org/x.js"></script>\n'
    ),
    "a style from elsewhere": (
        "<style>@import url(https://example.org/x.css);</style>\n"
    ),
}
LINKS = {
    "a dead link": "[x](no-such-page.md)\n",
    "a dead anchor": "[x](#no-such-heading)\n",
    "a dead cross-reference": "[x][epollref.no_such_thing]\n",
}


def _appended(
    kind: str, text: str, gates: Callable[[str], tuple[Gate, ...]]
) -> Callable[[Tree], Iterator[Mutant]]:
    def mutants(tree: Tree) -> Iterator[Mutant]:
        sampled = {sample.where for sample in tree.ledger.samples}
        for page, (old, _) in tree.pages.items():
            if page in sampled:
                files: dict[str, str | None] = {page: f"{old}\n{text}"}
                yield Mutant(kind, page, files, gates(page))

    return mutants


def _refused(page: str) -> tuple[Gate, ...]:
    return (structure_of(page),)


def _rebuilt(_: str) -> tuple[Gate, ...]:
    return REBUILT


KINDS = (
    *(_appended(kind, text, _refused) for kind, text in DISGUISES.items()),
    *(_appended(f"{kind}, built", DISGUISES[kind], _rebuilt) for kind in BUILT),
    *(_appended(kind, text, _rebuilt) for kind, text in FETCHED.items()),
    *(_appended(kind, text, _rebuilt) for kind, text in LINKS.items()),
)
