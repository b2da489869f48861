"""A server that watches itself, for the comparison with strace.

    python -m tests.trace.watched MODE WORKERS DIALECT FOLDER

It prints its port and pid, serves until a peer says STOP, and writes its own
trace to FOLDER, a file a thread, as ``strace -ff`` does.  Between the
epoll_create1 and the close of its epoll it makes no call but through the
kernel that is traced, so that strace can show nothing else: it prints
before, and writes its trace afterwards.
"""

import os
import signal
import socket
import sys
from pathlib import Path

from epollref.linux import LinuxKernel
from epollref.server.listener import listen_on
from epollref.server.server import Server
from epollref.server.session import EchoSession
from epollref.trace.items import Call
from epollref.trace.notation import Notation
from epollref.trace.tracer import TracedKernel

STOP = b"STOP"
COUNT = b"COUNT"
"""``COUNT write EAGAIN`` is answered with how often that has happened."""


def main(mode: str, workers: str, dialect: str, folder: str) -> None:
    """Serve, watch, and tell."""
    notation = Notation(dialect="6.13" if dialect == "6.13" else "6.1")
    calls: list[Call] = []

    class Directed(EchoSession):
        """An echo that takes orders."""

        def receive(self, data: bytes) -> None:
            if data == STOP:
                server.stop()
            if data.startswith(COUNT):
                wanted = data.decode().split()[1:]
                happened = [[call.name, call.error] for call in list(calls)]
                data = b"%d" % happened.count(wanted)
            super().receive(data)

    signal.signal(signal.SIGUSR1, lambda *_: None)
    listener = listen_on("127.0.0.1", 0)
    # Accepted sockets inherit it: little room makes writes say EAGAIN.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    print("READY", listener.getsockname()[1], os.getpid(), flush=True)
    server = Server(
        TracedKernel(LinuxKernel(), calls.append),
        listener.detach(),
        mode,
        session=Directed,
        workers=int(workers),
    )
    with server:
        server.run()
    for pid in {call.pid for call in calls}:
        lines = [notation.line(call) for call in calls if call.pid == pid]
        Path(folder, f"ours.{pid}").write_text("\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
