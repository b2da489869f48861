"""The table of wrong beliefs fits the model that it changes."""

import pytest

from tests.model.beliefs import BELIEFS, Belief
from tests.model.mutants import ROOT, survived


@pytest.mark.parametrize("belief", BELIEFS, ids=lambda b: b.words)
def test_each_belief_changes_something(belief: Belief) -> None:
    text = (ROOT / "epollref" / "model" / belief.file).read_text()
    changed = text.replace(belief.old, belief.new)
    assert changed != text
    compile(changed, belief.file, "exec")


def test_a_popular_belief_is_found_soon() -> None:
    assert 0 < survived(BELIEFS[0]) < 50_000
