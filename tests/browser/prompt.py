"""An interactive bash into which a reader pastes.

The shell has a terminal of its own and edits its line by readline. A
paste arrives as terminals send it since bash 5.1: whole, between two
marks (bracketed paste), and Return runs it. What the shell prints from
there to its next prompt is the output.
"""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import termios
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self
from uuid import uuid4

from epollref.proc.descriptors import links
from epollref.proc.process import Process
from tests.proof.samples.session import COLUMNS, ROWS, command_line, processes

TOKEN = "EPOLLREF_PASTED"
PASTE = "\x1b[200~{}\x1b[201~\r"
RUNS, PROMPT = "\x1b[?2004l\r", "\x1b[?2004h"
OWN = {0, 1, 2, 255}
"""The descriptors of an interactive bash; 255 is its terminal."""


class Prompt:
    """A shell with a prompt.

    Args:
        folder: where it starts.
        environment: what it passes on.
        patience: seconds that a paste may take.
    """

    def __init__(
        self, folder: Path, environment: Mapping[str, str], patience: float = 60
    ) -> None:
        self._patience = patience
        self._token = f"{TOKEN}={uuid4().hex}"
        self._screen, screen = pty.openpty()
        termios.tcsetwinsize(screen, (ROWS, COLUMNS))
        readline = folder.with_name("inputrc")
        # Readline does not expect it of a dumb terminal; programs shall
        # print neither colours nor bars.
        readline.write_text("set enable-bracketed-paste on\n", "ascii")
        own = {
            "INPUTRC": str(readline),
            "PS1": "$ ",
            "TERM": "dumb",
            TOKEN: self._token[-32:],
        }
        self._shell = subprocess.Popen(
            ["setsid", "--ctty", "bash", "--noprofile", "--norc", "-i"],
            stdin=screen,
            stdout=screen,
            stderr=screen,
            cwd=folder,
            env={**environment, **own},
        )
        os.close(screen)
        self._until(PROMPT, "")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._screen)
        while left := processes(self._token, self._shell.pid):
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._shell.poll()
            time.sleep(0.005)
        self._shell.wait()

    def paste(self, text: str) -> str:
        """Paste a text, press Return, and wait for the next prompt.

        Returns:
            What was printed in between.
        """
        data = PASTE.format(text.replace("\n", "\r")).encode()
        heard = ""
        while data:
            data = data[os.write(self._screen, data[:512]) :]
            heard += self._heard(0)
        heard = self._until(RUNS, heard).partition(RUNS)[2]
        return self._until(PROMPT, heard).rpartition(PROMPT)[0]

    def left(self) -> list[str]:
        """What a session has left behind: programs, open descriptors."""
        found = [
            f"a program: {command_line(pid)}"
            for pid in processes(self._token, self._shell.pid)
            if pid != self._shell.pid
        ]
        with Process(self._shell.pid) as shell:
            numbers = {fd for fd, _ in links(shell)} - OWN
        return found + [f"descriptor {number}" for number in sorted(numbers)]

    def _until(self, mark: str, heard: str) -> str:
        deadline = time.monotonic() + self._patience
        while mark not in heard:
            if time.monotonic() > deadline or self._shell.poll() is not None:
                raise TimeoutError(f"no {mark!r} came after: {heard}")
            heard += self._heard(0.1)
        return heard

    def _heard(self, seconds: float) -> str:
        if not select.select([self._screen], [], [], seconds)[0]:
            return ""
        return os.read(self._screen, 65536).decode("utf-8", "replace")
