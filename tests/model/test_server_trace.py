"""The server's trace on the model is its trace on Linux."""

import errno
from collections.abc import Callable
from typing import Any

import pytest

from epollref.kernel import Ready
from epollref.model import ModelKernel, measure
from epollref.model.conformance import HostKernel
from epollref.model.conformance.script import ScriptKernel
from epollref.server.server import Server

TEXT = bytes(range(256)) * 600
SHUT_WR = 1


class Recorder:
    """A kernel that writes down each call and what came of it."""

    def __init__(self, kernel: ScriptKernel) -> None:
        self._kernel = kernel
        self.lines: list[tuple[Any, ...]] = []

    def _pass(self, name: str, *arguments: Any) -> Any:
        try:
            outcome = getattr(self._kernel, name)(*arguments)
        except OSError as error:
            self.lines.append(
                (name, arguments, errno.errorcode[error.errno or 0])
            )
            raise
        self.lines.append((name, arguments, outcome))
        return outcome

    def epoll_create1(self, flags: int) -> int:
        fd: int = self._pass("epoll_create1", flags)
        return fd

    def epoll_ctl(
        self, epfd: int, op: int, fd: int, events: int = 0, data: int = 0
    ) -> None:
        self._pass("epoll_ctl", epfd, op, fd, events, data)

    def epoll_wait(
        self, epfd: int, maxevents: int, timeout_ms: int
    ) -> list[Ready]:
        ready: list[Ready] = self._pass(
            "epoll_wait", epfd, maxevents, timeout_ms
        )
        return ready

    def accept4(self, fd: int, flags: int) -> int:
        connection: int = self._pass("accept4", fd, flags)
        return connection

    def read(self, fd: int, n: int, /) -> bytes:
        data: bytes = self._pass("read", fd, n)
        return data

    def write(self, fd: int, data: bytes | memoryview, /) -> int:
        taken: int = self._pass("write", fd, bytes(data))
        return taken

    def shutdown(self, fd: int, how: int) -> None:
        self._pass("shutdown", fd, how)

    def eventfd(self, initval: int, flags: int) -> int:
        fd: int = self._pass("eventfd", initval, flags)
        return fd

    def close(self, fd: int) -> None:
        self._pass("close", fd)


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


def play(kernel: ScriptKernel, mode: str) -> list[tuple[Any, ...]]:
    """Three clients: one reads late, one half-closes, one resets."""
    recorder = Recorder(kernel)
    listener = kernel.listener()
    server = Server(recorder, listener, mode, clock=lambda: 0.0)

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
    return recorder.lines


@pytest.mark.parametrize("mode", ["level", "edge", "oneshot", "edge-oneshot"])
def test_the_trace_on_the_model_is_the_trace_on_linux(
    mode: str, no_descriptor_left: None
) -> None:
    on_model = play(ModelKernel(measure()), mode)
    with HostKernel(measure()) as host:
        on_linux = play(host, mode)
    assert on_model == on_linux
    assert any(line[2] == "EAGAIN" for line in on_model)
    assert any(line[2] == "ECONNRESET" for line in on_model)
