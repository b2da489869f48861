"""A long comparison in several processes, each with a seed of its own.

Each worker is an interpreter that compares as one process would, and sends its
tally over a socket now and then.  The first difference ends all of them, and
so does leaving the loop: Ctrl-C reaches this process only, which ends the
others.  If this process is killed, a worker ends when it next sends.
"""

import contextlib
import os
import random
import subprocess
import sys
from multiprocessing.connection import Connection, Pipe, wait
from typing import Final

from epollref.model.kernel import ModelKernel
from epollref.model.profile import Profile
from epollref.model.verify.compare import (
    Comparison,
    Disagreement,
    MakeKernel,
    Steps,
)
from epollref.model.verify.tally import Tally

REPORT_EVERY: Final = 10_000
"""After so many calls a worker tells how far it is."""


class Worker:
    """One process at work; its messages are tallies or a difference."""

    def __init__(self, seed: int, steps: int) -> None:
        self.tally = Tally()
        self.connection, theirs = Pipe()
        self._seed = seed
        self._steps = steps
        # It finds what this process finds, wherever both were started.
        path = os.pathsep.join(filter(None, sys.path))
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", __name__, str(theirs.fileno())],
                env={**os.environ, "PYTHONPATH": path},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                process_group=0,
            )

    def start(self, profile: Profile, model: MakeKernel) -> None:
        """Say what is to be compared."""
        self.connection.send((profile, self._seed, self._steps, model))

    def receive(self) -> Tally | Disagreement | None:
        """Return the next message; None when the work is done.

        Raises:
            OSError: It could not go on; ChildProcessError if it ended.
        """
        try:
            message: Tally | Disagreement | OSError = self.connection.recv()
        except (EOFError, ConnectionResetError):
            if self.tally.steps < self._steps:
                raise ChildProcessError(
                    f"the process with seed {self._seed} has failed"
                ) from None
            return None
        if isinstance(message, OSError):
            raise message
        return message

    def end(self) -> None:
        """End the process, wherever it is, and wait for it."""
        self.connection.close()
        self._process.terminate()
        self._process.wait()


class Workers:
    """Random scripts, compared in several processes at once.

    Args:
        profile: The machine's profile.
        seed: The seed of the first; those of the others are drawn from it.
        jobs: How many processes.
        model: Makes the model; it has to be importable by name.
    """

    def __init__(
        self,
        profile: Profile,
        seed: int,
        jobs: int,
        model: MakeKernel = ModelKernel,
    ) -> None:
        self._profile = profile
        self._seeds = seeds(seed, jobs)
        self._model = model
        self.tally = Tally()
        """What all of them have compared so far."""

    def run(self, steps: int) -> Steps:
        """Compare; stop after the first difference.

        Args:
            steps: How many calls in all.

        Yields:
            The number of calls so far, now and then; the difference in the
            end, if there is one.

        Raises:
            ChildProcessError: A process ended before its work was done.
        """
        with contextlib.ExitStack() as stack:
            running: dict[object, Worker] = {}
            for number, seed in enumerate(self._seeds):
                worker = Worker(seed, (steps + number) // len(self._seeds))
                stack.callback(worker.end)
                worker.start(self._profile, self._model)
                running[worker.connection] = worker
            workers = list(running.values())
            while running:
                for ready in wait([p.connection for p in running.values()]):
                    message = running[ready].receive()
                    if isinstance(message, Disagreement):
                        yield message
                        return
                    if message is None:
                        del running[ready]
                    else:
                        running[ready].tally = message
                self.tally = sum((worker.tally for worker in workers), Tally())
                yield self.tally.steps


def seeds(seed: int, count: int) -> list[int]:
    """Return a seed for each worker.

    Args:
        seed: The first of them.
        count: How many workers.
    """
    draw = random.Random(seed)  # noqa: S311, no secret
    return [seed, *(draw.getrandbits(32) for _ in range(count - 1))]


def work(connection: Connection) -> None:
    """Do one worker, and tell how far it is.

    Args:
        connection: Where the work comes from and the messages go.
    """
    profile, seed, steps, model = connection.recv()
    comparison = Comparison(profile, seed, model)
    try:
        _tell(connection, comparison, steps)
    except OSError as error:
        connection.send(error)


def _tell(connection: Connection, comparison: Comparison, steps: int) -> None:
    told = 0
    for step in comparison.run(steps):
        found = isinstance(step, Disagreement)
        if found or comparison.steps >= min(told + REPORT_EVERY, steps):
            connection.send(comparison.tally)
            told = comparison.steps
        if found:
            connection.send(step)


if __name__ == "__main__":
    # Whoever asked may be gone, and then there is nobody to tell.
    with (
        Connection(int(sys.argv[1])) as asked,
        contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError),
    ):
        work(asked)
