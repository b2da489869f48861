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
from typing import (
    Final,
    Protocol,
    TypedDict,
    TypeVar,
    runtime_checkable,
)

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
from epollref.trace.items import Call
from epollref.trace.sinks import Sink
from epollref.trace.words import error_name

Answer = TypeVar("Answer")

STRING_SIZE: Final = 32
"""How many bytes of a read or a write are kept: as many as strace shows."""


@runtime_checkable
class HasBuffer(Protocol):
    """A kernel whose epoll_wait puts its records at an address."""

    def buffer_address(self) -> int | None:
        """Return where this thread's last epoll_wait had its buffer."""
        ...


class Outcome(TypedDict):
    """What all calls have in common: who, when, how long, with what end."""

    pid: int
    time: float
    duration: float
    result: int | None
    error: str


class _Entry:
    """The moment at which a call is entered."""

    __slots__ = ("began", "pid", "time")

    def __init__(self) -> None:
        # strace numbers threads; the first one has the process's number.
        self.pid = threading.get_native_id()
        self.time = time.time()
        self.began = time.perf_counter()

    def returned(self, result: int) -> Outcome:
        return self._outcome(result, "")

    def raised(self, error: BaseException) -> Outcome:
        if isinstance(error, OSError) and error.errno is not None:
            return self._outcome(-1, error_name(error.errno))
        return self._outcome(None, "")

    def _outcome(self, result: int | None, error: str) -> Outcome:
        return {
            "pid": self.pid,
            "time": self.time,
            "duration": time.perf_counter() - self.began,
            "result": result,
            "error": error,
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


def _nothing(_: None) -> int:
    return 0


def _itself(number: int) -> int:
    return number


class TracedKernel:
    """A kernel that tells a sink about every call it passes on.

    Arguments, results and exceptions go through unchanged.  One object
    serves any number of threads, if the sink does.

    Args:
        kernel: Who makes the calls.
        sink: Is told of each call when it is over.
        strsize: How many bytes of each read and write are kept.

    Examples:
        >>> from epollref.linux import LinuxKernel
        >>> from epollref.trace.tracer import TracedKernel
        >>> calls = []
        >>> kernel = TracedKernel(LinuxKernel(), calls.append)
        >>> counter = kernel.eventfd(7, 0)
        >>> int.from_bytes(kernel.read(counter, 8), "little")
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
        call: Callable[[], Answer],
        result: Callable[[Answer], int],
        finished: Callable[[Answer | None, Outcome], Call],
    ) -> Answer:
        """Make a call, tell the sink, and end as the call did."""
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
                answer = call()
            except BaseException as error:
                over(finished(None, entry.raised(error)))
                raise
            over(finished(answer, entry.returned(result(answer))))
            return answer
        finally:
            inside.calls = outer  # Handlers may raise anywhere.

    def epoll_create1(self, flags: int) -> int:
        """Make an epoll instance; see ``Kernel.epoll_create1``."""
        return self._trace(
            lambda: self._kernel.epoll_create1(flags),
            _itself,
            lambda _, end: EpollCreate1(flags, **end),
        )

    def epoll_ctl(
        self, epfd: int, op: int, fd: int, events: int = 0, data: int = 0
    ) -> None:
        """Change the interest list; see ``Kernel.epoll_ctl``."""

        def finished(_: None, end: Outcome) -> Call:
            if op == EPOLL_CTL_DEL:
                return EpollCtl(epfd, op, fd, **end)
            mask, word = events & 0xFFFFFFFF, data & DATA_MASK
            return EpollCtl(epfd, op, fd, mask, word, **end)

        return self._trace(
            lambda: self._kernel.epoll_ctl(epfd, op, fd, events, data),
            _nothing,
            finished,
        )

    def epoll_wait(
        self, epfd: int, maxevents: int, timeout_ms: int
    ) -> list[Ready]:
        """Wait until something is ready; see ``Kernel.epoll_wait``."""

        def finished(ready: list[Ready] | None, end: Outcome) -> Call:
            records = tuple(ready or ())
            # strace shows the address of a buffer that was not filled.
            address = self._buffer_address() if ready is None else None
            return EpollWait(
                epfd, records, maxevents, timeout_ms, pointer=address, **end
            )

        return self._trace(
            lambda: self._kernel.epoll_wait(epfd, maxevents, timeout_ms),
            len,
            finished,
        )

    def accept4(self, fd: int, flags: int) -> int:
        """Take one connection; see ``Kernel.accept4``."""
        return self._trace(
            lambda: self._kernel.accept4(fd, flags),
            _itself,
            lambda _, end: Accept(fd, flags=flags, **end),
        )

    def read(self, fd: int, n: int, /) -> bytes:
        """Read bytes; see ``Kernel.read``."""

        def finished(data: bytes | None, end: Outcome) -> Call:
            if data is None:
                return Read(fd, None, n, **end)
            shown, cut = self._beginning(data)
            return Read(fd, shown, n, cut=cut, **end)

        return self._trace(lambda: self._kernel.read(fd, n), len, finished)

    def write(self, fd: int, data: bytes | memoryview, /) -> int:
        """Write bytes; see ``Kernel.write``."""

        def finished(_: int | None, end: Outcome) -> Call:
            shown, cut = self._beginning(data)
            return Write(fd, shown, len(data), cut=cut, **end)

        return self._trace(
            lambda: self._kernel.write(fd, data), _itself, finished
        )

    def shutdown(self, fd: int, how: int) -> None:
        """Close a direction, or both; see ``Kernel.shutdown``."""
        return self._trace(
            lambda: self._kernel.shutdown(fd, how),
            _nothing,
            lambda _, end: Shutdown(fd, how, **end),
        )

    def eventfd(self, initval: int, flags: int) -> int:
        """Make a counter that can be watched; see ``Kernel.eventfd``."""
        return self._trace(
            lambda: self._kernel.eventfd(initval, flags),
            _itself,
            lambda _, end: Eventfd(initval, flags, **end),
        )

    def close(self, fd: int) -> None:
        """Close a descriptor; see ``Kernel.close``."""
        return self._trace(
            lambda: self._kernel.close(fd),
            _nothing,
            lambda _, end: Close(fd, **end),
        )

    def _beginning(self, data: bytes | memoryview) -> tuple[bytes, bool]:
        """Return what is shown of some bytes, and whether that is not all."""
        return bytes(data[: self._strsize]), len(data) > self._strsize

    def _buffer_address(self) -> int | None:
        if isinstance(self._kernel, HasBuffer):
            return self._kernel.buffer_address()
        return None
