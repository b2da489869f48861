"""A million calls on the model and on the kernel.

The calls come in scripts of a few hundred, each on fresh files, so that a
difference is found near its cause.  Every other script runs with a small
send buffer and small pipes, because full buffers are where rules differ.
At its end every interest list is compared, every ready list taken, and every
descriptor polled.
"""

import contextlib
import dataclasses
import itertools
from collections import abc
from collections.abc import Callable, Iterator, Sequence

from epollref.model.host.kernel import HostKernel
from epollref.model.kernel import ModelKernel
from epollref.model.profile import Profile
from epollref.model.scripts.kernel import ScriptKernel
from epollref.model.scripts.player import (
    Crashed,
    Outcome,
    Player,
    difference,
)
from epollref.model.verify.generator import Generator
from epollref.model.verify.shortened import shortened
from epollref.model.verify.tally import Tally
from epollref.trace.calls import Call

SCRIPT_LENGTH = 400

MakeKernel = Callable[[Profile], ScriptKernel]
Steps = abc.Generator["Disagreement | int", None, None]
"""How far a comparison is, again and again; a difference ends it."""


def small(profile: Profile) -> Profile:
    """Return the profile with buffers that a few writes fill.

    Args:
        profile: The machine's.
    """
    return dataclasses.replace(profile, send_buffer=9216, pipe_slots=2)


@dataclasses.dataclass(frozen=True, slots=True)
class Disagreement:
    """A script on which model and kernel differ."""

    calls: Sequence[Call]
    """It, without a call that is not needed."""
    steps: int
    """How many calls had been compared by then."""
    trace: str
    """Both answers to each call, side by side."""
    seed: int = 0
    """Where the random scripts had started."""


class Comparison:
    """Random scripts on the model and on the kernel.

    Args:
        profile: The machine's profile.
        seed: Where the random scripts start.
        model: Makes the model; another one can be put in its place.
    """

    def __init__(
        self, profile: Profile, seed: int, model: MakeKernel = ModelKernel
    ) -> None:
        self._profiles = (profile, small(profile))
        self._seed = seed
        self._generator = Generator(seed)
        self._model = model
        self.tally = Tally()
        """What has been compared so far."""

    @property
    def steps(self) -> int:
        """Calls compared so far."""
        return self.tally.steps

    def run(self, steps: int) -> Steps:
        """Compare; stop after the first difference.

        Args:
            steps: How many calls in all.

        Yields:
            The number of calls so far, after each script; the difference
            in the end, if there is one.
        """
        with contextlib.ExitStack() as stack:
            sides = [
                (profile, stack.enter_context(HostKernel(profile)))
                for profile in self._profiles
            ]
            for profile, host in itertools.cycle(sides):
                different = self._script(profile, host, steps - self.steps)
                if different:
                    yield self._shown(different, profile)
                    return
                yield self.steps
                if self.steps >= steps:
                    return

    def _script(
        self, profile: Profile, host: HostKernel, most: int
    ) -> list[Call]:
        """Compare one script; return it up to the first difference, if any.

        One kernel plays it after the other: in turns would be slower by a
        sixth, since each would find the caches full of the other's code.
        """
        calls, expected = self._on_model(profile, most)
        host.reset()
        answers = list(map(Player(host).play, calls))
        if answers == expected:
            self.tally.add(calls, expected)
            return []
        pairs = zip(expected, answers, strict=True)
        end = next(n for n, (one, other) in enumerate(pairs, 1) if one != other)
        self.tally.add(calls[:end], expected[:end])
        return calls[:end]

    def _on_model(
        self, profile: Profile, most: int
    ) -> tuple[list[Call], list[Outcome]]:
        """Draw a script by what comes of it on the model."""
        calls: list[Call] = []
        outcomes: list[Outcome] = []
        play = Player(self._model(profile)).play
        learn = self._generator.learn
        for call in itertools.islice(self._drawn(), most):
            outcome = play(call)
            calls.append(call)
            outcomes.append(outcome)
            if type(outcome) is Crashed:
                break
            learn(call, outcome)
        return calls, outcomes

    def _drawn(self) -> Iterator[Call]:
        self._generator.restart()
        for _ in range(SCRIPT_LENGTH):
            yield self._generator.next()
        yield from self._generator.last_look()

    def _shown(self, calls: list[Call], profile: Profile) -> Disagreement:
        short, trace = shortened(calls, profile, self._model, _differ)
        return Disagreement(short, self.steps, trace, self._seed)


def _differ(
    script: Sequence[Call], model: ScriptKernel, host: HostKernel
) -> bool:
    return difference(script, model, host) is not None
