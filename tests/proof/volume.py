"""How much a test draws by chance: little in `make test`, much in `make long`.

A volume is short where a run has to end soon, and long where it has all the
time it wants: EPOLLREF_LONG=1 makes every volume of the tests long.
"""

import os
from typing import Final

LONG: Final = bool(os.environ.get("EPOLLREF_LONG"))


def volume(short: int, long: int) -> int:
    """Return how many calls, steps or examples this run draws."""
    return long if LONG else short
