"""The checker of the built site: every block of code on it ran.

    python -m tests.proof.site.check build/site build/ledger.json

It reads the HTML, whichever generator made it, and the ledger of the run
that is said to have proved it. It is red on a block that never ran,
failed, was skipped or was edited after the run; on the ledger of a
failed run; on a site without samples; on a twin of snippets/ that no run
has seen broken, shown or not; where a page shows more or fewer blocks
than its source has; where a badge says something else; and where a page
is made to fetch anything from another host.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lxml import html

from tests.proof.samples.ledger import UNFINISHED, Ledger, Outcome
from tests.proof.site.badge import NAME, said
from tests.proof.site.check_blocks import Block, blocks, parsed, stray_prompts
from tests.proof.site.check_offline import (
    fetched_from_elsewhere,
    files_that_fetch,
)
from tests.proof.site.check_verdict import Evidence

USAGE = "usage: python -m tests.proof.site.check SITE LEDGER"


@dataclass
class Checked:
    """What the checker saw of a site.

    Attributes:
        findings: what is wrong, one line each.
        pages: how many pages it read.
        samples: how many blocks ran.
        exempt: the blocks that are no samples, by name.
    """

    findings: list[str] = field(default_factory=list)
    pages: int = 0
    samples: int = 0
    exempt: list[str] = field(default_factory=list)


def source_of(built: str, pages: set[str]) -> str | None:
    """The page that a built file was made from.

    Args:
        built: the file, relative to the site.
        pages: the pages of the ledger.
    """
    stem = built.removesuffix(".html").removesuffix("index").rstrip("/")
    names = (f"docs/{stem}.md", f"docs/{stem}/index.md", "docs/index.md")
    for name in names if stem else names[2:]:
        if name in pages and not (stem and name == names[2]):
            return name
    return None


def check(site: Path, ledger: Ledger) -> Checked:
    """Check a built site against a ledger.

    Args:
        site: the folder that holds the site.
        ledger: the run.
    """
    seen = Checked()
    seen.findings += _whole(ledger)
    expected = {page.where: page.blocks for page in ledger.pages}
    built = set()
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        where = source_of(name, set(expected))
        built.add(where)
        tree = parsed(path.read_text("utf-8"))
        for finding in _page(tree, where, ledger, seen):
            seen.findings.append(f"{name}: {finding}")
    for where in sorted(set(expected) - built):
        if where.startswith("docs/"):
            seen.findings.append(f"{where}: is not on the site")
    for program in sorted({trial.program for trial in ledger.trials}):
        if ledger.tried(program)[0] is not Outcome.PASSED:
            seen.findings.append(f"{program}: no run has seen it broken")
    for path, address in files_that_fetch(site):
        seen.findings.append(f"{path}: fetches {address}")
    if not seen.samples:
        seen.findings.append("site: no sample on it ran")
    return seen


def _whole(ledger: Ledger) -> Iterator[str]:
    """Demand one run, which went to its end and was green."""
    if ledger.exit_status == UNFINISHED:
        yield "ledger: of a run that did not come to its end"
    elif ledger.exit_status:
        yield f"ledger: of a failed run (status {ledger.exit_status})"
    if ledger.runs != 1:
        yield f"ledger: put together from {ledger.runs} runs"
    if lost := len(ledger.missing()):
        yield f"ledger: nothing was heard of {lost} samples that were to run"


def _page(
    tree: html.HtmlElement,
    where: str | None,
    ledger: Ledger,
    seen: Checked,
) -> Iterator[str]:
    seen.pages += 1
    found = blocks(tree)
    if where is None:
        if found:
            yield f"{len(found)} blocks on a page that no test knows"
    else:
        yield from _counts(found, where, ledger)
        yield from _samples(found, where, ledger, seen)
        yield from _badge(tree, where, ledger)
    for text in stray_prompts(tree):
        yield f"a session outside a block: {text}"
    for address in fetched_from_elsewhere(tree):
        yield f"fetches {address}"


def _counts(
    found: Sequence[Block], where: str, ledger: Ledger
) -> Iterator[str]:
    shown = sum(not block.docstring for block in found)
    fenced = next(p.blocks for p in ledger.pages if p.where == where)
    if shown != fenced:
        yield f"shows {shown} blocks, {where} has {fenced}"


def _samples(
    found: Sequence[Block], where: str, ledger: Ledger, seen: Checked
) -> Iterator[str]:
    seen.exempt += [
        f"{where}: {block.exempt}: {block.title}"
        for block in found
        if block.exempt
    ]
    for verdict in Evidence(ledger, where).judge(found):
        if verdict.trouble:
            kind = verdict.block.kind or "unnamed"
            yield f"{kind} {verdict.trouble}: {verdict.block.title}"
        else:
            seen.samples += 1


def _badge(tree: html.HtmlElement, where: str, ledger: Ledger) -> Iterator[str]:
    page = html.tostring(tree, encoding="unicode")
    due = said(page, ledger, where)
    badges = [
        " ".join(str(each.text_content()).split())
        for each in tree.find_class(NAME)
    ]
    if badges != ([due] if due else []):
        yield f"its badge says {badges}, not {due!r}"


def main(arguments: Sequence[str]) -> int:
    """Check a site and say what is wrong.

    Returns:
        0 where every block ran, 1 where one did not, 2 for arguments
        that name no site or ledger.
    """
    if len(arguments) != 2:
        print(USAGE, file=sys.stderr)
        return 2
    site, path = map(Path, arguments)
    for each in (site, path):
        if not each.exists():
            print(f"{each}: does not exist", file=sys.stderr)
            return 2
    seen = check(site, Ledger.load(path))
    for line in seen.exempt:
        print(f"exempt  {line}")
    for finding in seen.findings:
        print(f"RED     {finding}")
    print(
        f"{seen.pages} pages, {seen.samples} samples ran, "
        f"{len(seen.exempt)} exempt, {len(seen.findings)} findings"
    )
    return 1 if seen.findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
