"""Calls that fail with one errno, and no other."""

import pytest


def fails(number: int) -> "pytest.RaisesExc[OSError]":
    """Return what ``with`` expects of a call that has to fail.

    Args:
        number: The errno.
    """
    return pytest.RaisesExc(OSError, check=lambda e: e.errno == number)
