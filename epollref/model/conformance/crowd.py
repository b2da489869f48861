"""Random scripts with blocked threads, on the model and on the kernel.

After most calls both kernels say which threads came back, and with what: the
numbers of the threads, their records and the order of those are compared.  A
call that has raced (``epollref.model.waiters``) may have several outcomes;
the script ends there, and nothing that came of the call is compared.
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from epollref.model.conformance.handles import Line, named, numbered
from epollref.model.conformance.host import HostKernel
from epollref.model.conformance.run import Disagreement
from epollref.model.conformance.scene import RETURNED, Scene
from epollref.model.conformance.script import Call, Outcome, Player
from epollref.model.conformance.shrink import shortest
from epollref.model.conformance.sides import side_by_side
from epollref.model.kernel import ModelKernel
from epollref.model.profile import Profile
from epollref.model.table import FIRST

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


class CrowdComparison:
    """Random scripts with blocked threads, on both kernels.

    Args:
        profile: The machine's profile.
        seed: Where the random scripts start.
        model: Makes the model; another one can be put in its place.
    """

    def __init__(
        self,
        profile: Profile,
        seed: int,
        model: Callable[[Profile], ModelKernel] = ModelKernel,
    ) -> None:
        self._profile = profile
        self._scene = Scene(seed)
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
                yield self._shown(found)
                return
            yield self.count.calls

    def _script(self) -> list[Call]:
        """Compare one script; return it if it makes a difference."""
        calls: list[Call] = []
        model = self._model(self._profile)
        with HostKernel(self._profile) as host:
            on_model, on_host = Player(model).play, Player(host).play
            for call in self._drawn():
                calls.append(call)
                outcome = on_model(call)
                if model.raced:
                    self.count.raced += 1
                    return []
                if outcome != on_host(call):
                    return calls
                self._scene.learn(call, outcome)
                self._count(call, outcome)
        return []

    def _drawn(self) -> Iterator[Call]:
        yield from self._scene.script()
        for fd in LOOK_AT:
            yield Call("fdinfo", (fd,))
            yield Call("poll", (fd,))
        yield RETURNED

    def _count(self, call: Call, outcome: Outcome) -> None:
        if call is RETURNED:
            back = (number for number, _ in outcome)
            self.count.woken += sum(number != self._newest for number in back)
        else:
            self.count.calls += 1
            self._newest = outcome if call.name == "sleep_in_wait" else 0

    def _shown(self, calls: list[Call]) -> Disagreement:
        def model() -> ModelKernel:
            return self._model(self._profile)

        def differs(lines: Sequence[Line]) -> bool:
            script = numbered(lines, model)
            with HostKernel(self._profile) as host:
                return _differ(script, model(), host)

        short = numbered(shortest(named(calls, model()), differs), model)
        with HostKernel(self._profile) as host:
            trace = side_by_side(short, ("model", "linux"), (model(), host))
        return Disagreement(short, self.count.calls, trace)


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
