"""What a run is going to run, written down before it begins.

With pytest-xdist the process that reports does not collect, and a worker
that does cannot tell it: so the first worker leaves a file beside the
ledger, and the recorder reads it.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from sybil.integration.pytest import SybilItem

from tests.proof.samples.fences import Fence, FenceError, fences
from tests.proof.samples.ledger import Place


def beside(ledger: Path) -> Path:
    """Where the plan of a ledger is."""
    return ledger.with_suffix(".plan.json")


def load(ledger: Path) -> list[Place]:
    """The plan of a ledger; nothing before it is written."""
    path = beside(ledger)
    if not path.exists():
        return []
    return [Place(**each) for each in json.loads(path.read_text("utf-8"))]


class Planner:
    """Writes the plan when the collection has ended.

    Args:
        ledger: where the ledger goes.
    """

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Write it, in one go: somebody may be reading."""
        places = {each for item in session.items for each in _places(item)}
        path = beside(self._ledger)
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(json.dumps([asdict(each) for each in sorted(places)]))
        new.replace(path)


def _places(item: pytest.Item) -> Iterator[Place]:
    """The blocks that a test runs, as the ledger will have them."""
    where = item.path.relative_to(item.config.rootpath).as_posix()
    if isinstance(item, SybilItem):
        if isinstance(item.example.parsed, Fence):
            yield Place(where, item.example.parsed.line, "")
    elif isinstance(item, pytest.DoctestItem):
        if item.path.suffix == ".md":
            for line in _sessions(item.path):
                yield Place(where, line, "")
        else:
            yield Place(where, 0, item.nodeid)


def _sessions(page: Path) -> Iterator[int]:
    try:
        found = list(fences(page.read_text("utf-8")))
    except FenceError:  # the page's own test fails
        return
    for fence in found:
        if fence.language == "pycon":
            yield fence.line
