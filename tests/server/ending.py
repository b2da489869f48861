"""A stage that is about to end, with a clock that stands."""

from typing import Any

from epollref.server.limits import CHUNK
from tests.server.clock import Clock
from tests.server.stage import Client, Stage

Way = dict[str, Any]
DRAIN = 5.0


class Ending:
    """A stage with a clock, to see when it ends."""

    def __init__(self, way: Way) -> None:
        self.clock = Clock()
        self.stage = Stage(clock=self.clock, stop_limit=DRAIN, **way)

    def stop(self) -> None:
        self.stage.server.stop()
        self.stage.server.turn()

    def until_done(self) -> None:
        self.stage.until(lambda: self.stage.server.done)

    def assert_over(self, cut_off: str = "") -> None:
        said = [message for message, _ in self.stage.errors]
        assert said == ([f"cut off: {cut_off}"] if cut_off else [])
        assert self.stage.server.connections == 0
        self.stage.until(lambda: not any(ref() for ref in self.stage.sessions))
        assert len(self.stage.server.table) == 1  # The wakeup.


def fill_up(stage: Stage, client: Client) -> int:
    """Send until the server takes no more; return how much that was."""
    sent = 0
    while stage.session().wants_input:
        sent += client.send(bytes(CHUNK))
        stage.server.turn(20)
    return sent
