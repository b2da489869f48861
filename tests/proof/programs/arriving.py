"""Act on a stopped server, and know that its kernel has heard of it.

While a server is stopped (`Program.frozen`), what happens gathers in the
ready list of its epoll, in the order of its coming; the next wait returns
all of it at once. These functions return when the packet has arrived, which
they read from /proc/net/tcp. So a test decides what shares a batch, and in
which order.
"""

from pathlib import Path

from tests.proof.programs.harness import Client, Program, until

_CLOSE_WAIT, _LISTEN = "08", "0A"  # include/net/tcp_states.h


def connect(program: Program) -> Client:
    """Connect; the server finds one connection more to accept."""
    before = _accept_queue(program.port)
    client = program.connect()
    until(
        lambda: _accept_queue(program.port) == before + 1,
        "the connection waits to be accepted",
    )
    return client


def half_close(program: Program, client: Client) -> None:
    """Half-close; the server's kernel has all data and the FIN."""
    client.half_close()
    until(
        lambda: _state(program.port, client.local_port) == _CLOSE_WAIT,
        "the FIN has arrived",
    )


def reset(program: Program, client: Client) -> None:
    """Close by RST; the server's kernel has given the connection up."""
    port = client.local_port
    client.reset()
    until(
        lambda: _state(program.port, port) is None,
        "the RST has arrived",
    )


def _rows() -> list[list[str]]:
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return [line.split() for line in lines]


def _accept_queue(port: int) -> int:
    here = f"0100007F:{port:04X}"
    queues = [
        row[4].split(":")[1]
        for row in _rows()
        if row[1] == here and row[3] == _LISTEN
    ]
    return int(queues[0], 16)


def _state(port: int, peer_port: int) -> str | None:
    pair = [f"0100007F:{port:04X}", f"0100007F:{peer_port:04X}"]
    states = [row[3] for row in _rows() if row[1:3] == pair]
    return states[0] if states else None
