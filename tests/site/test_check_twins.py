"""The checker is red on a twin that no run has seen broken."""

import re
from pathlib import Path

import pytest

from tests.proof.project import ROOT
from tests.proof.samples.identity import digest
from tests.proof.samples.ledger import Ledger, Outcome, Page, Sample, Trial
from tests.proof.samples.twins import twin
from tests.proof.site.check_verdict import NEVER
from tests.proof.site.evidence import written
from tests.proof.site.figures_twin import draw
from tests.site.checked_site import Site

NAME = "edge/echo_broken_no_drain.py"
PROGRAM = f"snippets/{NAME}"
PAGE = f"# T\n\nWords.\n\n{draw(NAME)}\n"
PROVED = Trial(PROGRAM, "EP001", True, "a trial", Outcome.PASSED)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site that shows one twin, proved by one trial."""
    shown = Sample(
        where="docs/a.md",
        line=5,
        block=5,
        kind="twin",
        digest=digest("twin", twin(ROOT, NAME).text),
        test="the fence's own",
        outcome=Outcome.PASSED,
        program=PROGRAM,
    )
    ledger = Ledger(0, {"Linux": "6.18", "Python": "3.11", "gcc": "12"})
    ledger.pages = [Page("docs/a.md", 1)]
    ledger.samples = [shown]
    ledger.trials = [PROVED]
    return Site(tmp_path / "site", ledger)


def test_a_twin_that_failed_beside_its_sibling_counts(site: Site) -> None:
    """It is a sample as others are, and the badge says what ran it."""
    page = site.build(PAGE)
    assert site.findings() == ""
    assert "1 of 1 sample ran" in page
    assert "Python 3.11" in page
    assert "gcc" not in page


TROUBLE = {
    "no trial": ([], "no test saw"),
    "a trial of another twin": (
        [Trial("snippets/x_broken_y.py", "EP001", True, "t", Outcome.PASSED)],
        "no test saw",
    ),
    "a trial that judged nothing": (
        [Trial(PROGRAM, "EP001", False, "t", Outcome.PASSED)],
        "no test saw",
    ),
    "a trial that failed, beside one that passed": (
        [PROVED, Trial(PROGRAM, "EP001", False, "t", Outcome.FAILED)],
        "failed: t",
    ),
    "a trial that was skipped": (
        [
            Trial(
                *(PROGRAM, "EP001", False, "t", Outcome.DID_NOT_RUN),
                why="strace is not installed here",
            )
        ],
        "did not run: strace is not installed here",
    ),
}


@pytest.mark.parametrize(
    ("trials", "why"), TROUBLE.values(), ids=TROUBLE.keys()
)
def test_a_twin_that_nobody_saw_broken_is_red(
    site: Site, trials: list[Trial], why: str
) -> None:
    """Neither badge nor evidence counts it, and each says why."""
    site.ledger.trials = trials
    page = site.build(PAGE)
    assert re.search(f"twin .*{why}", site.findings())
    assert "0 of 1 sample ran here" in page
    text = "\n".join(written(site.ledger))
    assert "**0 of 1 samples ran**" in text
    assert f"line 5, twin `{PROGRAM}`: " in text


def test_a_twin_on_no_page_has_to_be_seen_broken_too(site: Site) -> None:
    """It is published with the others."""
    other = "snippets/x_broken_y.py"
    site.ledger.trials.append(
        Trial(other, "EP001", False, "t", Outcome.DID_NOT_RUN, why="no strace")
    )
    site.build(PAGE)
    assert f"{other}: no run has seen it broken" in site.findings()


@pytest.mark.parametrize(
    ("old", "new"),
    [("EP001", "EP002"), ("once.", "twice."), ("no_drain.py", "x.py")],
)
def test_a_twin_edited_after_the_run_is_red(
    site: Site, old: str, new: str
) -> None:
    """Its lines, its name and its number are what the reader sees."""
    changed = PAGE.replace(old, new)
    assert changed != PAGE
    site.build(changed)
    assert NEVER in site.findings()
