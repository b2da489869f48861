"""What a test says of a broken twin reaches the ledger."""

import shutil
from pathlib import Path
from textwrap import dedent

import pytest

from tests.proof.project import ROOT
from tests.samples.small_project import Project

SOUND = '"""A program.\n\nIt adds.\n"""\n\nprint(1 + 1)\n'
BROKEN = SOUND.replace("It adds.", "breaks: EP001").replace("+", "-")


@pytest.fixture
def twins(tmp_path: Path) -> Project:
    """A project with one twin, on one page."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "snippets").mkdir()
    (tmp_path / "snippets" / "x.py").write_text(SOUND)
    (tmp_path / "snippets" / "x_broken_y.py").write_text(BROKEN)
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    made = Project(tmp_path)
    made.page.write_text("# T\n\n```twin\nx_broken_y.py\n```\n")
    return made


@pytest.mark.parametrize("processes", ["0", "2"])
def test_every_trial_is_entered_with_its_outcome(
    twins: Project, processes: str
) -> None:
    """Proved or not, passed, failed or skipped, in whichever process."""
    (twins.root / "test_x.py").write_text(
        dedent("""\
            import pytest
            from tests.proof.samples.ledger import Trial
            from tests.proof.samples.recorder import enter_trial

            def enter(request, proved):
                trial = Trial("snippets/x_broken_y.py", "EP001", proved)
                enter_trial(request.node, trial)

            def test_proved(request):
                enter(request, True)

            def test_failed(request):
                enter(request, False)
                assert False

            def test_skipped(request):
                enter(request, False)
                pytest.skip("no strace")
        """)
    )
    ledger = twins.ledger("docs", "test_x.py", "-n", processes)
    found = {
        each["test"].rpartition("::")[2]: (
            *(each["program"], each["breaks"]),
            *(each["proved"], each["outcome"], each["why"]),
        )
        for each in ledger["trials"]
    }
    twin = ("snippets/x_broken_y.py", "EP001")
    assert found == {
        "test_proved": (*twin, True, "passed", ""),
        "test_failed": (*twin, False, "failed", ""),
        "test_skipped": (*twin, False, "did not run", "no strace"),
    }
    (sample,) = ledger["samples"]
    assert (sample["kind"], sample["program"]) == ("twin", twin[0])
    assert sample["outcome"] == "passed"


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (SOUND.replace("+", "-"), "no rule is called None"),
        (BROKEN.replace("EP001", "EP099"), "no rule is called 'EP099'"),
        (BROKEN.replace("-", "+"), "does not differ"),
        (None, "No such file"),
    ],
)
def test_a_twin_that_cannot_be_shown_fails_its_page(
    twins: Project, broken: str | None, why: str
) -> None:
    """And the report says why."""
    path = twins.root / "snippets" / "x_broken_y.py"
    if broken is None:
        path.unlink()
    else:
        path.write_text(broken)
    ran = twins.pytest("docs")
    assert ran.returncode == 1
    assert why in ran.stdout
