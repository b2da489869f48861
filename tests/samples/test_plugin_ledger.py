"""The ledger of a run: which samples ran, and which did not."""

from textwrap import dedent

import pytest

from tests.samples.small_project import PAGE, Project


@pytest.mark.parametrize("processes", ["0", "2"])
def test_the_ledger_names_every_sample(
    project: Project, processes: str
) -> None:
    """Each `>>>` and each fence, whichever process ran it."""
    ledger = project.ledger("docs", "-n", processes)
    assert ledger["exit_status"] == 0
    assert ledger["versions"]["Python"]
    assert ledger["pages"] == [{"where": "docs/a.md", "blocks": 6}]
    entered = [
        (each["block"], each["kind"], each["outcome"])
        for each in ledger["samples"]
    ]
    assert entered == [
        (3, "pycon", "passed"),
        (3, "pycon", "passed"),
        (15, "python", "passed"),
        (24, "c", "passed"),
        (34, "console", "passed"),
        (39, "python", "passed"),
    ]
    assert ledger["samples"][-1]["shows"] == [2, 3]


def test_the_ledger_of_a_failed_run_says_so(project: Project) -> None:
    """What came after the failure in a session did not run either."""
    project.page.write_text(PAGE.replace("42", "43"), "utf-8")
    ledger = project.ledger("docs")
    assert ledger["exit_status"] == 1
    outcomes = [
        each["outcome"] for each in ledger["samples"] if each["kind"] == "pycon"
    ]
    assert outcomes == ["failed", "did not run"]


def test_the_lines_that_a_test_executed_are_entered(
    project: Project,
) -> None:
    """All runs of a program in one test count together."""
    (project.root / "test_x.py").write_text(
        dedent("""\
            from pathlib import Path
            from tests.proof.programs.executed import note

            X = Path(__file__).with_name("snippets") / "x.py"

            def test_half():
                note(X, {2})

            def test_other_half():
                note(X, {3})

            def test_both():
                note(X, {2})
                note(X, {3})

            def test_failed():
                note(X, {2, 3})
                assert False
        """),
        "utf-8",
    )
    found = {
        each["test"].rpartition("::")[2]: (each["missed"], each["outcome"])
        for each in project.ledger("test_x.py")["executions"]
    }
    assert found == {
        "test_half": ([3], "passed"),
        "test_other_half": ([2], "passed"),
        "test_both": ([], "passed"),
        "test_failed": ([], "failed"),
    }


def test_a_test_that_make_serve_would_leave_out_may_enter_nothing(
    project: Project,
) -> None:
    """It fails in every run, so it cannot be forgotten in one."""
    tests = project.root / "tests"
    tests.mkdir()
    forgotten = tests / "test_forgotten.py"
    forgotten.write_text(
        dedent("""\
            from importlib import import_module
            from pathlib import Path

            def test_x():
                x = Path(__file__).parents[1] / "snippets" / "x.py"
                import_module("tests.proof.programs.executed").note(x, {2, 3})
        """),
        "utf-8",
    )
    ran = project.pytest(str(forgotten))
    assert ran.returncode == 1
    assert "`pytest --samples` leaves it out" in ran.stdout


@pytest.mark.parametrize("processes", ["0", "2"])
def test_the_ledger_tells_what_was_to_run(
    project: Project, processes: str
) -> None:
    """Also of what came to no end: nothing is green by being lost."""
    (project.root / "epollref").mkdir()
    (project.root / "epollref" / "y.py").write_text(
        '"""Y.\n\n>>> 1\n1\n"""\n', "utf-8"
    )
    ledger = project.ledger("docs", "epollref", "-n", processes, "--samples")
    planned = [(each["where"], each["block"]) for each in ledger["planned"]]
    blocks = {(each["where"], each["block"]) for each in ledger["samples"]}
    assert planned == sorted(blocks)
    assert ("docs/a.md", 3) in blocks
    assert ("epollref/y.py", 0) in blocks


def test_the_ledger_of_a_run_that_was_killed_is_of_no_run(
    project: Project,
) -> None:
    """Whoever reads it can see that; what an earlier run left is gone."""
    assert project.ledger("docs")["exit_status"] == 0
    project.page.write_text(
        "# T\n\n```pycon\n>>> import os; os._exit(9)\n\n```\n", "utf-8"
    )
    ledger = project.ledger("docs")
    assert ledger["exit_status"] == -1
    assert ledger["samples"] == []
