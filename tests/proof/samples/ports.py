"""The ports that pages name, and the free ones that stand for them.

A session on a page says 7000, so that it can be read and typed. When it
runs, 7000 to 7009 stand for ports that are free at that moment, and the
output is translated back. A free port has four digits too, so columns
keep their widths. An abstract Unix socket keeps the port for one session
among test processes that run at once; it goes with the process.
"""

import random
import re
import socket
from contextlib import ExitStack
from typing import Self

NAMED = re.compile(r"(?<![\w.])700\d(?!\w)")
FREE = range(7100, 9999)


class Ports:
    """A translation between named ports and free ones."""

    def __init__(self) -> None:
        self._locks = ExitStack()
        self._free: dict[str, str] = {}
        self._choice = random.SystemRandom()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._locks.close()

    def hide(self, command: str) -> str:
        """A command of the page with free ports in it."""
        return NAMED.sub(lambda match: self._stand_in(match[0]), command)

    def show(self, output: str) -> str:
        """Output of the run with the page's ports in it."""
        for named, free in self._free.items():
            output = re.sub(rf"(?<!\d){free}(?!\d)", named, output)
        return output

    def _stand_in(self, named: str) -> str:
        if named not in self._free:
            self._free[named] = str(self._reserve())
        return self._free[named]

    def _reserve(self) -> int:
        while True:
            port = self._choice.choice(FREE)
            lock = socket.socket(socket.AF_UNIX)
            try:
                lock.bind(f"\0epollref-port-{port}")
            except OSError:
                lock.close()
                continue
            self._locks.enter_context(lock)
            if _is_free(port):
                return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
