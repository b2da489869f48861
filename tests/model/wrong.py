"""Models that are wrong on purpose, for the tests of the comparison.

They have a file of their own, because other processes import them by name.
"""

import os

from epollref.model import ModelKernel
from epollref.model.profile import Profile


class ForgetfulKernel(ModelKernel):
    """A model that believes a write of 0 to an eventfd to be no event."""

    def write(self, fd: int, data: bytes | memoryview, /) -> int:
        if len(data) == 8 and not any(data) and self.poll(fd):
            return 8
        return super().write(fd, data)


class BrokenKernel(ModelKernel):
    """A model with an error of its own, which no call answers."""

    def dup(self, fd: int) -> int:
        raise LookupError(self._file(fd))


class FatalKernel(ModelKernel):
    """A model that takes its process with it."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        os._exit(3)


class CountingKernel(ModelKernel):
    """A model that counts the answers to poll(2), of all instances."""

    polled = 0

    def poll(self, fd: int) -> int:
        CountingKernel.polled += 1
        return super().poll(fd)
