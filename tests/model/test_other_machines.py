"""What the model alone can say: another machine, and a wait without end."""

import array
import dataclasses
import errno
import sys

import pytest

from epollref.masks import EPOLL_CTL_ADD, EPOLLET, EPOLLIN, EPOLLOUT
from epollref.model import DeadlockError, ModelKernel, measure
from tests.model.failing import fails

ADD = EPOLL_CTL_ADD
ONE = (1).to_bytes(8, sys.byteorder)


def test_a_wait_without_end_is_told_not_waited_for() -> None:
    """On the model only: Linux would wait."""
    model = ModelKernel(measure())
    with pytest.raises(DeadlockError):
        model.epoll_wait(model.epoll_create1(0), 1, -1)


@pytest.mark.parametrize(
    ("number_first", "number"), [(True, errno.EINVAL), (False, errno.EBADF)]
)
def test_older_kernels_check_maxevents_first(
    number_first: bool, number: int
) -> None:
    """6.12 does, 6.18 does not: a program cannot rely on either."""
    profile = dataclasses.replace(
        measure(), wait_checks_number_first=number_first
    )
    with fails(number):
        ModelKernel(profile).epoll_wait(99, 0, 0)


def test_an_older_pipe_wakes_without_a_freed_page() -> None:
    """It shows in one place only: where the pipe stands in the list."""
    orders = []
    for wakes in (False, True):
        model = ModelKernel(
            dataclasses.replace(measure(), partial_read_wakes=wakes)
        )
        epfd, (r, w) = model.epoll_create1(0), model.pipe()
        with fails(errno.EAGAIN):
            while True:
                model.write(w, bytes(4096))
        model.epoll_ctl(epfd, ADD, w, EPOLLOUT | EPOLLET, 1)
        counter = model.eventfd(0, 0)
        model.epoll_ctl(epfd, ADD, counter, EPOLLIN | EPOLLET, 2)
        model.read(r, 1)
        model.write(counter, ONE)
        model.read(r, 4095)
        records = model.epoll_wait(epfd, 8, 0)
        orders.append([record.data for record in records])
    assert orders == [[2, 1], [1, 2]]


@pytest.mark.parametrize("fd", [3, 99])
def test_fewer_than_no_bytes_cannot_be_read(fd: int) -> None:
    """The model must not look for them for ever."""
    model = ModelKernel(measure())
    ours, theirs = model.socketpair()
    model.write(theirs, b"hello")
    assert ours == 3
    with fails(errno.EINVAL):
        model.read(fd, -1)


def test_a_view_of_wider_items_is_written_by_its_bytes() -> None:
    model = ModelKernel(measure())
    counter = model.eventfd(0, 0)
    assert model.write(counter, memoryview(array.array("Q", [5]))) == 8
    assert int.from_bytes(model.read(counter, 8), sys.byteorder) == 5
