"""Each rule of epoll holds on the model and on Linux."""

import pytest

from epollref.model.scripts import play_on_linux, play_on_model
from epollref.model.scripts.showing import differences, trace
from epollref.trace.notation import Notation
from tests.model.scenarios import LABEL, Scenario, scenarios

ALL = scenarios()
each_scenario = pytest.mark.parametrize("scenario", ALL, ids=lambda s: s.name)


@each_scenario
def test_a_rule_holds_on_both_kernels(scenario: Scenario) -> None:
    """Every claim of the script holds, and the lists are the same."""
    plays = [play_on_model(scenario.script), play_on_linux(scenario.script)]
    lines = "\n".join(trace(plays, Notation(dialect="6.13")))
    assert differences(plays) == 0, lines


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


def test_there_are_as_many_rules_as_groups_need() -> None:
    """A check of no scenario would hold of anything."""
    groups = {scenario.name.partition("/")[0] for scenario in ALL}
    assert groups >= {
        *("errors", "files", "modes", "nesting", "order", "watches"),
    }
    assert len(ALL) >= 40
