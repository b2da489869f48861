"""The recorder round a kernel: every call becomes a value, and is made.

``TracedKernel`` is a kernel itself, so whatever is given a kernel can be
traced: a server, an ``Epoll``.  What is not given one pays nothing.

The values hold what the kernel was given and what it answered, so in
strace's notation they are strace's lines.  Five things differ:

- A read(2) that fails shows no address for its buffer: CPython makes a new
  one each time, and it is gone by then.
- A line is written when the call is over.  strace begins it when the call
  is entered, so it also shows a call that never ends.
- Signals and calls that bypass the kernel (``os.read``) are not seen.
- A Python signal handler that raises hides what the call that it interrupted
  returned.  Its result is strace's ``?``.
- On arm64 libc makes epoll_wait(2) of epoll_pwait(2); strace says so.

Examples:
    >>> from epollref.epoll import Epoll
    >>> from epollref.linux import LinuxKernel
    >>> from epollref.trace.tracer import TracedKernel
    >>> calls = []
    >>> Epoll(kernel=TracedKernel(LinuxKernel(), calls.append)).close()
    >>> [call.name for call in calls]
    ['epoll_create1', 'close']
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, Protocol, TypeVar, runtime_checkable

from epollref.kernel import Kernel, Ready
from epollref.masks import DATA_MASK, EPOLL_CTL_DEL
from epollref.trace.calls import (
    Accept,
    Close,
    EpollCreate1,
    EpollCtl,
    EpollWait,
    Eventfd,
    Read,
    Shutdown,
    Write,
)
from epollref.trace.items import Call, Common
from epollref.trace.sinks import Sink

Answer = TypeVar("Answer")

STRING_SIZE: Final = 32
"""How many bytes of a read or a write are kept: as many as strace shows."""


@runtime_checkable
class HasBuffer(Protocol):
    """A kernel whose epoll_wait puts its records at an address."""

    def buffer_address(self) -> int | None:
        """Return where this thread's last epoll_wait had its buffer."""
        ...


class _Entry:
    """The moment at which a call is entered."""

    __slots__ = ("_began", "_pid", "_time")

    def __init__(self) -> None:
        # strace numbers threads; the first one has the process's number.
        self._pid = threading.get_native_id()
        self._time = time.time()
        self._began = time.perf_counter()

    def over(self) -> Common:
        """Say who, when and how long."""
        return {
            "pid": self._pid,
            "time": self._time,
            "duration": time.perf_counter() - self._began,
        }


class _Inside(threading.local):
    """The calls that a signal handler makes inside another call.

    A handler runs after the call that its signal has interrupted, and yet
    before Python returns from it.  So the calls of the handler are kept
    until the other one is over, and then told in the order in which the
    kernel saw them: after a call that was interrupted, before one that was
    not, for that one began when the handler was done.
    """

    calls: list[Call] | None = None
    """What is kept; ``None`` while this thread is in no call."""


def _in_order(over: Call, inner: list[Call]) -> list[Call]:
    """Return a call, and those that were made inside it."""
    interrupted = over.result is None or over.error == "EINTR"
    return [over, *inner] if interrupted else [*inner, over]


class TracedKernel:
    """A kernel that tells a sink about every call it passes on.

    Arguments, results and exceptions go through unchanged.  One object
    serves any number of threads, if the sink does.

    Args:
        kernel: Who makes the calls.
        sink: Is told of each call when it is over.
        strsize: How many bytes of each read and write are kept.

    Examples:
        >>> import sys
        >>> from epollref.linux import LinuxKernel
        >>> from epollref.trace.tracer import TracedKernel
        >>> calls = []
        >>> kernel = TracedKernel(LinuxKernel(), calls.append)
        >>> counter = kernel.eventfd(7, 0)
        >>> int.from_bytes(kernel.read(counter, 8), sys.byteorder)
        7
        >>> kernel.close(counter)
        >>> [(call.name, call.result) for call in calls[1:]]
        [('read', 8), ('close', 0)]
    """

    def __init__(
        self, kernel: Kernel, sink: Sink, *, strsize: int = STRING_SIZE
    ) -> None:
        self._kernel = kernel
        self._sink = sink
        self._strsize = strsize
        self._inside = _Inside()

    def _trace(
        self,
        call: Call,
        make: Callable[[], Answer],
        shown: Callable[[Answer], dict[str, Any]] = lambda _: {},
    ) -> Answer:
        """Make a call, tell the sink, and end as the call did.

        Args:
            call: What is asked, as it is shown.
            make: Asks it.
            shown: Of the answer, what is shown in another way.
        """
        inside, inner = self._inside, list[Call]()
        outer = inside.calls
        tell = self._sink if outer is None else outer.append

        def over(ended: Call) -> None:
            inside.calls = outer
            for each in _in_order(ended, inner):
                tell(each)

        inside.calls = inner
        try:
            entry = _Entry()
            try:
                answer = make()
            except BaseException as error:
                over(self._failed(call, error, entry.over()))
                raise
            end = entry.over()
            over(call.answered(answer, **end, **shown(answer)))
            return answer
        finally:
            inside.calls = outer  # Handlers may raise anywhere.

    def _failed(self, call: Call, error: BaseException, end: Common) -> Call:
        """Return a call that raised; its result is unknown without errno."""
        if isinstance(call, EpollWait) and isinstance(self._kernel, HasBuffer):
            # strace shows the address of a buffer that was not filled.
            call = replace(call, pointer=self._kernel.buffer_address())
        if isinstance(error, OSError) and error.errno is not None:
            return call.refused(error.errno, **end)
        return replace(call, **end)

    def epoll_create1(self, flags: int) -> int:
        """Make an epoll instance; see ``Kernel.epoll_create1``."""
        return self._trace(
            EpollCreate1(flags, result=None),
            lambda: self._kernel.epoll_create1(flags),
        )

    def epoll_ctl(
        self, epfd: int, op: int, fd: int, events: int = 0, data: int = 0
    ) -> None:
        """Change the interest list; see ``Kernel.epoll_ctl``."""
        event = (events & 0xFFFFFFFF, data & DATA_MASK)
        return self._trace(
            EpollCtl(
                epfd,
                op,
                fd,
                *(event if op != EPOLL_CTL_DEL else ()),
                result=None,
            ),
            lambda: self._kernel.epoll_ctl(epfd, op, fd, events, data),
        )

    def epoll_wait(
        self, epfd: int, maxevents: int, timeout_ms: int
    ) -> list[Ready]:
        """Wait until something is ready; see ``Kernel.epoll_wait``."""
        return self._trace(
            EpollWait(epfd, (), maxevents, timeout_ms, result=None),
            lambda: self._kernel.epoll_wait(epfd, maxevents, timeout_ms),
        )

    def accept4(self, fd: int, flags: int) -> int:
        """Take one connection; see ``Kernel.accept4``."""
        return self._trace(
            Accept(fd, flags=flags, result=None),
            lambda: self._kernel.accept4(fd, flags),
        )

    def read(self, fd: int, n: int, /) -> bytes:
        """Read bytes; see ``Kernel.read``."""
        return self._trace(
            Read(fd, None, n, result=None),
            lambda: self._kernel.read(fd, n),
            self._beginning,
        )

    def write(self, fd: int, data: bytes | memoryview, /) -> int:
        """Write bytes; see ``Kernel.write``."""
        beginning = self._beginning(data)
        return self._trace(
            Write(fd, n=len(data), result=None, **beginning),
            lambda: self._kernel.write(fd, data),
        )

    def shutdown(self, fd: int, how: int) -> None:
        """Close a direction, or both; see ``Kernel.shutdown``."""
        return self._trace(
            Shutdown(fd, how, result=None),
            lambda: self._kernel.shutdown(fd, how),
        )

    def eventfd(self, initval: int, flags: int) -> int:
        """Make a counter that can be watched; see ``Kernel.eventfd``."""
        return self._trace(
            Eventfd(initval, flags, result=None),
            lambda: self._kernel.eventfd(initval, flags),
        )

    def close(self, fd: int) -> None:
        """Close a descriptor; see ``Kernel.close``."""
        return self._trace(
            Close(fd, result=None), lambda: self._kernel.close(fd)
        )

    def _beginning(self, data: bytes | memoryview) -> dict[str, Any]:
        """Return what is shown of some bytes, and whether that is not all."""
        most = self._strsize
        return {"data": bytes(data[:most]), "cut": len(data) > most}
