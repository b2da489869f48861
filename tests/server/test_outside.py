"""Threads, signals and callers: what reaches the server from outside."""

import os
import signal
import socket
import threading
from typing import Any

import pytest

from epollref.linux import LinuxKernel
from epollref.server.limits import Limits
from epollref.server.server import Server
from tests.server.stage import Stage

Way = dict[str, Any]


def test_another_thread_stops_a_server_that_runs(way: Way) -> None:
    """``run`` returns."""
    with Stage(**way) as stage:
        client = stage.knock()
        client.socket.settimeout(60)

        def talk_and_stop() -> None:
            client.socket.sendall(b"hello")
            assert client.socket.recv(5, socket.MSG_WAITALL) == b"hello"
            stage.server.stop()
            assert client.socket.recv(5) == b""

        thread = threading.Thread(target=talk_and_stop)
        thread.start()
        stage.server.run()
        thread.join()
        assert stage.errors == []


def test_a_signal_handler_stops_a_server_that_runs(mode: str) -> None:
    """``stop`` is safe in the middle of anything."""
    with Stage(mode) as stage:
        before = signal.signal(
            signal.SIGUSR1, lambda number, frame: stage.server.stop()
        )
        try:
            sender = threading.Thread(
                target=os.kill, args=[os.getpid(), signal.SIGUSR1]
            )
            sender.start()
            stage.server.run()
            sender.join()
        finally:
            signal.signal(signal.SIGUSR1, before)


def test_a_signal_pipe_may_be_watched() -> None:
    """``signal.set_wakeup_fd`` leaves no gap between signal and sleep."""
    ours, theirs = socket.socketpair()
    with ours, theirs, Stage() as stage:
        ours.setblocking(False)
        theirs.setblocking(False)

        def arrived(events: int) -> None:
            ours.recv(64)
            stage.server.stop()

        stage.server.watch_fd(ours.fileno(), arrived)
        handler = signal.signal(signal.SIGUSR1, lambda number, frame: None)
        wakeup = signal.set_wakeup_fd(theirs.fileno())
        try:
            os.kill(os.getpid(), signal.SIGUSR1)
            stage.server.run()
        finally:
            signal.set_wakeup_fd(wakeup)
            signal.signal(signal.SIGUSR1, handler)


def test_close_is_a_stop_without_grace(way: Way) -> None:
    """It may come twice, and after a stop."""
    with Stage(**way) as stage:
        client = stage.connect()
        stage.echo(client, b"hello")
        stage.server.close()
        stage.server.close()
        stage.server.stop()
        assert len(stage.server.table) == 0
        with pytest.raises(ConnectionRefusedError):
            stage.knock()


BAD_ARGUMENTS: list[tuple[str, Way]] = [
    ("no mode", {"mode": "fast"}),
    ("workers", {"mode": "oneshot", "workers": -1}),
    ("one-shot", {"mode": "edge", "workers": 2}),
]

BAD_LIMITS: list[tuple[str, Way]] = [
    ("idle", {"idle_timeout": 0.0}),
    ("idle", {"idle_timeout": float("nan")}),
    ("connections", {"max_connections": 0}),
    ("stop", {"stop_limit": -1.0}),
    ("linger", {"linger_limit": -1.0}),
]


@pytest.mark.parametrize(("message", "options"), BAD_ARGUMENTS)
def test_an_argument_that_makes_no_sense_is_refused(
    message: str, options: Way
) -> None:
    """Before anything is opened; the listener is still its owner's."""
    with Stage.listen(socket.AF_INET) as listener:
        with pytest.raises(ValueError, match=message):
            Server(LinuxKernel(), listener.fileno(), **options)
        assert listener.getsockname()


@pytest.mark.parametrize(("message", "limits"), BAD_LIMITS)
def test_a_limit_that_makes_no_sense_is_refused(
    message: str, limits: Way
) -> None:
    """The message says which."""
    with pytest.raises(ValueError, match=message):
        Limits(**limits)
