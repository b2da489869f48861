"""A difference of model and kernel, as short as it gets, and both traces."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from epollref.model.files import OutsideScopeError
from epollref.model.host.kernel import HostKernel
from epollref.model.profile import Profile
from epollref.model.scripts.kernel import ScriptKernel
from epollref.model.verify.handles import NamedCall, named, numbered
from epollref.model.verify.shrink import shortest
from epollref.model.verify.sides import side_by_side
from epollref.trace.calls import Call

Model = TypeVar("Model", bound=ScriptKernel)


def shortened(
    calls: Sequence[Call],
    profile: Profile,
    make_model: Callable[[Profile], Model],
    differ: Callable[[Sequence[Call], Model, HostKernel], bool],
) -> tuple[list[Call], str]:
    """Leave out of a script what does not matter, and play the rest.

    Args:
        calls: A script on which the two differ.
        profile: Of both kernels.
        make_model: Makes a fresh model.
        differ: Says whether a script still makes a difference.

    Returns:
        The shortest script, and both traces.
    """

    def model() -> Model:
        return make_model(profile)

    def differs(lines: Sequence[NamedCall]) -> bool:
        try:
            script = numbered(lines, model)
        except OutsideScopeError:
            return False
        with HostKernel(profile) as host:
            return differ(script, model(), host)

    short = numbered(shortest(named(calls, model()), differs), model)
    with HostKernel(profile) as host:
        trace = side_by_side(short, ("model", "linux"), (model(), host))
    return short, trace
