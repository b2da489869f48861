"""What a log does not show: calls, failures, events, children."""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from epollref.trace.calls import EpollCtl, Wait
from epollref.trace.items import Call
from epollref.trace.log.coverage import Coverage
from epollref.trace.log.registrations import Registrations

NAMES: Final = 4096
"""Names of calls remembered; a hostile log must not fill the memory."""

FAMILIES: Final = {
    "epoll_ctl": ("epoll_ctl",),
    "epoll_wait": ("epoll_wait", "epoll_pwait", "epoll_pwait2"),
    "read": (
        *("read", "readv", "pread64", "preadv", "preadv2"),
        *("recv", "recvfrom", "recvmsg", "recvmmsg"),
    ),
    "write": (
        *("write", "writev", "pwrite64", "pwritev", "pwritev2"),
        *("send", "sendto", "sendmsg", "sendmmsg", "sendfile", "splice"),
    ),
    "accept": ("accept", "accept4"),
    "close": ("close", "close_range"),
}
"""What an audit needs to see; any call of a family will do."""

_MANY: Final = 100
"""Calls without a failure that look as if failures were left out."""
FEW: Final = 10
"""Calls without a success that look as if successes were left out."""

_RING: Final = re.compile(
    r"io_uring_\w+|syscall_(?:0x1a[9ab]|42[567])", re.ASCII
)
"""Old straces have no names for io_uring's three calls, 425 to 427."""

Look: TypeAlias = Callable[[Call], None]


def _nothing(_call: Call) -> None:
    """Look at a call of which nothing is to be learnt."""


class Survey:
    """Collects what is missing from a log, call by call.

    Args:
        coverage: What is told.
    """

    def __init__(self, coverage: Coverage) -> None:
        self.calls = 0
        """Calls that are over."""
        self.begun_calls = 0
        """Calls of which a line said no more than that they began."""
        self._coverage = coverage
        self._failures = 0
        self._forks = 0
        self._registrations = Registrations(coverage)
        self._looks: dict[str, Look] = {}

    def note(self, call: Call) -> None:
        """Take note of a call that is over."""
        self.calls += 1
        if call.error:
            self._failures += 1
        look = self._looks.get(call.name)
        if look is None:
            look = self._look(call.name)
            if len(self._looks) < NAMES:
                self._looks[call.name] = look
        look(call)

    def begun(self, call: Call | None) -> None:
        """Take note of a call that was entered: an ADD counts already."""
        self.begun_calls += 1
        if isinstance(call, EpollCtl):
            self._registrations.changed(call)

    def finish(self) -> None:
        """Say what is known only at the end of a log."""
        coverage = self._coverage
        coverage.missing_calls = tuple(
            family
            for family, names in FAMILIES.items()
            if not any(name in self._looks for name in names)
        )
        if self._forks and coverage.processes <= 1:
            coverage.hint(
                "the program forked or started threads, and none of their "
                "calls are in the log: record with -f"
            )
        if coverage.only == "successes" or (
            not self._failures and self.calls >= _MANY
        ):
            coverage.hint(
                "no call of the log failed: with -z strace leaves failures "
                "out, and EAGAIN is one"
            )
        if coverage.only == "failures" or (
            self._failures == self.calls and self.calls >= FEW
        ):
            coverage.only = "failures"
            coverage.hint(
                "every call of the log failed: it was recorded with -Z, "
                "and successes are not in it"
            )

    def _look(self, name: str) -> Look:
        """Return what looks at the calls of a name."""
        if _RING.fullmatch(name):
            self._coverage.io_uring = True
            self._coverage.hint(
                "io_uring is in use: it may register watches, read and "
                "write, and no line of the log shows it"
            )
        if name.startswith("epoll"):
            return self._epoll
        if name in ("clone", "clone3", "fork", "vfork"):
            return self._forked
        return _nothing

    def _epoll(self, call: Call) -> None:
        """Look at a call of epoll."""
        if isinstance(call, Wait):
            if call.cut:
                self._coverage.arrays_cut += 1
            if call.ready:
                self._registrations.reported(call)
        elif isinstance(call, EpollCtl):
            self._registrations.changed(call)
        elif call.result is not None and not call.error:
            self._registrations.created(call.result)

    def _forked(self, call: Call) -> None:
        """Look at a call that makes a process or a thread."""
        self._forks += bool(call.result and call.result > 0)
