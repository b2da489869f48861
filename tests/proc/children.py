"""Processes to look at: each does what it is told, and waits."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

WAITS = "\nimport sys\nprint('', flush=True)\nsys.stdin.read()\n"

DROP = """
import os
if os.geteuid() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
"""
"""Become a user without rights; who is none other than root is one."""


@contextmanager
def child(code: str, *launcher: str) -> Iterator[tuple[int, list[str]]]:
    """Run Python code in a process that then waits.

    Args:
        code: What it does; the words that it prints without a newline are
            handed on.
        launcher: A program and arguments that start it.

    Yields:
        Its number, and the words.
    """
    with subprocess.Popen(
        [*launcher, sys.executable, "-c", code + WAITS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process.pid, process.stdout.readline().split()
        finally:
            process.kill()


def refused(code: str, pid: int) -> list[str]:
    """Run code as a user without rights, and return how it was refused.

    Args:
        code: An expression of ``process``, a ``Process`` of ``pid``.
        pid: The process to look at.

    Returns:
        The lines that were printed: errno and text of the error.
    """
    program = f"""
from epollref.proc.descriptors import descriptors
from epollref.proc.interest import interest_list
from epollref.proc.process import Process
from epollref.proc.threads import threads
{DROP}
with Process({pid}) as process:
    try:
        print({code})
    except OSError as error:
        print(error.errno)
        print(error.strerror)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()
