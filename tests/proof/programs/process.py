"""Run a snippet in its own process, and leave nothing of it behind."""

import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.proof.programs import covering, observing
from tests.proof.programs.building import SNIPPETS, build
from tests.proof.programs.client import Client
from tests.proof.programs.executed import note
from tests.proof.programs.waiting import LIMIT_SECONDS, until

_SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:exitcode=99",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
}


@dataclass(frozen=True)
class Finished:
    """What is left of a program that has ended."""

    status: int
    stdout: str
    stderr: str
    executed: set[int]


class Program:
    """A snippet that runs. Made by `running` and `serving`."""

    def __init__(
        self,
        source: Path,
        args: list[str],
        how: str,
        folder: Path,
        fault: str = "",
    ):
        """Start it; see `serving` for the arguments."""
        self.source = source
        self.how = how
        self._folder = folder
        self._finished: Finished | None = None
        self._output = b""
        inherited = {k: v for k, v in os.environ.items() if "PYTHON" not in k}
        extra = _SANITIZERS
        if how == "cov":
            extra = extra | covering.environment(source, folder)
        with (folder / "stderr").open("wb") as stderr:
            self._process = subprocess.Popen(
                [*self._prefix(fault), *command(source, how), *args],
                bufsize=0,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=inherited | extra,
                start_new_session=True,
            )
        self.pid = self._process.pid

    def _prefix(self, fault: str) -> list[str]:
        if self.how != "strace":
            return []
        # -D: the program is our child, strace its grandchild.
        options = ["-D", "-f", "-qq", "-o", str(self._folder / "strace")]
        if fault:
            options += ["-e", f"inject={fault}"]
        return ["strace", *options]

    def wait_for_ready(self) -> int:
        """Wait for the line `READY PORT`.

        Returns:
            The port.
        """
        while not self._output.endswith(b"\n"):
            byte = self._read_output(1)
            assert byte, f"{self.source} ended early: {self._stderr()}"
            self._output += byte
        word, port = self._output.decode().split()
        assert word == "READY", self._output
        self.port = int(port)
        return self.port

    def connect(self, *, receive_buffer: int = 0) -> Client:
        """A new client of this server."""
        return Client(self.port, receive_buffer=receive_buffer)

    def ended(self) -> bool:
        """Whether it runs no more."""
        return self._process.poll() is not None

    def blocked(self) -> bool:
        """Whether its main thread sleeps in epoll_wait."""
        return observing.blocked_in_epoll_wait(self.pid)

    def settled(self, *clients: Client) -> bool:
        """Whether nothing more happens unless somebody outside acts.

        Every thread sleeps, one of them in epoll_wait, nothing between the
        server and these clients is on its way, and the program did not run
        while we looked. (A client that does not read keeps bytes on their
        way: see `leaves_unread`.)
        """
        before = observing.asleep_since(self.pid)
        quiet = all(
            client.unacknowledged == 0 and self.unacknowledged(client) == 0
            for client in clients
        )
        after = observing.asleep_since(self.pid)
        return quiet and before is not None and before == after

    def leaves_unread(self, client: Client) -> bool:
        """Whether it sleeps though bytes of this client wait to be read.

        Under back-pressure that is wanted; else it is a stall.
        """
        before = observing.asleep_since(self.pid)
        unread = self.unread(client) > 0
        after = observing.asleep_since(self.pid)
        return unread and before is not None and before == after

    def wait_until_settled(self, *clients: Client) -> None:
        """Wait for `settled`."""
        until(lambda: self.settled(*clients), f"{self.source} settles")

    def unread(self, client: Client) -> int:
        """Bytes of this client that the server has not read."""
        return observing.queues(self.port, client.local_port)[0]

    def unacknowledged(self, client: Client) -> int:
        """Bytes the server sent that did not arrive at the client."""
        return observing.queues(self.port, client.local_port)[1]

    def calls(self, name: str) -> list[str]:
        """The strace lines of one system call so far (`how="strace"`)."""
        log = (self._folder / "strace").read_text(errors="replace")
        return [line for line in log.splitlines() if f" {name}(" in line]

    def waits(self) -> int:
        """How many waits strace has seen, under whichever name."""
        names = ("epoll_wait", "epoll_pwait", "epoll_pwait2")
        return sum(len(self.calls(name)) for name in names)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop it for a while: what arrives meanwhile arrives together."""
        os.kill(self.pid, signal.SIGSTOP)
        until(lambda: observing.stopped(self.pid), "the program is stopped")
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    @contextmanager
    def room_for_descriptors(self, count: int) -> Iterator[None]:
        """Let it open only so many more descriptors for a while."""
        ceiling = observing.free_descriptor(self.pid, count)
        before = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)
        lowered = (ceiling, before[1])
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, lowered)
        try:
            yield
        finally:
            resource.prlimit(self.pid, resource.RLIMIT_NOFILE, before)

    def finish(self, sig: signal.Signals | None = signal.SIGTERM) -> Finished:
        """Signal it (if it still runs), wait for its end, judge nothing."""
        if self._finished is None:
            if sig is not None and self._process.poll() is None:
                self._process.send_signal(sig)
            while chunk := self._read_output(65536):
                self._output += chunk
            status = self._process.wait(LIMIT_SECONDS)
            executed: set[int] = set()
            if self.how == "cov":
                executed = covering.executed(self.source, self._folder)
                if self.source.is_relative_to(SNIPPETS):
                    note(self.source, executed)
            output = self._output.decode()
            self._finished = Finished(status, output, self._stderr(), executed)
        return self._finished

    def stop(self) -> Finished:
        """End it by SIGTERM: status 0, and not a word on stderr.

        Sanitizers report on stderr, and so do tracebacks.
        """
        return self._judge(self.finish())

    def wait(self) -> Finished:
        """Wait until it ends by itself: status 0, nothing on stderr."""
        return self._judge(self.finish(None))

    def kill(self) -> None:
        """Kill whatever is left of it, children and tracers too."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def _judge(self, finished: Finished) -> Finished:
        assert not finished.stderr, finished.stderr
        assert finished.status == 0, finished
        return finished

    def _stderr(self) -> str:
        return (self._folder / "stderr").read_text(errors="replace")

    def _read_output(self, count: int) -> bytes:
        stdout = self._process.stdout
        assert stdout is not None
        readable, _, _ = select.select([stdout], [], [], LIMIT_SECONDS)
        assert readable, f"{self.source} says nothing and does not end"
        return os.read(stdout.fileno(), count)


def command(source: Path, how: str = "plain") -> list[str]:
    """The command that runs a snippet, built first if it is C."""
    if source.suffix == ".py":
        return [sys.executable, str(source.resolve())]
    return [str(build(source, "plain" if how == "strace" else how))]


@contextmanager
def running(
    source: Path, *args: str, how: str = "plain", fault: str = ""
) -> Iterator[Program]:
    """Start a snippet; on the way out kill what is left of it."""
    with tempfile.TemporaryDirectory(prefix="snippet-") as folder:
        program = Program(source, list(args), how, Path(folder), fault)
        try:
            yield program
        finally:
            program.kill()


@contextmanager
def serving(
    source: Path, *args: str, how: str = "plain", fault: str = ""
) -> Iterator[Program]:
    """Start a server, wait for READY, stop it by SIGTERM and judge it.

    Args:
        source: The snippet, Python or C.
        args: Its arguments; "0", any free port, if there are none.
        how: "plain"; "san" (C only); "cov": note the executed lines;
            "strace": log the system calls of all its threads.
        fault: With "strace", what the kernel is to pretend, in the words
            of its option inject: `sendto:error=EAGAIN:when=1`.
    """
    ready = running(source, *(args or ("0",)), how=how, fault=fault)
    with ready as program:
        program.wait_for_ready()
        yield program
        program.stop()


def run(source: Path, *args: str, how: str = "plain") -> Finished:
    """Run a demo to its end: status 0, nothing on stderr."""
    with running(source, *args, how=how) as program:
        return program.wait()
