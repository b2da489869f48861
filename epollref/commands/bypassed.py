"""Why nothing was traced: what goes past ``select.epoll``.

A trace that is empty looks like a program that made no call.  It may be one;
or its epoll is made in C, or in another process, or it waits by poll(2).
strace sees all of these.
"""

import contextlib
import mmap
import os
import resource
import shlex
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from epollref.commands.streams import note
from epollref.trace.items import Call
from epollref.trace.sinks import Sink

IN_C: Final = {
    "uvloop": "the loop of uvloop is libuv, which calls epoll in C",
    "pyuv": "pyuv is libuv, which calls epoll in C",
    "gevent": "the hub of gevent is libev or libuv, which call epoll in C",
    "pyev": "pyev is libev, which calls epoll in C",
    "rloop": "the loop of rloop calls epoll in Rust",
    "zmq": "the threads of zmq call epoll in C++",
    "grpc": "the threads of grpc call epoll in C++",
}
"""Modules whose epoll no Python code makes, and who makes it."""

ELSE: Final = (
    "it waits by select or poll, in a module that is not written in Python, "
    "or for nothing"
)


@contextlib.contextmanager
def watched(command: Sequence[str]) -> Iterator[Sink]:
    """Watch whether anything is traced; say at the end why nothing was.

    Args:
        command: The words that run the program without us.

    Yields:
        A sink, which remembers that it was told of a call.  Processes that
        the program forks remember in the same place.
    """
    owner, before = os.getpid(), _work_of_children()
    with mmap.mmap(-1, 1) as seen:

        def remember(_: Call) -> None:
            if not seen.closed:  # Python may drop an epoll after all else.
                seen[0] = 1

        yield remember
        # A program that failed has said why; what it would have done is open.
        failed = hasattr(sys, "last_type")
        if not seen[0] and os.getpid() == owner and not failed:
            children = _work_of_children() > before
            text = _explanation(command, children)
            note(text)


def _work_of_children() -> int:
    """Return what grows with each child that has ended (getrusage(2))."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt


def _explanation(command: Sequence[str], children: bool) -> str:
    reasons = [why for name, why in IN_C.items() if name in sys.modules]
    if children:
        reasons.append("the processes that it has started are not traced")
    return (
        "nothing was traced, for the program made no call by way of "
        f"select.epoll: {'; '.join(reasons) or ELSE}. strace sees every call: "
        f"epollref record -- {shlex.join(command)}"
    )
