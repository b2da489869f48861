"""The client of a timeline: does its acts to a snippet's server.

    strace -f ... python -m tests.proof.site.act_timeline edge/echo.py 10000 1

`record_timelines` runs it under strace, so that the log holds the calls
of both ends.  It connects, sends the messages (each an argument: how
many bytes) and half-closes.  Before and after each act it waits until
the server sleeps and nothing is under way, so the order of the calls is
no accident; then it receives once.
"""

from __future__ import annotations

import sys
from contextlib import suppress

from tests.proof.programs.harness import SNIPPETS, Client, Program, serving

ROOM = 65536
"""Bytes the client offers to receive: more than any answer has."""


def act(server: Program, client: Client, lengths: list[int]) -> None:
    """Send each message and half-close; receive once after each act."""
    # With a time limit Python would wait where nothing came back.
    client.socket.setblocking(False)
    server.wait_until_settled(client)
    for length in lengths:
        client.socket.send(b"x" * length)
        receive(server, client)
    client.half_close()
    receive(server, client)


def receive(server: Program, client: Client) -> None:
    """Receive once, when nothing more will happen by itself."""
    server.wait_until_settled(client)
    with suppress(BlockingIOError):
        client.socket.recv(ROOM)


def main(snippet: str, *lengths: str) -> int:
    """Run one server and its client."""
    with serving(SNIPPETS / snippet) as server:
        server.wait_until_settled()
        with server.connect() as client:
            act(server, client, [int(length) for length in lengths])
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
