"""Says what the sessions of these pages need beside pytest.

`pytest --doctest-glob='*.md' docs/` runs them with pytest alone. In a
clone the package is beside this folder; elsewhere it has to be installed.
"""

from importlib.util import find_spec

import pytest


def pytest_configure() -> None:
    """End with one line where the package cannot be imported.

    Raises:
        UsageError: it cannot.
    """
    if find_spec("epollref") is None:
        raise pytest.UsageError(
            "some pages import epollref: run this in a clone of the project, "
            "or install it with `pip install CLONE`"
        )
