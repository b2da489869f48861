"""The table of wrong beliefs fits the model that it changes."""

import json
from pathlib import Path

import pytest

from epollref.model.verify.sources import digest
from tests.proof.beliefs import BELIEFS, SUBJECTS, Belief
from tests.proof.beliefs.__main__ import attempt, main
from tests.proof.drivers.scene import SCENE_LENGTH
from tests.proof.project import DATA, ROOT

MODEL = ROOT / "epollref" / "model"
COMMITTED = json.loads((DATA / "mutants.json").read_text())
POPULAR = "MOD does not re-arm"
HARMLESS = "EEXIST is checked before ELOOP"
OF_A_DRIVER = ["the oldest thread is woken first", "a FIN is a hang-up"]
SUBTLE = "any read of a full pipe is an OUT edge"


@pytest.mark.parametrize("belief", BELIEFS, ids=lambda b: b.words)
def test_each_belief_changes_something(belief: Belief) -> None:
    text = (MODEL / belief.file).read_text()
    changed = belief.applied(text)
    assert changed != text
    compile(changed, belief.file, "exec")


def test_each_belief_has_a_sentence_of_its_own() -> None:
    assert len({belief.words for belief in BELIEFS}) == len(BELIEFS) >= 36


def test_a_belief_that_no_longer_fits_the_model_is_refused() -> None:
    belief = BELIEFS[0]
    with pytest.raises(ValueError, match=f"{belief.words}.* lacks"):
        belief.applied("")


def test_a_popular_belief_is_found_soon_and_shown() -> None:
    (belief,) = (some for some in BELIEFS if some.words == POPULAR)
    tried = attempt(belief, 50_000, [1])
    (found,) = tried.found
    assert found
    assert 0 < found < 50_000
    assert tried.trace.splitlines()[-1].startswith("!")
    assert tried.verdict == "found"


@pytest.mark.parametrize("words", OF_A_DRIVER)
def test_threads_and_tcp_are_found_by_scripts_that_settle(words: str) -> None:
    """Few of them: a step in ten is made."""
    (belief,) = (some for some in BELIEFS if some.words == words)
    tried = attempt(belief, 50_000, [1])
    (found,) = tried.found
    assert found
    assert 0 < found < 5_000 + SCENE_LENGTH
    assert tried.trace.splitlines()[-1].startswith("!")
    elsewhere = attempt(belief._replace(driver="calls"), 5_000, [1])
    assert elsewhere.verdict == "missed"


def test_the_table_is_the_same_each_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["--only", POPULAR, "--only", HARMLESS, "--steps", "3000"]
    assert main(words) == main(words) == 0
    printed = capsys.readouterr().out
    half = len(printed) // 2
    assert printed[:half] == printed[half:]
    assert POPULAR in printed
    assert "2 beliefs: 1 found, 1 harmless, 0 missed\n" in printed


def test_a_belief_that_is_missed_fails_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "table.json"
    words = ["--only", SUBTLE, "--steps", "100", "--seed", "1", "--seed", "2"]
    assert main([*words, "--save", str(file)]) == 1
    assert "MISSED" in capsys.readouterr().out
    table = json.loads(file.read_text())
    assert table["seeds"] == [1, 2]
    assert table["steps"] == 100
    assert table["sources"] == digest()
    (row,) = table["beliefs"]
    assert row["found"] == [None, None]
    assert row.keys() == COMMITTED["beliefs"][0].keys()


def test_the_committed_table_has_the_beliefs_of_the_source() -> None:
    """Nothing was added, changed or left out since the table was made."""
    expected = [
        (
            subject,
            some.words,
            some.file,
            some.edits(),
            some.harmless,
            some.driver,
        )
        for subject, beliefs in SUBJECTS.items()
        for some in beliefs
    ]
    committed = [
        (
            row["subject"],
            row["belief"],
            row["file"],
            tuple(map(tuple, row["edits"])),
            row["harmless"],
            row["driver"],
        )
        for row in COMMITTED["beliefs"]
    ]
    assert committed == expected


def test_each_belief_was_found_or_can_do_no_harm() -> None:
    seeds = len(COMMITTED["seeds"])
    assert seeds >= 3
    rows = COMMITTED["beliefs"]
    assert {len(row["found"]) for row in rows} == {seeds}
    missed = [
        row["belief"]
        for row in rows
        if any(row["found"]) == bool(row["harmless"])
    ]
    assert not missed
