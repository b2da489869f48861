"""A figure's story, run on the kernel: where do they differ?

The vocabulary is small and named as strace names it, with names in the
place of numbers.  Each name is made by the call that returns it:

    epoll_create1(EPOLL_CLOEXEC) = ep      socketpair([a, b])
    pipe([r, w])                           eventfd2(0) = e
    listener() = l      connect(l) = c     accept4(l) = s
    dup(a) = d          close(a)           reset(c)
    write(a, 10)        read(a, 4) = 4     read(a, 4) = EAGAIN
    drain(a)            fill(a)            shutdown(a, SHUT_WR)
    epoll_ctl(ep, EPOLL_CTL_ADD, a, EPOLLIN|EPOLLET)
    epoll_wait(ep, 8, 0)

`listener`, `connect` and `reset` stand for the few calls that such a
TCP socket takes; `drain` reads and `fill` writes until EAGAIN.

The interest list is read from /proc/self/fdinfo (proc(5)).  Nobody can
look at the ready list, so it is checked by what a wait would take from
it: for every step the story is run afresh up to there, and one more
epoll_wait must return exactly the entries of the figure, in its order.
"""

from __future__ import annotations

import errno
import os
import re
import select
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType

from tests.site.steps import Call, Entry, State, Story

PATIENCE = 5.0
"""Seconds to wait for events that the story says are coming."""

_BITS = [
    "IN", "PRI", "OUT", "ERR", "HUP", "RDNORM", "RDBAND", "WRNORM",
    "WRBAND", "MSG", "RDHUP", "EXCLUSIVE", "ONESHOT", "ET",
]  # fmt: skip
_ALWAYS = select.EPOLLERR | select.EPOLLHUP
_FDINFO = re.compile(r"tfd:\s*(\d+) events:\s*([0-9a-f]+)")


class Kernel:
    """One fresh set of descriptors, and the calls of the vocabulary."""

    def __init__(self) -> None:
        self._fds: dict[str, int] = {}
        self._poller: select.epoll | None = None
        self._watched: dict[int, str] = {}
        self._calls: dict[str, Callable[..., str]] = {
            "epoll_create1": self._create,
            "epoll_ctl": self._ctl,
            "socketpair": self._pair,
            "pipe": self._pipe,
            "eventfd2": lambda _flags: self._keep(os.eventfd(0)),
            "listener": self._listener,
            "connect": self._connect,
            "accept4": self._accept,
            "dup": lambda name: self._keep(os.dup(self._fds[name])),
            "close": self._close,
            "reset": self._reset,
            "read": self._read,
            "write": self._write,
            "drain": self._drain,
            "fill": self._fill,
            "shutdown": self._shutdown,
        }
        self._made = -1
        self._claim = ""

    def __enter__(self) -> Kernel:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._poller is not None:
            self._poller.close()
        for fd in self._fds.values():
            os.close(fd)

    def run(self, call: Call) -> str:
        """Make one call that is no wait.

        Returns:
            Its result as a story would write it: a count, an errno, the
            new name, or nothing.
        """
        self._made = -1
        self._claim = call.result
        try:
            result = self._calls[call.name](*call.args)
        except OSError as error:
            return errno.errorcode[error.errno or 0]
        if self._made >= 0:
            self._fds[call.result] = self._made
            return call.result
        return result

    def wait(self, maxevents: int, seconds: float) -> tuple[Entry, ...]:
        """Wait on the only epoll of the story."""
        if self._poller is None:
            return ()
        return tuple(
            Entry(self._watched[fd], mask_words(events))
            for fd, events in self._poller.poll(seconds, maxevents)
        )

    def interest(self) -> list[Entry]:
        """Read the interest list of the only epoll, sorted by name."""
        if self._poller is None:
            return []
        path = f"/proc/self/fdinfo/{self._poller.fileno()}"
        with open(path) as fdinfo:
            found = _FDINFO.findall(fdinfo.read())
        return sorted(
            (self._entry(int(tfd), int(events, 16)) for tfd, events in found),
            key=lambda entry: entry.name,
        )

    def _entry(self, tfd: int, events: int) -> Entry:
        state: State = "armed" if events & _ALWAYS else "disarmed"
        words = mask_words(events & ~_ALWAYS)
        return Entry(self._watched[tfd], words, state)

    def _keep(self, fd: int) -> str:
        os.set_blocking(fd, False)
        self._made = fd
        return ""

    def _keep_two(self, first: str, second: str, fds: tuple[int, int]) -> str:
        for name, fd in zip((first, second), fds, strict=True):
            os.set_blocking(fd, False)
            self._fds[name.strip("[] ")] = fd
        return ""

    def _create(self, _flags: str) -> str:
        self._poller = select.epoll()
        return self._claim

    def _ctl(self, _ep: str, op: str, name: str, mask: str = "0") -> str:
        if self._poller is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        fd = self._fds[name]
        if op == "EPOLL_CTL_DEL":
            self._poller.unregister(fd)
        elif op == "EPOLL_CTL_ADD":
            self._poller.register(fd, mask_bits(mask))
            self._watched[fd] = name
        else:
            self._poller.modify(fd, mask_bits(mask))
        return ""

    def _pair(self, first: str, second: str) -> str:
        a, b = socket.socketpair()
        return self._keep_two(first, second, (a.detach(), b.detach()))

    def _pipe(self, first: str, second: str) -> str:
        return self._keep_two(first, second, os.pipe())

    def _listener(self) -> str:
        return self._keep(socket.create_server(("127.0.0.1", 0)).detach())

    def _connect(self, name: str) -> str:
        with self._socket(name) as listener:
            address = listener.getsockname()
        return self._keep(socket.create_connection(address).detach())

    def _accept(self, name: str) -> str:
        with self._socket(name) as listener:
            listener.setblocking(False)
            connection, _address = listener.accept()
        return self._keep(connection.detach())

    def _close(self, name: str) -> str:
        os.close(self._fds.pop(name))
        return ""

    def _reset(self, name: str) -> str:
        with self._socket(name) as connection:
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        return self._close(name)

    def _read(self, name: str, count: str) -> str:
        return str(len(os.read(self._fds[name], int(count))))

    def _write(self, name: str, count: str) -> str:
        # Eight bytes that are also the number 1 for an eventfd.
        data = (1).to_bytes(8, "little") * (int(count) // 8 + 1)
        return str(os.write(self._fds[name], data[: int(count)]))

    def _drain(self, name: str) -> str:
        try:
            while os.read(self._fds[name], 65536):
                pass
        except BlockingIOError:
            pass
        return ""

    def _fill(self, name: str) -> str:
        try:
            while os.write(self._fds[name], bytes(65536)):
                pass
        except BlockingIOError:
            pass
        return ""

    def _shutdown(self, name: str, how: str) -> str:
        with self._socket(name) as connection:
            connection.shutdown(getattr(socket, how))
        return ""

    def _socket(self, name: str) -> socket.socket:
        return socket.socket(fileno=os.dup(self._fds[name]))


def mask_words(events: int) -> str:
    """Spell event bits as a story does: `IN|ET`; `0` for none."""
    words = [
        bit for bit in _BITS if events & int(getattr(select, f"EPOLL{bit}"))
    ]
    return "|".join(words) or "0"


def mask_bits(words: str) -> int:
    """Read event bits: `EPOLLIN|EPOLLET` or `IN|ET`."""
    bits = 0
    for word in words.strip("{} ").split("|"):
        if word != "0":
            name = f"EPOLL{word.removeprefix('EPOLL')}"
            bits |= int(getattr(select, name))
    return bits


def differences(story: Story) -> list[str]:
    """Run a story; return what it says that the kernel does not."""
    found: list[str] = []
    with Kernel() as kernel:
        for call in story.setup:
            found += _check_result("setup", call, kernel.run(call))
        for number, step in enumerate(story.steps, start=1):
            place = f"step {number}"
            if step.returns is None:
                found += _check_result(place, step.call, kernel.run(step.call))
            else:
                found += _check_wait(kernel, place, step.call, step.returns)
            claim = sorted(
                (replace(e, mask=_normal(e.mask)) for e in step.interest),
                key=lambda entry: entry.name,
            )
            found += _compare(place, "interest list", claim, kernel.interest())
    for number in range(1, len(story.steps) + 1):
        found += _check_ready(story, number)
    return found


def _check_result(place: str, call: Call, result: str) -> list[str]:
    claim = call.result
    if claim == result or (not claim and not result.isupper()):
        return []
    return [f"{place}: {call}: the kernel says {result or 'nothing'}"]


def _check_wait(
    kernel: Kernel, place: str, call: Call, returns: Sequence[Entry]
) -> list[str]:
    maxevents = int(call.args[1])
    result = kernel.wait(maxevents, PATIENCE if returns else 0)
    claim = [Entry(e.name, _normal(e.mask)) for e in returns]
    return _compare(place, str(call), claim, list(result))


def _check_ready(story: Story, number: int) -> list[str]:
    """Take the ready list after a step out of a fresh run of the story."""
    step = story.steps[number - 1]
    claim = [entry.name for entry in step.ready if entry.state != "stale"]
    with Kernel() as kernel:
        for call in story.setup:
            kernel.run(call)
        for past in story.steps[:number]:
            if past.returns is None:
                kernel.run(past.call)
            else:
                patience = PATIENCE if past.returns else 0
                kernel.wait(int(past.call.args[1]), patience)
        taken = kernel.wait(64, PATIENCE if claim else 0)
        result = [entry.name for entry in taken]
    return _compare(f"step {number}", "ready list", claim, result)


def _normal(mask: str) -> str:
    return mask_words(mask_bits(mask or "0"))


def _compare(
    place: str, what: str, claim: Sequence[object], kernel: Sequence[object]
) -> list[str]:
    if list(claim) == list(kernel):
        return []
    return [
        f"{place}: {what}: the figure says {_list(claim)}, "
        f"the kernel {_list(kernel)}"
    ]


def _list(values: Sequence[object]) -> str:
    parts = [
        f"{value.name} {value.mask} {value.state}"
        if isinstance(value, Entry)
        else str(value)
        for value in values
    ]
    return f"[{', '.join(parts)}]"
