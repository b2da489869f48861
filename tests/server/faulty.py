"""A kernel on which things go wrong when the test says so.

It stands on the real one and passes every call on, unless a fault waits for
that call.  It also writes down the calls, so that a test can count them.
"""

import errno
import os
from collections import defaultdict, deque

from epollref.kernel import Ready
from epollref.linux import LinuxKernel

NO_LIMIT = 1 << 30


class FaultyKernel:
    """The real kernel, with faults."""

    def __init__(self) -> None:
        self.real = LinuxKernel()
        self.calls: list[tuple[str, tuple[object, ...]]] = []
        self.write_limit = NO_LIMIT
        self.read_limit = NO_LIMIT
        self._faults: dict[str, deque[int]] = defaultdict(deque)

    def fail(self, call: str, *numbers: int) -> None:
        """Let the next calls of that name fail, one with each errno."""
        self._faults[call].extend(numbers)

    def pass_then_fail(self, call: str, passes: int, number: int) -> None:
        """Let some calls of that name pass, then one fail."""
        self._faults[call].extend([0] * passes + [number])

    def count(self, call: str, *start: object) -> int:
        """Count the calls whose arguments start like this."""
        return sum(
            name == call and args[: len(start)] == start
            for name, args in self.calls
        )

    def _enter(self, call: str, *args: object) -> None:
        self.calls.append((call, args))
        faults = self._faults[call]
        number = faults.popleft() if faults else 0
        if number:
            raise OSError(number, os.strerror(number))

    def epoll_create1(self, flags: int) -> int:
        self._enter("epoll_create1", flags)
        return self.real.epoll_create1(flags)

    def epoll_ctl(
        self, epfd: int, op: int, fd: int, events: int = 0, data: int = 0
    ) -> None:
        self._enter("epoll_ctl", op, fd, events)
        self.real.epoll_ctl(epfd, op, fd, events, data)

    def epoll_wait(
        self, epfd: int, maxevents: int, timeout_ms: int
    ) -> list[Ready]:
        self._enter("epoll_wait", timeout_ms)
        return self.real.epoll_wait(epfd, maxevents, timeout_ms)

    def accept4(self, fd: int, flags: int) -> int:
        self._enter("accept4", fd)
        return self.real.accept4(fd, flags)

    def read(self, fd: int, n: int, /) -> bytes:
        self._enter("read", fd)
        return self.real.read(fd, min(n, self.read_limit))

    def write(self, fd: int, data: bytes | memoryview, /) -> int:
        self._enter("write", fd)
        if self.write_limit == 0:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return self.real.write(fd, data[: self.write_limit])

    def shutdown(self, fd: int, how: int) -> None:
        self._enter("shutdown", fd, how)
        self.real.shutdown(fd, how)

    def eventfd(self, initval: int, flags: int) -> int:
        self._enter("eventfd", flags)
        return self.real.eventfd(initval, flags)

    def close(self, fd: int) -> None:
        try:
            self._enter("close", fd)
        finally:
            # Linux closes first and complains then (close(2), NOTES).
            self.real.close(fd)
