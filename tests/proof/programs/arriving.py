"""Act on a stopped server, and know that its kernel has heard of it.

While a server is stopped (`Program.frozen`), what happens gathers in the
ready list of its epoll, in the order of its coming; the next wait returns
all of it at once. These functions return when the packet has arrived, which
they read from the kernel's table of sockets. So a test decides what shares a
batch, and in which order.
"""

from epollref.proc.process import Process
from epollref.proc.socket_values import SocketInfo
from epollref.proc.sockets import sockets
from tests.proof.programs.harness import Client, Program, until


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
        lambda: _state(program.port, client.local_port) == "CLOSE_WAIT",
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


def _here(port: int) -> list[SocketInfo]:
    with Process() as process:
        found = list(sockets(process))
    return [each for each in found if each.local == f"127.0.0.1:{port}"]


def _accept_queue(port: int) -> int:
    (listener,) = (x for x in _here(port) if x.accept_queue is not None)
    return listener.accept_queue or 0


def _state(port: int, peer_port: int) -> str | None:
    peer = f"127.0.0.1:{peer_port}"
    states = [each.state for each in _here(port) if each.peer == peer]
    return states[0] if states else None
