"""A `sequence` figure, played by two sockets: is it what TCP does?

Both peers stand in this process, connected over loopback.  A step's
call is made by its sender: `write(N)`, `shutdown(SHUT_WR)`, `close()`,
`reset()`; a step without a call is a packet that the kernel sends by
itself.  Afterwards the receiver's epoll has to report the step's
events, and the kernel's table of sockets the states of both peers.  Then the
receiver reads what came, as a program would.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from epollref.proc.process import Process
from epollref.proc.sockets import sockets
from tests.proof.site.figures_sequence import Exchange, Message
from tests.proof.site.masks import bits, short

PATIENCE = 5.0
ASKED = select.EPOLLIN | select.EPOLLPRI | select.EPOLLRDHUP
RESET = struct.pack("ii", 1, 0)


class Peers:
    """Two connected sockets, each watched by an epoll of its own."""

    def __init__(self, stack: ExitStack) -> None:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        left = socket.create_connection(listener.getsockname())
        right, _address = listener.accept()
        self._sockets = [stack.enter_context(one) for one in (left, right)]
        self._ports = [one.getsockname()[1] for one in self._sockets]
        self._epolls: list[select.epoll] = []
        for one in self._sockets:
            one.setblocking(False)
            poller = stack.enter_context(select.epoll())
            poller.register(one, ASKED)
            self._epolls.append(poller)

    def call(self, peer: int, call: str) -> None:
        """Make the call of a step."""
        name, _, rest = call.partition("(")
        argument = rest.rstrip(")")
        one = self._sockets[peer]
        if name == "write":
            one.sendall(bytes(int(argument)))
        elif name == "shutdown":
            one.shutdown(getattr(socket, argument))
        elif name == "reset":
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            one.close()
        elif name == "close":
            one.close()
        else:
            raise ValueError(f"not in the vocabulary: {call}")

    def events(self, peer: int, seconds: float = PATIENCE) -> str:
        """Wait until something is reported; return its bits."""
        found = self._epolls[peer].poll(seconds)
        return short(found[0][1]) if found else "0"

    def state(self, peer: int) -> str:
        """Look the state up that the kernel lists for a peer."""
        ends = [
            f"127.0.0.1:{port}"
            for port in (self._ports[peer], self._ports[1 - peer])
        ]
        with Process() as process:
            for each in sockets(process):
                if [each.local, each.peer] == ends:
                    return each.state
        return "CLOSED"

    def read(self, peer: int) -> None:
        """Read what has come, to EAGAIN or the end."""
        one = self._sockets[peer]
        try:
            while one.fileno() >= 0 and one.recv(65536):
                pass
        except (BlockingIOError, ConnectionResetError):
            pass


def differences(exchange: Exchange) -> list[str]:
    """Play a figure; return what it says that TCP does not do."""
    found: list[str] = []
    with ExitStack() as stack:
        peers = Peers(stack)
        for number, message in enumerate(exchange.messages, start=1):
            found += [
                f"step {number}: {sentence}"
                for sentence in _step(peers, message)
            ]
    return found


def _step(peers: Peers, message: Message) -> list[str]:
    receiver = 1 - message.sender
    found: list[str] = []
    if message.call:
        peers.call(message.sender, message.call)
    if message.events:
        claim = short(bits(message.events))
        seen = _settle(partial(peers.events, receiver), claim)
        if seen != claim:
            found.append(f"events: figure {claim}, kernel {seen}")
    for peer, state in enumerate(message.states):
        claim = state.replace("-", "_").replace("WAIT_", "WAIT")
        seen = _settle(partial(peers.state, peer), claim)
        if claim and seen != claim:
            found.append(f"state: figure {claim}, kernel {seen}")
    if message.events:
        peers.read(receiver)
    return found


def _settle(look: Callable[[], str], claim: str) -> str:
    """Look until the claim is seen or patience ends: packets travel."""
    end = time.monotonic() + PATIENCE
    while (seen := look()) != claim and claim:
        if time.monotonic() > end:
            break
    return seen
