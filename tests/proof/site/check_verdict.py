"""What the ledger says about the blocks of one page.

Each block takes its runs out of the page's own entries, so a text that
the page shows twice has to have run twice, and a text that ran on
another page proves nothing here. A docstring is shown wherever the API
reference shows it; its entries are those of the package.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.proof.samples.ledger import Claim, Ledger, Outcome, Sample
from tests.proof.site.check_blocks import Block

NEVER = f"{Outcome.DID_NOT_RUN}: it is not in the ledger, or was edited since"


@dataclass
class Verdict:
    """A block, and what became of it.

    Attributes:
        block: the block.
        samples: the entries that it took.
        program: where it shows a program, the test that settles it.
        outcome: what became of it.
        trouble: why it does not count as run; empty where it does.
    """

    block: Block
    samples: list[Sample] = field(default_factory=list)
    program: Claim | None = None
    outcome: Outcome = Outcome.PASSED
    trouble: str = ""


class Evidence:
    """A ledger, asked block by block.

    Args:
        ledger: the run.
        page: the page's path as the ledger writes it; None where the
            page is not known, and every page's entries count.
    """

    def __init__(self, ledger: Ledger, page: str | None) -> None:
        self._ledger = ledger
        self._own: dict[str, list[Sample]] = defaultdict(list)
        self._docstrings: dict[str, list[Sample]] = defaultdict(list)
        for sample in ledger.samples:
            if sample.where.endswith(".py"):
                self._docstrings[sample.digest].append(sample)
            elif page is None or sample.where == page:
                self._own[sample.digest].append(sample)

    def judge(self, blocks: Iterable[Block]) -> list[Verdict]:
        """The verdict on each block that is a sample."""
        return [self._one(block) for block in blocks if not block.exempt]

    def _one(self, block: Block) -> Verdict:
        verdict = Verdict(block)
        taken = [self._taken(each, block.docstring) for each in block.digests]
        verdict.samples = [sample for sample in taken if sample is not None]
        if not block.digests:
            verdict.outcome = Outcome.FAILED
            verdict.trouble = "holds no example"
        elif None in taken:
            verdict.outcome, verdict.trouble = Outcome.DID_NOT_RUN, NEVER
        else:
            verdict.outcome = self._ledger.outcome(verdict.samples)
            verdict.trouble = self._ledger.trouble(verdict.samples)
        for sample in verdict.samples:
            _, verdict.program = self._ledger.settled(sample)
        return verdict

    def _taken(self, digest: str, docstring: bool) -> Sample | None:
        if docstring:
            found = self._docstrings.get(digest)
            return found[0] if found else None
        found = self._own.get(digest)
        return found.pop(0) if found else None


def on_what(ledger: Ledger, verdicts: Sequence[Verdict]) -> list[str]:
    """What the samples of a page ran on: "Linux 6.18", "gcc 12"."""
    kinds = {verdict.block.kind for verdict in verdicts}
    typed = "\n".join(
        verdict.block.text
        for verdict in verdicts
        if verdict.block.kind == "console"
    )
    shown = {
        Path(verdict.program.program).suffix
        for verdict in verdicts
        if verdict.program is not None
    }
    used = {
        "Linux": True,
        "Python": bool(kinds & {"pycon", "python"})
        or ".py" in shown
        or "python " in typed,
        "gcc": "c" in kinds or ".c" in shown or "$ cc " in typed,
        "strace": "strace " in typed,
        "gdb": "gdb " in typed,
    }
    return [
        f"{name} {ledger.versions[name]}"
        for name, needed in used.items()
        if needed and name in ledger.versions
    ]
