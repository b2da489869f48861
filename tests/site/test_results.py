"""What the site says of long runs is what they wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from tests.proof.project import DATA
from tests.proof.site import results
from tests.proof.site.measure_syn import repetitions
from tests.proof.site.results import draw

PAGE = Path(__file__).parents[2] / "docs" / "model" / "checked.md"
NAMES = ("verify", "mutants", "kernels")
MEASURED = ("modes", "slack")


def data(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def cells(drawing: str) -> list[list[str]]:
    """Return the texts of all rows that hold values."""
    tree = html.fragment_fromstring(drawing, create_parent=True)
    return [
        [cell.text_content() for cell in row.xpath("td")]
        for row in tree.xpath("//tbody/tr")
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_shows_each_result(name: str) -> None:
    assert f"```results\n{name}\n```" in PAGE.read_text(encoding="utf-8")
    assert data(name)["date"] in draw(name)


def test_each_call_of_the_long_run_is_counted() -> None:
    found = data("verify")
    rows = cells(draw("verify"))
    for name, count in [*found["calls"].items(), *found["failed"].items()]:
        assert [name, f"{count:,}"] in rows
    assert f"{found['steps']:,} calls" in draw("verify")


def test_each_wrong_belief_has_a_row() -> None:
    found = data("mutants")
    rows = cells(draw("mutants"))
    assert len(rows) == len(found["beliefs"])
    for belief, row in zip(found["beliefs"], rows, strict=True):
        assert row[0].startswith(belief["belief"])
        assert belief["harmless"] in row[0]
        assert row[1:] == [f"{n:,}" if n else "-" for n in belief["found"]]


def test_each_kernel_has_a_row_and_only_differences_are_shown() -> None:
    kernels = data("kernels")["kernels"]
    rows = cells(draw("kernels"))
    assert [row[0] for row in rows[: len(kernels)]] == [
        kernel["release"] for kernel in kernels
    ]
    assert all(row[-1] == "yes" for row in rows[: len(kernels)])
    for row in rows[len(kernels) :]:
        assert len(set(row[1:])) > 1


def test_a_run_that_did_not_agree_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The verdict is read, not written by hand."""
    monkeypatch.setattr(results, "DATA", tmp_path)
    changed = {**data("verify"), "agreed": False}
    (tmp_path / "verify.json").write_text(json.dumps(changed))
    assert "did not agree" in draw("verify")


def test_results_that_nobody_has_are_refused() -> None:
    with pytest.raises(ValueError, match="no results 'luck'"):
        draw("luck")


@pytest.mark.parametrize("name", MEASURED)
def test_a_measurement_is_shown_with_its_machine_and_date(name: str) -> None:
    found, drawn = data(name), draw(name)
    assert all(value in drawn for value in found["machine"].values())
    assert [row[0] for row in cells(drawn)] == [row[0] for row in found["rows"]]
    assert cells(drawn) == [
        [f"{cell:,}" if isinstance(cell, int | float) else cell for cell in row]
        for row in found["rows"]
    ]


@pytest.mark.parametrize("name", MEASURED)
def test_a_page_shows_each_measurement(name: str) -> None:
    pages = (DATA.parent).rglob("*.md")
    assert any(f"```results\n{name}\n```" in p.read_text() for p in pages)


def test_the_page_on_accepting_says_when_a_syn_was_repeated() -> None:
    """As measured, with the kernel and the date."""
    page = PAGE.parents[1] / "concepts" / "accept.md"
    assert "```results\nsyn\n```" in page.read_text(encoding="utf-8")
    found, said = data("syn"), draw("syn")
    assert found["seconds"]
    assert found["date"] in said
    assert found["kernel"] in said
    assert ", ".join(f"{each:.1f}" for each in found["seconds"]) in said


def test_a_client_that_finds_no_room_repeats_its_syn() -> None:
    """How soon is the kernel's affair; that it does is measured."""
    assert len(repetitions(1)) == 1
