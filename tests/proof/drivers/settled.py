"""Random scripts whose calls have to settle: blocked threads, and TCP.

All outcomes are compared, as in ``run``; it takes longer, because the running
kernel waits after each call until nothing moves any more.

With threads, both kernels are asked after most calls which of them came
back: their numbers, their records and the order of those are compared.  A
call that has raced (``epollref.model.waiters``) may have several outcomes;
the script ends there, and nothing that came of the call is compared.

With TCP, a call that the model refuses as outside its scope is left out.
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from epollref.model.files import OutsideScopeError
from epollref.model.host.kernel import HostKernel
from epollref.model.kernel import ModelKernel
from epollref.model.profile import Profile
from epollref.model.scripts import pending
from epollref.model.scripts.finished import line
from epollref.model.scripts.player import Failed, Outcome, Player
from epollref.model.scripts.words import SleepInWait
from epollref.model.table import FIRST
from epollref.model.verify.compare import Disagreement
from epollref.model.verify.shortened import shortened
from epollref.trace.calls import Call
from tests.proof.drivers.scene import Scene
from tests.proof.drivers.settings import Setting

LOOK_AT = range(FIRST, FIRST + 14)


@dataclasses.dataclass(slots=True)
class Count:
    """What a comparison has seen so far."""

    calls: int = 0
    """Those that do not just ask who is back."""
    woken: int = 0
    """Threads that slept and came back."""
    raced: int = 0
    """Scripts that ended at a call which raced."""
    outside: int = 0
    """Calls left out, because the model does not know."""


class SettledComparison:
    """Random scripts on the model and on the kernel, which settles.

    Args:
        profile: The machine's profile.
        seed: Where the random scripts start.
        setting: What they are about: ``THREADS``, ``LOOPBACK``, ``ENDS``,
            ``CONNECTS``.
        model: Makes the model; another one can be put in its place.
    """

    def __init__(
        self,
        profile: Profile,
        seed: int,
        setting: Setting,
        model: Callable[[Profile], ModelKernel] = ModelKernel,
    ) -> None:
        self._profile = profile
        self._scene = Scene(seed, setting)
        self._model = model
        self.count = Count()
        self._newest = 0
        """The thread that has just been started; it may not have slept."""

    def run(self, steps: int) -> Iterator[Disagreement | int]:
        """Compare; stop after the first difference.

        Args:
            steps: How many calls at least.

        Yields:
            The number of calls so far, after each script; the difference
            in the end, if there is one.
        """
        while self.count.calls < steps:
            found = self._script()
            if found:
                yield self._shown(*found)
                return
            yield self.count.calls

    def _script(self) -> tuple[list[Call], str] | None:
        """Compare one script; return one that differs, and in what."""
        calls: list[Call] = []
        model = self._model(self._profile)
        with HostKernel(self._profile) as host:
            on_model, on_host = Player(model).play, Player(host).play
            for call in self._drawn():
                try:
                    outcome = on_model(call)
                except OutsideScopeError:
                    self.count.outside += 1
                    self._scene.learn(call, Failed(0))
                    continue
                calls.append(call)
                if model.raced:
                    self.count.raced += 1
                    return None
                answer = on_host(call)
                if outcome != answer:
                    return calls, (
                        f"model: {line(call, outcome)}\n"
                        f"linux: {line(call, answer)}"
                    )
                self._scene.learn(call, outcome)
                self._count(call, outcome)
        return None

    def _drawn(self) -> Iterator[Call]:
        yield from self._scene.script()
        for fd in LOOK_AT:
            yield pending.fdinfo(fd)
            yield pending.poll(fd)
        yield pending.RETURNED

    def _count(self, call: Call, outcome: Outcome) -> None:
        if call is pending.RETURNED:
            back = (number for number, _ in outcome)
            self.count.woken += sum(number != self._newest for number in back)
        else:
            self.count.calls += 1
            self._newest = outcome if isinstance(call, SleepInWait) else 0

    def _shown(self, calls: list[Call], found: str) -> Disagreement:
        """Shorten a script.

        What was found comes first: if it was a matter of moments, the
        script does not show it again.
        """
        short, trace = shortened(calls, self._profile, self._model, _differ)
        return Disagreement(short, self.count.calls, f"{found}\n\n{trace}")


def _differ(
    script: Sequence[Call], model: ModelKernel, host: HostKernel
) -> bool:
    """Say whether a script differs before a call of it has raced."""
    on_model, on_host = Player(model).play, Player(host).play
    for call in script:
        outcome = on_model(call)
        if model.raced:
            return False
        if outcome != on_host(call):
            return True
    return False
