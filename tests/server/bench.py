"""A reactor, its watches and their peers, for one test."""

import socket
from collections.abc import Callable

from epollref.masks import EPOLLIN
from epollref.server.reactor import Reactor
from epollref.server.watch import Watch
from tests.server.clock import Clock
from tests.server.faulty import FaultyKernel


class Noting(Watch):
    """Notes its events, and may do something about them."""

    def __init__(
        self, fd: int, act: Callable[["Noting", int], object] | None = None
    ) -> None:
        super().__init__(fd)
        self.events: list[int] = []
        self.act = act
        self.left = 0

    def ready(self, events: int) -> None:
        self.events.append(events)
        if self.act is not None:
            self.act(self, events)

    def gone(self) -> None:
        self.left += 1


class Bench:
    """A reactor on a kernel that counts, and what it reports."""

    def __init__(self) -> None:
        self.kernel = FaultyKernel()
        self.clock = Clock()
        self.errors: list[tuple[str, Exception]] = []
        self.peers: list[socket.socket] = []
        self.reactor = Reactor(
            self.kernel,
            clock=self.clock,
            report=lambda *what: self.errors.append(what),
        )

    def pair(self) -> tuple[int, socket.socket]:
        """Return our descriptor, to be owned by a watch, and the peer."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self.peers.append(theirs)
        return ours.detach(), theirs

    def watch(
        self, act: Callable[[Noting, int], object] | None = None
    ) -> tuple[Noting, socket.socket]:
        fd, peer = self.pair()
        watch = Noting(fd, act)
        self.reactor.add(watch, EPOLLIN)
        return watch, peer

    def close(self) -> None:
        self.reactor.close()
        for peer in self.peers:
            peer.close()
