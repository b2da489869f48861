"""The evidence page: every page, its samples, and the tests that ran them.

A Python-Markdown extension. The line ``<!-- evidence -->`` of a page is
replaced by Markdown made from the ledger: what the samples ran on, a
table for each page, the rules by which console output is compared, what
did not run and why, and the blocks that are no samples. No number on the
page is written by hand.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.preprocessors import Preprocessor

from tests.proof.project import ROOT
from tests.proof.samples.fences import Fence, fences
from tests.proof.samples.ledger import Claim, Ledger, Outcome, Sample
from tests.proof.samples.normalise import RULES
from tests.proof.samples.structure import owner
from tests.proof.site.badge import LedgerExtension, ledger_at

HERE = "<!-- evidence -->"
FIRST = 1000


def written(ledger: Ledger | None) -> list[str]:
    """The page's Markdown, line by line.

    Args:
        ledger: the run; None if there was none.
    """
    if ledger is None:
        return ["The samples were not run for this build."]
    return [
        line
        for part in (_ground, _trouble, _rules, _exempt, _pages)
        for line in (*part(ledger), "")
    ]


def _ground(ledger: Ledger) -> Iterator[str]:
    groups = ledger.blocks()
    count = ledger.count()
    ran = sum(
        ledger.outcome(block) is Outcome.PASSED
        for each in groups.values()
        for block in each
    )
    own = sum(each.seconds for each in ledger.samples if not each.program)
    programs: list[Claim] = [*ledger.executions, *ledger.trials]
    tests = {run.test: run.seconds for run in programs}
    seconds = own + sum(tests.values())
    yield (
        f"**{ran} of {count} samples ran**, on {len(groups)} pages and "
        f"modules, in {seconds:.1f} seconds of testing, on:"
    )
    yield ""
    names = ("kernel", "machine", "interpreter", "gcc", "strace", "gdb")
    yield "| what | version |"
    yield "| --- | --- |"
    for name in (*names, "bash"):
        if name in ledger.versions:
            yield f"| {name} | {ledger.versions[name]} |"


def _trouble(ledger: Ledger) -> Iterator[str]:
    yield "## What failed or did not run"
    yield ""
    lines = [
        f"- {_link(where)}, {_named(block)}: {trouble}"
        for where, blocks in ledger.blocks().items()
        for block in blocks
        if (trouble := ledger.trouble(block))
    ]
    lines += [
        f"- {_link(place.where)}, line {place.block}: {Outcome.DID_NOT_RUN}:"
        " the run ended before it"
        for place in ledger.missing()
    ]
    yield from lines or ["Nothing: every sample ran."]


def _rules(ledger: Ledger) -> Iterator[str]:
    asking = Counter(
        name
        for _, fence in _fences(ledger)
        for name in fence.options.get("normalise", "").split()
    )
    yield "## How console output is compared"
    yield ""
    yield "Line by line. These differences do not count; nothing else does."
    yield ""
    yield "| rule | what may differ | used |"
    yield "| --- | --- | --- |"
    for rule in RULES:
        asked = f"where a session asks for it: {asking[rule.name]} do"
        used = asked if rule.asked else "always"
        yield f"| {rule.name} | {rule.what} | {used} |"
    yield "| own ports | 7000 to 7009 stand for free ports | always |"


def _exempt(ledger: Ledger) -> Iterator[str]:
    yield "## Blocks that are no samples"
    yield ""
    yield "A figure is a prototype, a layout or a picture in text."
    yield ""
    for where, fence in _fences(ledger):
        if owner(fence) == "figure":
            yield f"- {_link(where)}: {_code(fence.lines[0].strip())}"


def _fences(ledger: Ledger) -> Iterator[tuple[str, Fence]]:
    """Every fence of the site's pages, as they stand now."""
    for page in ledger.pages:
        path = ROOT / page.where
        if page.where.startswith("docs/") and path.is_file():
            for fence in fences(path.read_text("utf-8")):
                yield page.where, fence


def _pages(ledger: Ledger) -> Iterator[str]:
    yield "## Every sample"
    for where, blocks in ledger.blocks().items():
        yield ""
        yield f"### {_title(where)}"
        yield ""
        yield f"{_link(where)}, {len(blocks)} samples."
        yield ""
        yield "| sample | run by | result | ms |"
        yield "| --- | --- | --- | ---: |"
        for block in blocks:
            outcome, claim = ledger.settled(block[0])
            outcome = ledger.outcome(block)
            test = claim.test if claim else block[0].test
            seconds = (
                claim.seconds
                if claim
                else sum(sample.seconds for sample in block)
            )
            yield (
                f"| {_named(block)} | {_code(test)} | {outcome} "
                f"| {seconds * 1000:.1f} |"
            )


def _named(block: list[Sample]) -> str:
    first = block[0]
    if first.kind == "twin":
        return f"line {first.line}, twin {_code(first.program)}"
    if first.program and not first.shows:
        return f"line {first.line}, all of {_code(first.program)}"
    if first.program:
        lines = f"{first.shows[0]} to {first.shows[-1]}"
        return f"line {first.line}, {_code(first.program)} {lines}"
    if not first.block:
        name = first.test.partition("::")[2]
        return f"docstring {_code(name)}"
    if first.kind == "pycon":
        return f"line {first.block}, pycon, {len(block)} examples"
    return f"line {first.block}, {first.kind}"


def _link(where: str) -> str:
    if where.startswith("docs/"):
        return f"[{_title(where)}]({where.removeprefix('docs/')})"
    return _code(where)


def _title(where: str) -> str:
    return where.removeprefix("docs/").removesuffix(".md")


def _code(text: str) -> str:
    return f"`{text.replace('|', ' ')}`"


class EvidencePreprocessor(Preprocessor):
    """Puts the evidence in the place of its line.

    Args:
        md: the Markdown instance.
        path: where the ledger is.
    """

    def __init__(self, md: Markdown, path: Path) -> None:
        super().__init__(md)
        self._path = path

    def run(self, lines: list[str]) -> list[str]:
        """Replace the line."""
        if HERE not in lines:
            return lines
        place = lines.index(HERE)
        new = written(ledger_at(self._path))
        return [*lines[:place], *new, *lines[place + 1 :]]


class EvidenceExtension(LedgerExtension):
    """The extension."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        # (The name is Python-Markdown's.)
        """Register the preprocessor, before all others."""
        md.preprocessors.register(
            EvidencePreprocessor(md, self.ledger()), "samples_evidence", FIRST
        )


def makeExtension(**options: Any) -> EvidenceExtension:  # noqa: N802
    # (The name is Python-Markdown's.)
    """Make the extension, as Python-Markdown asks for it."""
    return EvidenceExtension(**options)
