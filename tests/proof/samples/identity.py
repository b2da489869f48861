"""A digest of what the reader sees.

The same digest is made from a fence of a page, from an example of a
docstring and from a block of the built site, so a block whose text was
changed after the run finds no entry in the ledger. Blanks at line ends,
empty lines around a block and tabs (which Markdown turns into four
columns) make no difference; everything else does.
"""

import doctest
import hashlib
import re

FLAGS = re.compile(r"[ \t]*#[ \t]*doctest:.*$", re.MULTILINE)
TAB = 4
_PARSER = doctest.DocTestParser()


def tidy(text: str) -> str:
    """The text of a block without what nobody can see."""
    lines = [line.expandtabs(TAB).rstrip() for line in text.splitlines()]
    return "\n".join(lines).strip("\n")


def digest(kind: str, text: str) -> str:
    """The identity of one block.

    Args:
        kind: its language; a C program shown as Python is another block.
        text: what the reader sees.
    """
    seen = f"{kind}\0{tidy(text)}".encode()
    return hashlib.sha256(seen).hexdigest()[:24]


def example_digest(source: str, want: str) -> str:
    """The identity of one `>>>` example: its source and its output."""
    seen = FLAGS.sub("", source)
    return digest("pycon", f"{tidy(seen)}\0{tidy(want)}")


def digests(kind: str, text: str) -> list[str]:
    """The identities that a block claims: one, or one for each `>>>`."""
    if kind != "pycon":
        return [digest(kind, text)]
    return [
        example_digest(example.source, example.want)
        for example in _PARSER.get_examples(text)
    ]
