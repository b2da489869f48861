"""How many connections, and what does one cost?

``python -m tests.proof.scale --connections 15000 --mode edge`` starts the
server in a process of its own, connects that many clients to it from this
one, and keeps them all.  Each says something several times over, every byte
that comes back is compared, and all leave by half-close.  Then a small table
says what it took.

The result is on stdout, the progress on stderr.  The exit status is 0 if no
byte was lost, 2 if the arguments make no sense.
"""

import argparse
import contextlib
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from epollref.commands.descriptors import take_all
from epollref.linux import LinuxKernel
from epollref.proc.process import Process
from epollref.server.listener import listen_on
from epollref.server.modes import MODES
from epollref.server.server import Server
from tests.proof.crowd import Crowd

SPARE = 64
"""Descriptors left for files, pipes and libraries."""


def serve(mode: str) -> None:
    """Be the server: print the port, serve until SIGTERM."""
    listener = listen_on("127.0.0.1", 0)
    port = listener.getsockname()[1]
    with Server(LinuxKernel(), listener.detach(), mode) as server:
        signal.signal(signal.SIGTERM, lambda number, frame: server.stop())
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        server.run()


@dataclass
class Usage:
    """What a process has used so far."""

    bytes_resident: int
    cpu_seconds: float

    @classmethod
    def of(cls, pid: int) -> "Usage":
        """Look at a process (proc_pid_statm(5), proc_pid_stat(5))."""
        with Process(pid) as process:
            pages = int(process.read("statm").split()[1])
            return cls(pages * resource.getpagesize(), process.stat().cpu)


@dataclass
class Result:
    """What a run has shown."""

    mode: str
    connections: int
    bytes_echoed: int
    bytes_for_each: float
    cpu_us_a_message: float

    def table(self) -> Table:
        """Show it."""
        table = Table(title=f"epollref, {self.mode}", show_header=False)
        table.add_column()
        table.add_column(justify="right")
        table.add_row("connections at once", f"{self.connections:,}")
        table.add_row("bytes echoed, none lost", f"{self.bytes_echoed:,}")
        table.add_row(
            "server memory an idle connection",
            f"{self.bytes_for_each:,.0f} bytes",
        )
        table.add_row(
            "server CPU a message (rough)", f"{self.cpu_us_a_message:.1f} µs"
        )
        return table


@contextlib.contextmanager
def server_process(mode: str) -> Iterator[tuple[int, int]]:
    """Run the server in a process of its own; give its pid and port."""
    command = [
        sys.executable,
        "-m",
        "tests.proof.scale",
        "--serve",
        "--mode",
        mode,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            yield child.pid, int(child.stdout.readline())
            child.terminate()
            if child.wait(timeout=60) != 0:
                raise ChildProcessError(f"status {child.returncode}")
        finally:
            child.kill()


def measure(
    mode: str, count: int, turns: int, size: int, progress: Progress
) -> Result:
    """Hold that many connections and let them talk.

    Args:
        mode: How the server watches them.
        count: How many.
        turns: How often each says something.
        size: How many bytes it says.
        progress: Shows how far it is.
    """

    def steps(what: str) -> Callable[[int], object]:
        return partial(progress.advance, progress.add_task(what, total=count))

    with server_process(mode) as (pid, port):
        crowd = Crowd(port)
        try:
            empty = Usage.of(pid)
            crowd.connect(count, steps("connect"))
            # Who is answered has been accepted: now they are all there.
            echoed = crowd.echo(0, size, steps("say hello"))
            idle = Usage.of(pid)
            for turn in range(1, turns + 1):
                echoed += crowd.echo(turn, size, steps(f"echo {turn}"))
            busy = Usage.of(pid)
            crowd.leave(steps("leave"))
        finally:
            crowd.close()
    return Result(
        mode,
        count,
        echoed,
        (idle.bytes_resident - empty.bytes_resident) / count,
        (busy.cpu_seconds - idle.cpu_seconds) / (count * turns) * 1e6,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.proof.scale",
        description="Hold many connections at once, and lose no byte.",
    )
    parser.add_argument("--connections", type=int, default=15_000)
    parser.add_argument("--mode", choices=list(MODES), default="edge")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--size", type=int, default=1_000)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    for name in ("connections", "turns", "size"):
        if getattr(arguments, name) < 1:
            parser.error(f"--{name} must be 1 or more")
    return arguments


def main() -> None:
    """Read the arguments, measure, print the table."""
    arguments = _arguments()
    most = take_all() - SPARE
    if arguments.serve:
        serve(arguments.mode)
        return
    notes = Console(stderr=True)
    count = min(arguments.connections, most)
    if count < arguments.connections:
        notes.print(
            f"{arguments.connections} connections clipped to {count}: "
            f"RLIMIT_NOFILE allows {most + SPARE} descriptors, "
            f"{SPARE} of them for other files",
            soft_wrap=True,
        )
    with Progress(console=notes, disable=not notes.is_terminal) as progress:
        result = measure(
            arguments.mode, count, arguments.turns, arguments.size, progress
        )
    Console().print(result.table())


if __name__ == "__main__":
    main()
