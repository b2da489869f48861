"""bash on a pseudo-terminal, one command at a time.

A reader types commands at a terminal; so does a session. Programs see a
terminal of 80 columns (a pipe would make C's stdout block-buffered), and
jobs behave as at a prompt (`set -m`), but bash reads its commands from a
FIFO, not from the terminal, so nothing is echoed and no descriptor of
ours reaches a program: its first epoll is descriptor 3, as at home.

After each command bash prints its exit status between two control
characters; that is how the driver knows that the command is over.
Every process of a session carries a token in its environment, and what
is left at the end is found by it and killed.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from uuid import uuid4

from epollref.proc import procstat
from epollref.proc.descriptors import links
from epollref.proc.process import Process
from tests.proof.samples.quiet import wait_until_quiet

COLUMNS = 80
ROWS = 24
TOKEN = "EPOLLREF_SAMPLE"
MARK = re.compile(r"\x1e(\d+)\x1e")
REPORT = "__report"
# A function, not a subshell: under `set -m` bash holds a pipe while it
# forks, and that would be taken for descriptors that a command left open.
DEFINITION = f"""\
{REPORT}() {{
    local status=$?; printf '\\036%s\\036' $status; return $status
}}
"""


class SessionError(Exception):
    """A session that cannot go on: a command hangs, or the shell ended."""


@dataclass(frozen=True)
class Finished:
    """What a command printed, and its exit status."""

    output: str
    status: int


class Session:
    """A shell in a folder.

    Args:
        folder: where the session starts.
        commands: a path for the FIFO; nothing stands there yet.
        environment: what the programs see; nothing else is passed on.
        patience: seconds that one command may take.
    """

    def __init__(
        self,
        folder: Path,
        commands: Path,
        environment: Mapping[str, str],
        patience: float = 30,
    ) -> None:
        self._patience = patience
        self._token = f"{TOKEN}={uuid4().hex}"
        self._heard = ""
        self._screen, screen = _terminal()
        os.mkfifo(commands)
        # For reading too: this open must not wait for the shell.
        self._commands = os.open(commands, os.O_RDWR | os.O_CLOEXEC)
        name, _, value = self._token.partition("=")
        try:
            self._shell = subprocess.Popen(
                ["bash", "--noprofile", "--norc", commands],
                stdin=screen,
                stdout=screen,
                stderr=screen,
                cwd=folder,
                env={**environment, name: value},
                start_new_session=True,
            )
        finally:
            os.close(screen)
        os.write(self._commands, DEFINITION.encode())
        self.run("set -m")
        self._own = self._descriptors()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, command: str) -> Finished:
        """Run one command and wait for its end.

        Raises:
            SessionError: it takes too long, or it ended the shell.
        """
        os.write(self._commands, f"{command}\n{REPORT}\n".encode())
        deadline = time.monotonic() + self._patience
        while (mark := MARK.search(self._heard)) is None:
            if not self._listen(deadline):
                raise SessionError(self._what_happened(command))
        output = self._heard[: mark.start()]
        self._heard = self._heard[mark.end() :]
        return Finished(output, int(mark[1]))

    def hear(self, seconds: float) -> str:
        """What a program in the background prints next.

        Args:
            seconds: how long to wait; 0 takes what is there already.

        Returns:
            The output; empty if there is none in that time.
        """
        self._listen(time.monotonic() + seconds)
        heard, self._heard = self._heard, ""
        return heard

    def settle(self) -> None:
        """Wait until what runs in the background has nothing to do."""
        wait_until_quiet(self._background)

    def running(self) -> list[str]:
        """The command lines of what still runs, the shell left out."""
        return [command_line(pid) for pid in self._background()]

    def left_open(self) -> list[int]:
        """The descriptors that the commands opened and did not close."""
        return sorted(self._descriptors() - self._own)

    def finish(self, grace: float = 3) -> list[str]:
        """Let the shell end, and wait for what it left behind.

        Args:
            grace: seconds until what runs on counts as left behind.

        Returns:
            Command lines of what is still running then.
        """
        self._hang_up()
        deadline = time.monotonic() + grace
        while self._processes() and time.monotonic() < deadline:
            self._listen(time.monotonic() + 0.02)
            self._shell.poll()
        return self.running()

    def close(self) -> None:
        """Kill every process of the session and give back what it took."""
        self._hang_up()
        deadline = time.monotonic() + 10
        while (left := self._processes()) and time.monotonic() < deadline:
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._shell.poll()
            time.sleep(0.005)
        self._shell.wait()
        if self._screen >= 0:
            os.close(self._screen)
            self._screen = -1

    def _hang_up(self) -> None:
        if self._commands >= 0:
            os.close(self._commands)
            self._commands = -1

    def _listen(self, deadline: float) -> bool:
        """Read once; False if the time is over or nobody can write."""
        patience = max(0.0, deadline - time.monotonic())
        if not select.select([self._screen], [], [], patience)[0]:
            return False
        try:
            data = os.read(self._screen, 65536)
        except OSError:  # EIO: the last process has closed the terminal
            return False
        self._heard += data.decode("utf-8", "replace").replace("\r", "")
        return True

    def _background(self) -> list[int]:
        return [pid for pid in self._processes() if pid != self._shell.pid]

    def _descriptors(self) -> set[int]:
        with Process(self._shell.pid) as shell:
            return {fd for fd, _ in links(shell)}

    def _processes(self) -> list[int]:
        return processes(self._token, self._shell.pid)

    def _what_happened(self, command: str) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._shell.wait(0.5)
        if self._shell.returncode is not None:
            return f"$ {command}\nended the shell, which said: {self._heard}"
        return (
            f"$ {command}\nis not over after {self._patience:g} s, "
            f"and printed so far: {self._heard}"
        )


def processes(token: str, leader: int) -> list[int]:
    """The processes of a session that have not ended.

    Args:
        token: what stands in their environment, as NAME=value.
        leader: the process that leads them, as in setsid(2).
    """
    return [
        pid
        for pid, stat in procstat.processes()
        if not stat.ended
        # In the middle of exec a process has no environment.
        and (stat.session == leader or token.encode() in _environment(pid))
    ]


def command_line(pid: int) -> str:
    """How a process was started; empty if it has ended."""
    with suppress(OSError), Process(pid) as process:
        return " ".join(process.command())
    return ""


def _terminal() -> tuple[int, int]:
    ours, theirs = pty.openpty()
    size = struct.pack("4H", ROWS, COLUMNS, 0, 0)
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)
    flags = termios.tcgetattr(theirs)
    flags[1] &= ~termios.OPOST
    flags[3] &= ~termios.ECHO
    termios.tcsetattr(theirs, termios.TCSANOW, flags)
    return ours, theirs


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:  # it ended meanwhile, or it is another user's
        return []
