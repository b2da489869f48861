"""Console sessions on the site: what is typed, and what is printed.

mkdocs.yml names `console` as the format of console fences. Pygments has a
lexer for them, which takes the body of a here-document and the second
line of a quotation for output: they are grey then, and lost when the
block is copied. Here the project's own reading of a session decides, and
Pygments colours each command as a whole.
"""

from collections.abc import Iterator, Mapping
from typing import Any

# Pygments and pymdown-extensions ship no types.
import pygments  # type: ignore[import-untyped]
from pygments.formatters import (  # type: ignore[import-untyped]
    HtmlFormatter,
)
from pygments.lexers import BashLexer  # type: ignore[import-untyped]
from pygments.token import Generic  # type: ignore[import-untyped]
from pymdownx.superfences import (  # type: ignore[import-untyped]
    SuperFencesException,
)

from tests.proof.samples.typed import PROMPT, StepsError, steps


def console(
    source: str,
    _language: str,
    class_name: str,
    options: Mapping[str, Any],
    md: Any,
    **_rest: Any,
) -> str:
    """Show a console fence, marked up as the other blocks of code are."""
    formatter = HtmlFormatter(
        cssclass=f"{class_name} highlight",
        filename=str(options.get("title", "")),
        linespans=f"__typed-{md.htmlStash.html_counter}",
        wrapcode=True,
    )
    try:
        return str(pygments.format(_pieces(source), formatter))
    except StepsError as error:
        raise SuperFencesException(f"console session: {error}") from error


def _pieces(text: str) -> Iterator[tuple[Any, str]]:
    """Each piece of a session, after its kind."""
    for step in steps(text.splitlines()):
        prompts = iter([line[: len(PROMPT)] for line in step.shown])
        yield Generic.Prompt, next(prompts)
        for kind, piece in BashLexer(stripnl=False).get_tokens(step.command):
            first, *rest = piece.split("\n")
            yield kind, first
            for part in rest:
                yield kind, "\n"
                prompt = next(prompts, "")
                yield Generic.Prompt, prompt
                yield kind, part
        for line in step.expected:
            yield Generic.Output, f"{line}\n"
