"""Interest lists: what was registered, to the bit, and ten thousand of it."""

import os
import select
import socket
from collections.abc import Iterator

import pytest

from epollref.linux import LinuxKernel
from epollref.masks import (
    EPOLL_CTL_ADD,
    EPOLL_CTL_MOD,
    EPOLLET,
    EPOLLEXCLUSIVE,
    EPOLLIN,
    EPOLLONESHOT,
    EPOLLOUT,
    EPOLLRDHUP,
)
from epollref.proc.descriptors import descriptors
from epollref.proc.interest import Registration, interest_list
from epollref.proc.process import Process
from tests.proc.children import child

ALWAYS = select.EPOLLERR | select.EPOLLHUP


@pytest.fixture
def epfd(no_descriptor_left: None) -> Iterator[int]:
    epfd = LinuxKernel().epoll_create1(0)
    yield epfd
    os.close(epfd)


@pytest.fixture
def event(epfd: int) -> Iterator[int]:
    """A descriptor to watch, which is readable."""
    event = os.eventfd(1)
    yield event
    os.close(event)


def listed(epfd: int) -> list[Registration]:
    """Return the interest list of an epoll of this process."""
    with Process() as process:
        return list(interest_list(process, epfd))


@pytest.mark.parametrize(
    "mask",
    [
        EPOLLIN,
        EPOLLIN | EPOLLOUT | EPOLLET,
        EPOLLIN | EPOLLRDHUP | EPOLLONESHOT,
        EPOLLIN | EPOLLEXCLUSIVE,
    ],
)
@pytest.mark.parametrize("word", [0, 10, 0x10, (1 << 64) - 1])
def test_a_registration_is_told_to_the_bit(
    epfd: int, event: int, mask: int, word: int
) -> None:
    """The numbers are hexadecimal, but the descriptor is not."""
    LinuxKernel().epoll_ctl(epfd, EPOLL_CTL_ADD, event, mask, word)
    (found,) = listed(epfd)
    assert (found.fd, found.events) == (event, mask | ALWAYS)
    assert found.data == word
    about = os.fstat(event)
    assert found.inode == about.st_ino
    assert found.armed
    assert not found.parked


def test_a_descriptor_of_two_digits_is_no_hexadecimal(
    epfd: int, event: int
) -> None:
    """10 is ten, and not sixteen."""
    os.dup2(event, 90)
    LinuxKernel().epoll_ctl(epfd, EPOLL_CTL_ADD, 90, EPOLLIN, 0)
    assert listed(epfd)[0].fd == 90
    os.close(90)


def test_a_one_shot_that_has_fired_is_not_armed(epfd: int, event: int) -> None:
    """And MOD arms it; a mask of nothing is parked."""
    kernel, mask = LinuxKernel(), EPOLLIN | EPOLLONESHOT
    kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, event, mask, 0)
    assert listed(epfd)[0].armed
    assert len(kernel.epoll_wait(epfd, 1, 0)) == 1
    (fired,) = listed(epfd)
    assert (fired.armed, fired.events) == (False, EPOLLONESHOT)
    kernel.epoll_ctl(epfd, EPOLL_CTL_MOD, event, mask, 0)
    assert listed(epfd)[0].armed
    kernel.epoll_ctl(epfd, EPOLL_CTL_MOD, event, EPOLLONESHOT, 0)
    (parked,) = listed(epfd)
    assert parked.armed
    assert parked.parked


def test_a_phantom_has_the_inode_of_the_file_that_it_watches(
    epfd: int,
) -> None:
    """Its number leads to another file by now."""
    ours, theirs = socket.socketpair()
    number, kept = ours.fileno(), ours.dup()
    inode = os.fstat(number).st_ino
    LinuxKernel().epoll_ctl(epfd, EPOLL_CTL_ADD, number, EPOLLIN, 0)
    ours.close()
    stranger = os.eventfd(0)
    assert stranger == number
    (found,) = listed(epfd)
    assert (found.fd, found.inode) == (number, inode)
    with Process() as process:
        now = {each.fd: each.inode for each in descriptors(process)}
    assert now[number] != inode
    os.close(stranger)
    kept.close()
    theirs.close()


def test_what_is_no_epoll_has_no_registrations(event: int) -> None:
    assert listed(event) == []


def test_ten_thousand_watches_are_all_told(
    epfd: int, event: int, room_for_descriptors: None
) -> None:
    """Each once, with its own word; the text is read in many pieces."""
    kernel, numbers = LinuxKernel(), []
    for _ in range(10_000):
        number = os.dup(event)
        numbers.append(number)
        kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, number, EPOLLIN, ~number)
    found = {each.fd: each.data for each in listed(epfd)}
    with Process() as process:
        kinds = [each.kind for each in descriptors(process)]
    for number in numbers:
        os.close(number)
    assert found == {number: ~number & (1 << 64) - 1 for number in numbers}
    assert kinds.count("eventfd") >= 10_001


def test_the_list_of_another_process_is_told() -> None:
    code = """
import select, socket
a, b = socket.socketpair()
ep = select.epoll()
ep.register(a, select.EPOLLIN | select.EPOLLET)
print(ep.fileno(), a.fileno(), end="")
"""
    with child(code) as (pid, (epfd, fd)), Process(pid) as process:
        (found,) = interest_list(process, int(epfd))
        inode = process.link(f"fd/{fd}")
    assert found.fd == int(fd)
    assert found.events == EPOLLIN | EPOLLET | ALWAYS
    assert inode == f"socket:[{found.inode}]"
