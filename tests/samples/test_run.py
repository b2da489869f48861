"""What runs again after a change, and what the sum of it is."""

from pathlib import Path

import pytest

from tests.proof.samples.ledger import (
    Execution,
    Ledger,
    Outcome,
    Page,
    Place,
    Sample,
)
from tests.proof.samples.run import again, summary

A, B = "docs/a.md", "docs/b.md"
X = "snippets/edge/x.py"
TEST = "tests/snippets/test_edge.py::test_x"


def sample(where: str, line: int, **known: object) -> Sample:
    """A sample that passed, if nothing else is known of it."""
    made = Sample(where, line, line, "console", f"{where}{line}", "t")
    made.outcome = Outcome.PASSED
    for name, value in known.items():
        setattr(made, name, value)
    return made


@pytest.fixture
def ledger() -> Ledger:
    """Two pages; one includes a program that a test executed."""
    return Ledger(
        exit_status=0,
        versions={},
        planned=[Place(A, 3, ""), Place(B, 5, "")],
        pages=[Page(A, 1), Page(B, 1)],
        samples=[sample(A, 3), sample(B, 5, program=X, shows=[2, 3])],
        executions=[Execution(X, [], TEST, Outcome.PASSED)],
    )


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Page b names the snippet, page a does not."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    Path(A).write_text("# A\n")
    Path(B).write_text(f'```python\n--8<-- "{X}:all"\n```\n')
    return [Path(A), Path(B)]


def test_a_page_that_changed_runs_again_alone(
    ledger: Ledger, pages: list[Path]
) -> None:
    assert again([A], ledger, pages) == ([A], [])


def test_a_snippet_takes_its_pages_and_its_tests_along(
    ledger: Ledger, pages: list[Path]
) -> None:
    """A page may name it without its ending, as one does to compile."""
    assert again([X], ledger, pages) == ([B], [TEST])
    Path(A).write_text("$ cc edge/x.c\n")
    assert again(["snippets/edge/x.c"], ledger, pages) == ([A, B], [])


@pytest.mark.parametrize("file", ["epollref/epoll.py", "snippets/lost/y.py"])
def test_all_run_again_where_anything_may_depend_on_it(
    ledger: Ledger, pages: list[Path], file: str
) -> None:
    """The package; a snippet that no page names."""
    assert again([file, A], ledger, pages) is None


@pytest.mark.parametrize(
    "file", ["tests/proof/site/svg.py", "docs/assets/site.css"]
)
def test_a_figure_and_a_style_are_no_samples(
    ledger: Ledger, pages: list[Path], file: str
) -> None:
    assert again([file], ledger, pages) == ([], [])


def test_a_later_run_takes_the_place_of_an_earlier_one(
    ledger: Ledger,
) -> None:
    """Page for page, program for program; and it is no longer one run."""
    rest = ledger.without([B], [X])
    assert rest.count() == 1
    assert (rest.samples, rest.executions) == ([ledger.samples[0]], [])
    later = Ledger(
        0,
        {},
        planned=[Place(B, 9, "")],
        samples=[sample(B, 9, program=X, shows=[2])],
        executions=[Execution(X, [], TEST, Outcome.PASSED)],
    )
    whole = rest.joined(later)
    assert summary(whole) == ["2 of 2 samples ran here."]
    assert whole.runs == 2
    assert whole.missing() == []
    assert whole.joined(later).executions == later.executions


def test_the_summary_tells_failed_from_did_not_run(ledger: Ledger) -> None:
    """Each with the reason."""
    ledger.samples = [
        sample(A, 3, outcome=Outcome.FAILED, test="docs/a.md::console line 3"),
        sample(A, 7, outcome=Outcome.DID_NOT_RUN, why="this machine has no nc"),
        sample(B, 5, program="snippets/edge/y.py", shows=[2, 3]),
    ]
    ledger.planned = [Place(B, 9, "")]
    assert summary(ledger) == [
        "0 of 4 samples ran here.",
        "  docs/a.md:3 console failed: docs/a.md::console line 3",
        "  docs/a.md:7 console did not run: this machine has no nc",
        "  docs/b.md:5 console did not run:"
        " no test executed all of snippets/edge/y.py:2-3",
        "  docs/b.md:9 did not run: the run ended first",
    ]
