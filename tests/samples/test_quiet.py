"""A session types the next command when its programs rest."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.proof.samples.quiet import look, wait_until_quiet


@contextmanager
def python(source: str) -> Iterator[subprocess.Popen[bytes]]:
    program = subprocess.Popen(
        [sys.executable, "-S", "-c", source],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with program:
        try:
            yield program
        finally:
            program.kill()


def test_a_program_that_waits_is_quiet() -> None:
    """It waits for input, with all that it had to do behind it."""
    work = "import os; print(sum(range(300000)), flush=True); input()"
    with python(work) as program:
        assert wait_until_quiet(lambda: [program.pid])
        assert program.stdout is not None
        written = os.read(program.stdout.fileno(), 100)
        assert int(written) == sum(range(300_000))


def test_a_program_that_spins_is_not_waited_for() -> None:
    """It burns the processor, and the session goes on."""
    with python("while True: pass") as program:
        assert not wait_until_quiet(lambda: [program.pid])


def test_a_program_that_ended_is_quiet() -> None:
    """Nobody is left to wait for."""
    with python("") as program:
        program.wait()
        assert wait_until_quiet(list)
        assert look([program.pid]).resting
