"""Wait for what can be observed, never for a length of time.

The limit below is no measurement: it only ends a test that would otherwise
hang for ever, and is far beyond what a loaded machine needs.
"""

import time
from collections.abc import Callable

LIMIT_SECONDS = 60.0
_PAUSE_SECONDS = 0.002


def until(condition: Callable[[], bool], what: str) -> None:
    """Return as soon as `condition()` holds.

    Args:
        condition: Looks at the program; called again and again.
        what: Says what is awaited, for the message of a test that hangs.

    Raises:
        AssertionError: The condition did not come true.
    """
    deadline = time.monotonic() + LIMIT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain until {what}")
        time.sleep(_PAUSE_SECONDS)
