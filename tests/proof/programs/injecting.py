"""Let a running server meet an error: one system call, a few times.

strace attaches to the server and answers in the kernel's place (its option
`inject`). It attaches while everything sleeps, so the call that fails is
the next one of its kind, of the client who acts next: no start of an
interpreter has to be counted. Each thread of the server counts alone.
"""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.proof.programs.process import Program
from tests.proof.programs.waiting import LIMIT_SECONDS, until
from tests.proof.required import cannot_run

READS = frozenset({"read", "readv", "recvfrom", "recvmsg"})
WRITES = frozenset({"write", "writev", "sendto", "sendmsg"})
ACCEPTS = frozenset({"accept", "accept4"})
WAITS = frozenset({"epoll_wait", "epoll_pwait", "epoll_pwait2"})
_NAME = re.compile(r"^\d+ +(?:<\.\.\. )?(\w+)[( ]")


@dataclass(frozen=True)
class Fault:
    """An error that a system call is to report.

    Attributes:
        calls: The names of the calls that can meet it.
        error: The name of the errno.
        when: Which of them do, in strace's words: "1", "2", "1..2", "1+".
    """

    calls: frozenset[str]
    error: str
    when: str = "1"

    def __str__(self) -> str:
        return f"{'/'.join(sorted(self.calls))} {self.error} {self.when}"


class Tracing:
    """What the server has done since a tracer attached."""

    def __init__(self, log: Path) -> None:
        """Read the log of a strace that runs."""
        self._log = log

    def lines(self) -> list[str]:
        """Each call so far, as strace wrote it, in order."""
        return self._log.read_text(errors="replace").splitlines()

    def names(self) -> frozenset[str]:
        """The names of the calls so far."""
        found = (_NAME.match(line) for line in self.lines())
        return frozenset(name[1] for name in found if name)

    def met(self) -> int:
        """How many calls have met the fault."""
        return sum("(INJECTED)" in line for line in self.lines())


@contextmanager
def attached(program: Program, fault: Fault | None = None) -> Iterator[Tracing]:
    """Trace a server that sleeps, and let it meet a fault.

    Args:
        program: The server; after the block nothing traces it.
        fault: What its next calls are told; None tells them nothing.
    """
    options = ["-f"]
    if fault:
        calls = ",".join(sorted(fault.calls))
        traced = ",".join(sorted(fault.calls | WAITS))
        options += ["-e", f"trace={traced}", "-e"]
        options += [f"inject={calls}:error={fault.error}:when={fault.when}"]
    with tempfile.TemporaryDirectory(prefix="tracing-") as folder:
        log, complaints = Path(folder) / "log", Path(folder) / "stderr"
        log.touch()
        with complaints.open("wb") as stderr:
            tracer = subprocess.Popen(
                ["strace", *options, "-o", log, "-p", str(program.pid)],
                stderr=stderr,
            )

        def said(word: str) -> bool:
            return word in complaints.read_text()

        try:
            until(
                lambda: tracer.poll() is not None or said("attached"),
                "strace has attached",
            )
            if tracer.poll() is not None:
                cannot_run(f"strace may not attach: {complaints.read_text()}")
            program.wait_until_settled()
            yield Tracing(log)
        finally:
            tracer.terminate()
            tracer.wait(LIMIT_SECONDS)
