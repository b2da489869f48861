"""Each rule of epoll holds on the model and on Linux."""

from pathlib import Path

import pytest

from epollref.model.scripts.showing import differences, trace
from epollref.trace.notation import Notation
from tests.model.playing import play_on_both
from tests.model.scenarios import LABEL, Scenario, scenarios

ALL = scenarios()
PAGES = Path(__file__).parents[2] / "docs" / "model"
each_scenario = pytest.mark.parametrize("scenario", ALL, ids=lambda s: s.name)


@each_scenario
def test_a_rule_holds_on_both_kernels(scenario: Scenario) -> None:
    """Every claim of the script holds, and the lists are the same."""
    plays = play_on_both(scenario.script)
    lines = "\n".join(trace(plays, Notation(dialect="6.13")))
    assert differences(plays) == 0, lines
    assert not any(step.raced for step in plays[0].steps), lines


@each_scenario
def test_a_rule_says_what_it_is_and_how_far_it_goes(scenario: Scenario) -> None:
    """A title, a label, an explanation, and claims after the setup."""
    script = scenario.script
    assert script.title
    assert LABEL.fullmatch(scenario.label)
    assert len(script.title) <= 72
    assert not scenario.explanation or scenario.explanation.endswith(".")
    claimed = [line for line in script.steps if line.result]
    assert claimed, "a scenario without a claim shows nothing"
    for line in script.steps:
        if line.name == "epoll_wait":
            assert line.result or "[" in line.args, line.text


def shown_label(label: str) -> str:
    """Return how a page writes a label."""
    kind, _, where = label.partition(": ")
    words = "implementation detail" if kind == "detail" else kind
    pill = f'<span class="ep-label ep-{kind}">{words}</span>'
    if kind == "documented":
        page, _, rest = where.partition(", ")
        pill += f" `{page}`" + (f", {rest}" if rest else "")
    elif kind == "detail":
        function, _, file = where.partition(" in ")
        pill += f" `{function}` in `{file}`"
    return pill


@each_scenario
def test_a_rule_stands_on_the_site_as_its_script_says(
    scenario: Scenario,
) -> None:
    """Title, label and explanation, and a sample that plays it."""
    pages = "\n".join(
        page.read_text(encoding="utf-8") for page in sorted(PAGES.glob("*.md"))
    )
    parts = [f"### {scenario.script.title}", shown_label(scenario.label)]
    if scenario.explanation:
        parts.append(scenario.explanation)
    assert "\n\n".join(parts) in pages
    assert f"$ epollref model run model/{scenario.name}.epoll\n" in pages


def test_there_are_as_many_rules_as_groups_need() -> None:
    """A check of no scenario would hold of anything."""
    groups = {scenario.name.partition("/")[0] for scenario in ALL}
    assert groups >= {
        *("errors", "files", "modes", "nesting", "order", "waiters"),
        "watches",
    }
    assert len(ALL) >= 40
