"""The badge says what the ledger says; the evidence page shows it."""

from pathlib import Path

import pytest
from markdown import Markdown

from tests.proof.samples.ledger import (
    Execution,
    Ledger,
    Outcome,
    Page,
    Place,
    Sample,
)
from tests.proof.samples.normalise import RULES
from tests.proof.site.evidence import written
from tests.site.checked_site import PAGE, ledger_of


def converted(text: str, ledger: Path) -> str:
    """A page as the site's Markdown makes it."""
    options = {"ledger": str(ledger)}
    return Markdown(
        extensions=[
            "pymdownx.highlight",
            "pymdownx.superfences",
            "pymdownx.tabbed",
            "tables",
            "toc",
            "tests.proof.site.badge",
            "tests.proof.site.evidence",
        ],
        extension_configs={
            "pymdownx.highlight": {"pygments_lang_class": True},
            "tests.proof.site.badge": options,
            "tests.proof.site.evidence": options,
        },
    ).convert(text)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the ledger of a green run is."""
    path = tmp_path / "ledger.json"
    ledger_of(PAGE).save(path)
    return path


def test_the_badge_stands_under_the_title(place: Path) -> None:
    """How many ran, and what they ran on."""
    page = converted(PAGE, place)
    head, _, rest = page.partition("</h1>")
    assert "4 of 4 samples ran" not in head
    assert rest.index("4 of 4 samples ran") < rest.index("Words")
    assert "· Linux 6.18 · Python 3.11 · gcc 12</p>" in rest


def test_a_page_names_only_what_its_samples_used(place: Path) -> None:
    """A page of sessions has nothing to do with a compiler."""
    text = "# T\n\n```pycon\n>>> 6 * 7\n42\n\n```\n"
    page = converted(text, place)
    assert "1 of 1 sample ran" in page
    assert "gcc" not in page


def test_a_page_without_code_has_no_badge(place: Path) -> None:
    """There is nothing to say."""
    assert "ep-badge" not in converted("# T\n\nWords.\n", place)
    figure = "# T\n\n``` { .text .figure }\nx\n```\n"
    assert "ep-badge" not in converted(figure, place)


def test_what_did_not_run_here_is_not_counted(tmp_path: Path) -> None:
    """A reader's machine may lack a tool; what failed is told from it."""
    ledger = ledger_of(PAGE)
    ledger.samples[-1].outcome = Outcome.DID_NOT_RUN
    path = tmp_path / "ledger.json"
    ledger.save(path)
    page = converted(PAGE, path)
    assert "3 of 4 samples ran here" in page
    assert "1 did not run" in page
    assert "failed" not in page
    ledger.samples[0].outcome = Outcome.FAILED
    path.unlink()
    ledger.save(path)
    page = converted(PAGE, path)
    assert "2 of 4 samples ran here" in page
    assert "1 failed · 1 did not run" in page


def test_without_a_ledger_the_badge_says_so(tmp_path: Path) -> None:
    """A build without a run claims nothing."""
    page = converted(PAGE, tmp_path / "none.json")
    assert "4 samples, not run for this build" in page
    assert "ran" not in page.partition("</p>")[0].partition("ep-badge")[2]


def test_a_new_ledger_is_read_anew(place: Path) -> None:
    """A preview server stays up while the samples are run again."""
    assert "4 of 4" in converted(PAGE, place)
    ledger = Ledger.load(place)
    ledger.samples[0].outcome = Outcome.FAILED
    place.unlink()
    ledger.save(place)
    assert "3 of 4" in converted(PAGE, place)


def test_the_evidence_names_every_sample_and_its_test() -> None:
    """A fence is one sample, an include is claimed by its program's test."""
    ledger = ledger_of(PAGE)
    include = Sample(
        where="docs/a.md",
        line=50,
        block=50,
        kind="python",
        digest="",
        test="the include's own",
        outcome=Outcome.PASSED,
        program="snippets/x.py",
        shows=[2, 3],
    )
    docstring = Sample(
        where="epollref/epoll.py",
        line=3,
        block=0,
        kind="pycon",
        digest="",
        test="epollref/epoll.py::epollref.epoll.Epoll",
        outcome=Outcome.DID_NOT_RUN,
        why="this machine has no epoll",
    )
    ledger.samples += [include, docstring]
    ledger.executions = [
        Execution("snippets/x.py", [], "the program's", Outcome.PASSED, 0.5)
    ]
    text = "\n".join(written(ledger))
    assert "**5 of 6 samples ran**" in text
    assert "line 5, pycon, 2 examples | `a test` | passed" in text
    assert "`snippets/x.py` 2 to 3 | `the program's` | passed | 500.0" in text
    assert "`epollref.epoll.Epoll`: did not run: this machine has no" in text
    assert all(rule.what in text for rule in RULES)


def test_the_evidence_tells_failed_from_did_not_run() -> None:
    """Each with its reason; also what nothing was heard of."""
    ledger = ledger_of(PAGE)
    python, c, console = ledger.samples[-3:]
    python.outcome = Outcome.FAILED
    c.outcome, c.why = Outcome.DID_NOT_RUN, "this machine has no cc"
    console.program, console.shows = "snippets/x.py", [2, 3]
    ledger.planned = [Place("docs/z.md", 7, "")]
    text = "\n".join(written(ledger))
    assert "**1 of 5 samples ran**" in text
    assert "python: failed: a test" in text
    assert "c: did not run: this machine has no cc" in text
    assert "did not run: no test executed all of snippets/x.py:2-3" in text
    assert "(z.md), line 7: did not run: the run ended before it" in text


@pytest.mark.parametrize("ran", [True, False])
def test_the_evidence_tells_whether_a_whole_program_ran(ran: bool) -> None:
    """It shows no numbers of lines: a test has to have run the file."""
    ledger = ledger_of(PAGE)
    ledger.samples[-1].program = "snippets/x.py"
    if ran:
        run = Execution("snippets/x.py", [3], "its test", Outcome.PASSED)
        ledger.executions = [run]
    text = "\n".join(written(ledger))
    assert ("all of `snippets/x.py` | `its test` | passed" in text) == ran
    assert ("did not run: no test ran snippets/x.py" in text) != ran


def test_the_evidence_page_links_to_the_pages(place: Path) -> None:
    """Its line is replaced; elsewhere nothing is."""
    page = converted("# E\n\n<!-- evidence -->\n\nEnd.\n", place)
    assert '<a href="a.md">a</a>' in page
    assert "<table>" in page
    assert "End." in page
    assert "<table>" not in converted("# E\n\nWords.\n", place)


def test_without_a_ledger_the_evidence_page_says_so(tmp_path: Path) -> None:
    """It claims nothing either."""
    page = converted("# E\n\n<!-- evidence -->\n", tmp_path / "none.json")
    assert "were not run for this build" in page


def test_a_ledger_is_read_as_it_was_written(place: Path) -> None:
    """Every field survives the file."""
    ledger = ledger_of(PAGE)
    ledger.pages.append(Page("docs/z.md", 0))
    ledger.planned.append(Place("docs/z.md", 3, ""))
    ledger.executions.append(Execution("snippets/x.py", [3], "t"))
    ledger.save(place)
    assert Ledger.load(place) == ledger
