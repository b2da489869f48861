"""Mutants of the site's structure, its built pages and the ledger."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from tests.proof.mutate.gates import CHECK, REBUILT, Mutant, PytestGate
from tests.proof.mutate.tree import LEDGER, SITE, Tree

CONFIG = "mkdocs.yml"
FIGURES = PytestGate(("tests/site/test_figures.py",))
NAV = re.compile(r"^ +- .*: ([\w/-]+\.md)$", re.MULTILINE)
READY = re.compile(r"^( +(?:ready|returns): )\[\w.*\]$", re.MULTILINE)
COUNT = re.compile(r"(\d+) of (\d+) samples ran")


def nav_entry(tree: Tree) -> Iterator[Mutant]:
    """A page that the navigation does not name."""
    text = tree.read(CONFIG)
    for entry in NAV.finditer(text):
        files: dict[str, str | None] = {CONFIG: text.replace(entry[0], "", 1)}
        yield Mutant("nav: a page missing", entry[1], files, REBUILT)


def nav_target(tree: Tree) -> Iterator[Mutant]:
    """An entry of the navigation that leads nowhere."""
    text = tree.read(CONFIG)
    for entry in NAV.finditer(text):
        new = entry[0].replace(entry[1], "no-such-page.md")
        files: dict[str, str | None] = {CONFIG: text.replace(entry[0], new, 1)}
        yield Mutant("nav: no such page", entry[1], files, REBUILT)


def page_gone(tree: Tree) -> Iterator[Mutant]:
    """A page that is gone, with all its samples."""
    for page in tree.pages:
        if not page.endswith("index.md"):
            yield Mutant("a page gone", page, {page: None}, REBUILT)


def no_badge(tree: Tree) -> Iterator[Mutant]:
    """A site whose pages have no badges."""
    text = tree.read(CONFIG)
    new = text.replace("tests.proof.site.badge", "tests.proof.site.evidence", 1)
    files: dict[str, str | None] = {CONFIG: new}
    if new != text:
        yield Mutant("no badges", CONFIG, files, REBUILT)


def figure(tree: Tree) -> Iterator[Mutant]:
    """A figure that says what the kernel does not."""
    for page, (text, found) in tree.pages.items():
        for fence in found:
            claim = READY.search(fence.source)
            if fence.language == "lists" and claim:
                new = fence.source.replace(claim[0], f"{claim[1]}[]", 1)
                body = fence.indented(new)
                whole = text[: fence.body] + body + text[fence.body_end :]
                where = f"{page}:{fence.line}"
                files: dict[str, str | None] = {page: whole}
                yield Mutant("figure: a lie", where, files, (FIGURES, *REBUILT))


def twin(tree: Tree) -> Iterator[Mutant]:
    """A broken twin that does not exist."""
    for page, (text, found) in tree.pages.items():
        for fence in found:
            if fence.language == "twin":
                new = fence.source.replace("_broken_", "_broken_gone_")
                body = fence.indented(new)
                whole = text[: fence.body] + body + text[fence.body_end :]
                where = f"{page}:{fence.line}"
                yield Mutant(
                    "twin: no such file", where, {page: whole}, REBUILT
                )


def _in_ledger(
    kind: str, change: Callable[[dict[str, Any]], str]
) -> Callable[[Tree], Iterator[Mutant]]:
    def mutants(tree: Tree) -> Iterator[Mutant]:
        data = json.loads(json.dumps(asdict(tree.ledger)))
        try:
            where = change(data)
        except LookupError:
            return
        files: dict[str, str | None] = {LEDGER: json.dumps(data)}
        yield Mutant(f"ledger: {kind}", where, files, (CHECK,))

    return mutants


def _shown(data: dict[str, Any], program: bool) -> dict[str, Any]:
    """A sample of a page: an include, or none."""
    for sample in data["samples"]:
        on_page = sample["where"].startswith("docs/")
        if on_page and bool(sample["program"]) is program:
            found: dict[str, Any] = sample
            return found
    raise LookupError("no such sample")


def _failed_run(data: dict[str, Any]) -> str:
    data["exit_status"] = 1
    return "exit status"


def _no_samples(data: dict[str, Any]) -> str:
    data["samples"] = []
    return "all samples"


def _skipped(data: dict[str, Any]) -> str:
    sample = _shown(data, program=False)
    sample["outcome"] = "did not run"
    return f"{sample['where']}:{sample['line']}"


def _failed(data: dict[str, Any]) -> str:
    sample = _shown(data, program=False)
    sample["outcome"] = "failed"
    return f"{sample['where']}:{sample['line']}"


def _never(data: dict[str, Any]) -> str:
    sample = _shown(data, program=False)
    data["samples"].remove(sample)
    return f"{sample['where']}:{sample['line']}"


def _elsewhere(data: dict[str, Any]) -> str:
    sample = _shown(data, program=False)
    place = f"{sample['where']}:{sample['line']}"
    sample["where"] = "docs/index.md"
    return place


def _unclaimed(data: dict[str, Any]) -> str:
    program = str(_shown(data, program=True)["program"])
    data["executions"] = [
        run for run in data["executions"] if run["program"] != program
    ]
    return program


def _missed(data: dict[str, Any]) -> str:
    sample = _shown(data, program=True)
    for run in data["executions"]:
        if run["program"] == sample["program"]:
            run["missed"] = sample["shows"][-1:]
    return str(sample["program"])


def _unproved(data: dict[str, Any]) -> str:
    trials = [each for each in data["trials"] if each["proved"]]
    program = str(trials[0]["program"])
    for trial in trials:
        if trial["program"] == program:
            trial["proved"] = False
    return program


def _in_html(
    kind: str, change: Callable[[str], str | None]
) -> Callable[[Tree], Iterator[Mutant]]:
    def mutants(tree: Tree) -> Iterator[Mutant]:
        for page in sorted((tree.root / SITE).rglob("*.html")):
            name = page.relative_to(tree.root).as_posix()
            old = page.read_text("utf-8")
            if COUNT.search(old) is None or 'class="language-' not in old:
                continue
            new = change(old)
            if new != old:
                yield Mutant(f"built page: {kind}", name, {name: new}, (CHECK,))

    return mutants


def _raw(page: str) -> str:
    return page.replace("</article>", "<pre>print(1)</pre></article>", 1)


def _more(page: str) -> str:
    return COUNT.sub(r"\g<1>1 of \g<2>1 samples ran", page, count=1)


def _kernel(page: str) -> str:
    return re.sub(r"(samples? ran.*?Linux )[\d.]+", r"\g<1>2.6", page, count=1)


def _script(page: str) -> str:
    tag = '<script src="//example.org/x.js"></script></head>'
    return page.replace("</head>", tag, 1)


def _block(page: str) -> str:
    return re.sub(
        r'<div class="language-.*?</pre>', "<div>", page, count=1, flags=re.S
    )


def _gone(_: str) -> None:
    return None


KINDS = (
    nav_entry,
    nav_target,
    page_gone,
    no_badge,
    figure,
    twin,
    _in_ledger("of a failed run", _failed_run),
    _in_ledger("empty", _no_samples),
    _in_ledger("a sample skipped", _skipped),
    _in_ledger("a sample failed", _failed),
    _in_ledger("a sample that never ran", _never),
    _in_ledger("a sample of another page", _elsewhere),
    _in_ledger("a program that nobody ran", _unclaimed),
    _in_ledger("a line that nobody ran", _missed),
    _in_ledger("a twin that nobody saw broken", _unproved),
    _in_html("raw <pre>", _raw),
    _in_html("another count", _more),
    _in_html("another kernel", _kernel),
    _in_html("a script from elsewhere", _script),
    _in_html("a block gone", _block),
    _in_html("gone", _gone),
)
