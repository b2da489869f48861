"""A traced Epoll in the place of ``select.epoll``, for programs not ours.

asyncio, selectors and trio make their epoll with ``select.epoll``.  It is a
name in a module, so another class can stand there while they look it up.

The lines are those of a real epoll, and yet not the lines that strace shows
of the same program without us.  Three things are made plain:

- **The data word** is the descriptor, whole.  CPython stores 32 bits of it
  and leaves the other 32 to chance, so strace shows a random ``u64``.
- **DEL** gets the NULL that it ignores; CPython passes the address of an
  event on its stack.
- **EINTR** has a line, and the wait that follows has its own with the time
  that is left, as under strace; but the address is that of our buffer.

What took the name before us keeps it: a class body that has stored it, an
epoll that exists.  Module globals and the selectors module are covered, and
so is a ``select`` that is loaded anew: eventlet wants a fresh one for itself
(``eventlet.patcher.original``), which has an epoll class of its own.
"""

import contextlib
import select
import selectors
import sys
from collections.abc import Iterator
from typing import Any, Self

from epollref.epoll import Epoll
from epollref.kernel import Kernel
from epollref.linux import LinuxKernel
from epollref.trace.sinks import Sink
from epollref.trace.tracer import TracedKernel


@contextlib.contextmanager
def trace_select_epoll(
    sink: Sink, kernel: Kernel | None = None
) -> Iterator[type[Epoll]]:
    """Put a traced Epoll in the place of ``select.epoll``.

    Objects that are made meanwhile stay traced afterwards.

    Args:
        sink: Is told of each call.
        kernel: Who makes the calls; the running kernel if left out.

    Yields:
        The class that stands in the place of ``select.epoll``.

    Examples:
        >>> import selectors
        >>> from epollref.trace.foreign import trace_select_epoll
        >>> calls = []
        >>> with trace_select_epoll(calls.append):
        ...     selectors.DefaultSelector().close()
        ...
        >>> [call.name for call in calls]
        ['epoll_create1', 'close']
    """
    traced = _traced_epoll(TracedKernel(kernel or LinuxKernel(), sink))
    with contextlib.ExitStack() as undo:
        for owner, name in _places(select.epoll):
            undo.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, traced)
        finder = _Reimports(traced, undo)
        sys.meta_path.insert(0, finder)
        undo.callback(sys.meta_path.remove, finder)
        yield traced


class _Reimports:
    """Finds ``select`` as the others do, and has the traced class put in."""

    def __init__(self, traced: type[Epoll], undo: contextlib.ExitStack) -> None:
        self._traced = traced
        self._undo = undo
        self._loader: Any = None

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name != select.__name__:
            return None
        for finder in sys.meta_path:
            if finder is self:
                continue
            spec: Any = finder.find_spec(name, path, target)
            if spec is not None:
                self._loader, spec.loader = spec.loader, self
                return spec
        return None

    def create_module(self, spec: Any) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        module.__loader__ = module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._undo.callback(setattr, module, "epoll", module.epoll)
        module.epoll = self._traced


def _traced_epoll(traced: Kernel) -> type[Epoll]:
    """Return an Epoll that is made as ``select.epoll`` is, and traced."""

    class TracedEpoll(Epoll):
        """An Epoll whose calls are seen."""

        def __init__(
            self,
            sizehint: int = -1,
            flags: int = 0,
            *,
            kernel: Kernel = traced,
        ) -> None:
            super().__init__(sizehint, flags, kernel=kernel)

        @classmethod
        def fromfd(cls, fd: int, *, kernel: Kernel | None = None) -> Self:
            return super().fromfd(fd, kernel=kernel or traced)

    return TracedEpoll


def _places(epoll: type) -> list[tuple[object, str]]:
    """Return who has the name: modules that import it, and selectors."""
    places: list[tuple[object, str]] = [
        (selectors.EpollSelector, "_selector_cls")
    ]
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", {})
        places += [
            (module, name)
            for name, value in list(names.items())
            if value is epoll
        ]
    return places
