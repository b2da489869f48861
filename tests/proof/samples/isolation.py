"""Pages run in one process, and none may spoil the next.

A sample that ends well has closed what it opened: a descriptor that it
leaves is an error. One that fails half-way cannot, so what it left is
closed here, and the limits, signal handlers, timers and the folder that
it changed are put back.
"""

import gc
import os
import signal
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from epollref.proc.descriptors import links
from epollref.proc.process import Process
from tests.proof.limits import descriptor_limit

RESERVE = 3
"""Descriptors that are open while those of a process are listed."""


class LeftOpenError(Exception):
    """A sample left descriptors open; the text names them."""


@contextmanager
def isolated() -> Iterator[None]:
    """Demand that a sample closes what it opens, and put the rest back.

    Raises:
        LeftOpenError: a descriptor is open that was not open before.
    """
    gc.collect()
    # /proc cannot be listed without numbers, and a sample may take all.
    reserve = [os.open("/dev/null", os.O_RDONLY) for _ in range(RESERVE)]
    before = _descriptors()
    with descriptor_limit(), _settings_kept():
        try:
            yield
        except BaseException as failed:
            _close_all(reserve)
            _forget(failed)
            _close_all(_left(before))
            raise
        _close_all(reserve)
        if left := _left(before):
            _close_all(left)
            names = ", ".join(f"{fd} ({what})" for fd, what in left.items())
            raise LeftOpenError(f"descriptors are left open: {names}")


def _descriptors() -> dict[int, str]:
    with Process() as process:
        return dict(links(process))


def _left(before: dict[int, str]) -> dict[int, str]:
    gc.collect()
    return {
        descriptor: what
        for descriptor, what in _descriptors().items()
        if before.get(descriptor) != what
    }


def _close_all(descriptors: Iterable[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _forget(failed: BaseException) -> None:
    """Let go of the sample's objects, which would close a number later.

    By then it may be the number of another file.
    """
    # doctest wraps what a session raised, and clears its names itself.
    _, _, trace = getattr(
        failed, "exc_info", (None, None, failed.__traceback__)
    )
    traceback.clear_frames(trace)


@contextmanager
def _settings_kept() -> Iterator[None]:
    folder = os.getcwd()
    handlers = {
        number: handler
        for number in signal.valid_signals()
        if (handler := signal.getsignal(number)) is not None
    }
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in handlers.items():
            if signal.getsignal(number) is not handler:
                signal.signal(number, handler)
        os.chdir(folder)
