"""A site that is green."""

from pathlib import Path

import pytest

from tests.site.checked_site import PAGE, Site, ledger_of


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site whose samples all ran."""
    made = Site(tmp_path / "site", ledger_of(PAGE))
    made.build(PAGE)
    return made
