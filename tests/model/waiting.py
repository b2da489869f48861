"""A counter in an epoll, and what makes it ready."""

import sys

from epollref.masks import EPOLL_CTL_ADD, EPOLLIN
from epollref.model.scripts.kernel import ScriptKernel

ONE = (1).to_bytes(8, sys.byteorder)


def counter_in(kernel: ScriptKernel, epfd: int, mode: int = 0) -> int:
    """Return an eventfd of 0 that is watched for IN, with 7 as its word."""
    counter = kernel.eventfd(0, 0)
    kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, counter, EPOLLIN | mode, 7)
    return counter
