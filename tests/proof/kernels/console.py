"""What a machine prints, read until it has reported.

The program may be qemu, with a kernel's console on its stdout, or the
comparison itself.  A machine that falls silent is ended: a kernel that hangs
says nothing.
"""

import contextlib
import os
import select
import subprocess
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Final

from tests.proof.kernels.report import Verdict, parse

KEPT: Final = 60
"""Lines that are shown without a verdict: a panic fills thirty alone."""
PANIC: Final = "Kernel panic"


class NoVerdictError(Exception):
    """A machine ended, or fell silent, without a verdict."""


def follow(
    command: Sequence[str], progress: Callable[[int], object], silence: float
) -> Verdict:
    """Run a program and read its lines until it has reported.

    Args:
        command: The program and its arguments.
        progress: Is told the number of calls compared so far.
        silence: Seconds without a word after which it is ended.

    Returns:
        What it reported.

    Raises:
        NoVerdictError: It did not; the text has its last lines.
    """
    last: deque[str] = deque(maxlen=KEPT)
    verdict = None
    how = "ended"
    try:
        with contextlib.closing(lines(command, silence)) as console:
            for text in console:
                message = parse(text)
                if isinstance(message, Verdict):
                    verdict = message
                elif message is not None:
                    progress(message)
                else:
                    last.append(text)
                    how = "panicked" if PANIC in text else how
    except TimeoutError:
        how = f"said nothing for {silence:g} s"
    if verdict is None:
        said = "\n".join(f"    {text}" for text in last) or "    nothing"
        raise NoVerdictError(f"it {how} without a verdict; it said\n{said}")
    return verdict


def lines(command: Sequence[str], silence: float) -> Generator[str, None, None]:
    """Run a program and return its lines, when they are whole.

    Args:
        command: The program and its arguments.
        silence: Seconds without a word after which it is ended.

    Raises:
        TimeoutError: It said nothing for so long.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as child:
        try:
            assert child.stdout is not None
            rest = b""
            for data in _pieces(child.stdout.fileno(), silence):
                *whole, rest = (rest + data).split(b"\n")
                yield from map(_text, whole)
            if rest:
                yield _text(rest)
        finally:
            child.kill()


def _pieces(fd: int, silence: float) -> Iterator[bytes]:
    with select.epoll() as epoll:
        epoll.register(fd, select.EPOLLIN)
        while epoll.poll(silence):
            data = os.read(fd, 1 << 16)
            if not data:
                return
            yield data
    raise TimeoutError


def _text(line: bytes) -> str:
    return line.decode(errors="replace").rstrip("\r")
