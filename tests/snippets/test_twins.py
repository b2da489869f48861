"""Every broken twin fails in the way that its header says.

The twins are found, not listed. Each is run beside its sibling in one
scenario, and only that is the proof that its page counts.
"""

from pathlib import Path

import pytest

from tests.proof.programs.harness import SNIPPETS, breaks
from tests.proof.project import ROOT
from tests.proof.samples.faults import FAULTS
from tests.proof.samples.ledger import Trial
from tests.proof.samples.recorder import enter_trial
from tests.snippets.cases import CASES, Case

TWINS = sorted(
    path
    for path in SNIPPETS.rglob("*_broken_*")
    if path.suffix in {".py", ".c"}
)


def case_of(twin: Path) -> str:
    """The name of a twin's case: `edge/echo_broken_no_drain`."""
    return twin.relative_to(SNIPPETS).with_suffix("").as_posix()


def every_run() -> list[tuple[Path, str]]:
    """Each twin in each way to run it; once where it has no case."""
    return [
        (twin, how)
        for twin in TWINS
        for how in (
            CASES[case_of(twin)].runs(twin.suffix)
            if case_of(twin) in CASES
            else ["in no way"]
        )
    ]


@pytest.mark.parametrize(
    ("twin", "how"),
    every_run(),
    ids=lambda each: each if isinstance(each, str) else each.name,
)
def test_a_broken_twin_fails_where_its_sibling_passes(
    twin: Path, how: str, request: pytest.FixtureRequest
) -> None:
    """One scenario for both; the ledger takes it as the twin's proof."""
    trial = Trial(twin.relative_to(ROOT).as_posix(), breaks(twin) or "")
    try:
        case = CASES.get(case_of(twin))
        assert case, f"{case_of(twin)} has no case in tests/snippets/cases"
        case.judge(twin, how)
        trial.proved = True
    finally:
        enter_trial(request.node, trial)


def test_every_case_has_a_twin() -> None:
    """A case of a twin that is gone would say more than there is."""
    assert CASES.keys() == {case_of(twin) for twin in TWINS}


def test_a_case_that_tells_nothing_apart_is_refused() -> None:
    """It would pass for any twin."""
    with pytest.raises(ValueError, match="nothing apart"):
        Case("EP001", lambda *_: 1, sound=1, broken=1)


def test_a_case_of_no_rule_is_refused() -> None:
    """Its number would mean nothing to anybody."""
    assert "EP099" not in FAULTS
    with pytest.raises(ValueError, match="EP099"):
        Case("EP099", lambda *_: 1, sound=1, broken=2)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("broken", "sound.py: bad"),
        ("sound", "sound_broken_x.py: good"),
    ],
)
def test_what_does_not_tell_them_apart_is_no_proof(
    tmp_path: Path, text: str, why: str
) -> None:
    """The sibling has to pass, and the twin to fail."""
    sound, broken = tmp_path / "sound.py", tmp_path / "sound_broken_x.py"
    for path in (sound, broken):
        path.write_text(f'"""A program.\n\nbreaks: EP001\n"""\n# {text}\n')

    def scenario(source: Path, how: str) -> str:
        return "good" if "# sound" in source.read_text() else "bad"

    case = Case("EP001", scenario, sound="good", broken="bad")
    with pytest.raises(AssertionError, match=why):
        case.judge(broken, "plain")
    broken.write_text(broken.read_text().replace("EP001", "EP002"))
    with pytest.raises(AssertionError, match="EP002"):
        case.judge(broken, "plain")
