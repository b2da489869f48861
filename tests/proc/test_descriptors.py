"""Descriptors: what each is, how it is open, and those that come and go."""

import os
import signal
import socket
from pathlib import Path

import pytest

from epollref.linux import LinuxKernel
from epollref.proc.descriptors import (
    Descriptor,
    descriptors,
    kind_of,
    links,
)
from epollref.proc.process import Process
from tests.proc.children import child


def by_number(pid: int | None = None) -> dict[int, Descriptor]:
    """Return the descriptors of a process by their numbers."""
    with Process(pid) as process:
        return {each.fd: each for each in descriptors(process)}


@pytest.mark.parametrize(
    ("link", "kind", "inode"),
    [
        ("socket:[7]", "socket", 7),
        ("pipe:[4026]", "pipe", 4026),
        ("anon_inode:[eventpoll]", "epoll", None),
        ("anon_inode:[eventfd]", "eventfd", None),
        ("anon_inode:inotify", "inotify", None),
        ("anon_inode:[io_uring]", "io_uring", None),
        ("anon_inode:[pidfd]", "pidfd", None),
        ("pidfd:[12]", "pidfd", 12),
        ("net:[4026531840]", "net", 4026531840),
        ("/dev/null", "file", None),
        ("/tmp/socket:[7]", "file", None),
        ("/memfd:x (deleted)", "memfd", None),
        ("/a\nb (deleted)", "file", None),
        ("(unreachable)/a", "file", None),
    ],
)
def test_a_link_says_what_a_file_is(
    link: str, kind: str, inode: int | None
) -> None:
    assert kind_of(link) == (kind, inode)


def test_each_kind_is_known_with_its_flags_and_its_inode(
    tmp_path: Path, no_descriptor_left: None
) -> None:
    """As the program has opened it, and fstat(2) numbers it."""
    file = tmp_path / "a file"
    file.write_text("0123456789")
    kernel = LinuxKernel()
    made = {
        "epoll": kernel.epoll_create1(0),
        "eventfd": os.eventfd(1, os.EFD_NONBLOCK),
        "pidfd": os.pidfd_open(os.getpid()),
        "memfd": os.memfd_create("x"),
        "socket": socket.socket().detach(),
        "file": os.open(file, os.O_RDWR | os.O_APPEND),
        "pipe": 0,
    }
    made["pipe"], other = os.pipe2(os.O_NONBLOCK)
    os.read(made["file"], 4)
    try:
        found = by_number()
        for kind, fd in made.items():
            assert found[fd].kind == kind
            assert found[fd].inode == os.fstat(fd).st_ino
            assert found[fd].nonblocking == (not os.get_blocking(fd))
        assert found[made["file"]].link == str(file)
        assert found[made["file"]].position == 4
        flags = found[made["file"]].flags
        assert flags & os.O_ACCMODE == os.O_RDWR
        assert flags & os.O_APPEND
        assert flags & os.O_CLOEXEC
        assert not found[made["epoll"]].flags & os.O_CLOEXEC
    finally:
        for fd in (*made.values(), other):
            os.close(fd)


def test_our_own_hold_is_not_listed(no_descriptor_left: None) -> None:
    """What /proc shows while nobody looks, is what is listed."""
    lowest = os.dup(0)
    os.close(lowest)
    with Process() as process:
        assert process.fileno() == lowest
        assert lowest not in dict(links(process))
        assert lowest not in {each.fd for each in descriptors(process)}


def test_numbers_come_in_their_order() -> None:
    assert [*by_number()] == sorted(by_number())


def test_descriptors_that_are_closed_meanwhile_are_left_out() -> None:
    """A process opens and closes all the time; what stays is always there."""
    busy = """
import os, threading
stays = os.eventfd(0)
print(stays, end="")
def work():
    while True:
        for fd in [os.eventfd(0) for _ in range(20)]:
            os.close(fd)
threading.Thread(target=work, daemon=True).start()
"""
    with child(busy) as (pid, (stays,)):
        for _ in range(200):
            found = by_number(pid)
            assert found[int(stays)].kind == "eventfd"
            assert {each.kind for each in found.values()} >= {"pipe"}


def test_a_process_that_ends_between_two_descriptors_is_gone() -> None:
    """The first part was read, the rest is not made up."""
    with child("") as (pid, _), Process(pid) as process:
        going = descriptors(process)
        assert next(going).fd == 0
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        with pytest.raises(ProcessLookupError):
            list(going)


def test_a_closed_descriptor_is_missing_and_the_process_lives() -> None:
    fd = os.eventfd(0)
    with Process() as process:
        os.close(fd)
        with pytest.raises(FileNotFoundError):
            process.link(f"fd/{fd}")
