"""A clock whose hands the test turns."""


class Clock:
    """Seconds that pass when ``now`` is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
