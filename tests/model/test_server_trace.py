"""The server's trace on the model is its trace on Linux."""

from collections.abc import Callable

import pytest

from epollref.model import ModelKernel, measure
from epollref.model.host.kernel import HostKernel
from epollref.model.scripts.kernel import ScriptKernel
from epollref.server.server import Server
from epollref.trace.items import Call
from epollref.trace.notation import Notation
from epollref.trace.tracer import TracedKernel

TEXT = bytes(range(256)) * 600
SHUT_WR = 1
WHOLE = 1 << 20
"""More than any read or write: every byte is compared."""


def write_all(
    kernel: ScriptKernel, client: int, settle: Callable[[], None]
) -> None:
    left = TEXT
    while left:
        try:
            left = left[kernel.write(client, left) :]
        except BlockingIOError:
            kernel.read(client, 50_000)
        settle()


def drain(
    kernel: ScriptKernel, client: int, settle: Callable[[], None]
) -> None:
    try:
        while kernel.read(client, 30_000):
            settle()
    except BlockingIOError:
        return


def play(kernel: ScriptKernel, mode: str) -> list[str]:
    """Three clients: one reads late, one half-closes, one resets."""
    calls: list[Call] = []
    traced = TracedKernel(kernel, calls.append, strsize=WHOLE)
    listener = kernel.listener()
    server = Server(traced, listener, mode, clock=lambda: 0.0)

    def settle() -> None:
        while server.turn(0):
            pass

    late, polite, rude = (kernel.connect(listener) for _ in range(3))
    settle()
    write_all(kernel, late, settle)
    kernel.write(polite, b"hello")
    kernel.shutdown(polite, SHUT_WR)
    kernel.write(rude, b"bye")
    settle()
    kernel.close(rude)
    settle()
    drain(kernel, polite, settle)
    drain(kernel, late, settle)
    kernel.close(late)
    kernel.close(polite)
    settle()
    server.close()
    return [Notation(strsize=WHOLE).line(call) for call in calls]


@pytest.mark.parametrize("mode", ["level", "edge", "oneshot", "edge-oneshot"])
def test_the_trace_on_the_model_is_the_trace_on_linux(
    mode: str, no_descriptor_left: None
) -> None:
    on_model = play(ModelKernel(measure()), mode)
    with HostKernel(measure()) as host:
        on_linux = play(host, mode)
    assert on_model == on_linux
    assert any(" = -1 EAGAIN " in line for line in on_model)
    assert any(" = -1 ECONNRESET " in line for line in on_model)
