"""A listener for which something is short."""

from typing import Any

from epollref.masks import EPOLL_CTL_MOD
from tests.server.clock import Clock
from tests.server.faulty import FaultyKernel
from tests.server.stage import Stage


class Crowded:
    """A stage with a kernel that fails and a clock that stands."""

    def __init__(self, **options: Any) -> None:
        self.kernel = FaultyKernel()
        self.clock = Clock()
        self.stage = Stage(kernel=self.kernel, clock=self.clock, **options)

    def listener_masks(self) -> list[int]:
        """Return what the listener's mask was set to."""
        return [
            args[2]  # type: ignore[misc]  # the masks are the third argument
            for name, args in self.kernel.calls
            if name == "epoll_ctl" and args[0] == EPOLL_CTL_MOD
        ]

    def sleeps(self) -> bool:
        """Whether nothing is reported: the listener does not spin."""
        self.stage.settle()
        return [self.stage.server.turn(0) for _ in range(3)] == [0, 0, 0]
