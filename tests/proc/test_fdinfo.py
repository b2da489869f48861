"""What each kind of file says of itself."""

import ctypes
import errno
import os
import select
import signal
import socket
from pathlib import Path

import pytest

from epollref.proc.fdinfo import (
    EventfdInfo,
    Info,
    InotifyInfo,
    IoUringInfo,
    PidfdInfo,
    SignalfdInfo,
    TimerfdInfo,
    info_of,
    parse_info,
)
from epollref.proc.process import Process
from tests.proc.children import child

LIBC = ctypes.CDLL(None, use_errno=True)
CLOCK_MONOTONIC = 1

RING = """
pos:\t0
flags:\t02000002
mnt_id:\t15
ino:\t1057
SqMask:\t0x7
SqHead:\t3
SqTail:\t5
CachedSqHead:\t3
CqMask:\t0xf
CqHead:\t2
CqTail:\t3
CachedCqTail:\t3
SQEs:\t2
    3: opcode:EPOLL_CTL, fd:4, flags:0, off:0, addr:0x1, user_data:1
    4: opcode:RECV, fd:-1, flags:0, off:0, addr:0x1, user_data:2
CQEs:\t1
    2: user_data:9, res:0, flags:0
SqThread:\t-1
SqThreadCpu:\t-1
UserFiles:\t2
    0: socket:[99]
    1: a b
UserBufs:\t1
    0: 0x7f00/4096
PollList:
  op=6, task_works=0
  op=29, task_works=0
CqOverflowList:
  user_data=1, res=0, flags=0
"""
"""As io_uring_show_fdinfo prints it (io_uring/fdinfo.c of Linux 6.1)."""


def info(fd: int) -> Info | None:
    """Return what is said of a descriptor of ours, and close it."""
    with Process() as process:
        found = info_of(process, fd)
    os.close(fd)
    return found


def made(fd: int) -> int:
    """Pass on a descriptor from libc, or fail."""
    assert fd >= 0, os.strerror(ctypes.get_errno())
    return fd


@pytest.mark.parametrize("count", [0, 9, 16, 255, (1 << 64) - 2])
def test_the_counter_of_an_eventfd_is_hexadecimal(count: int) -> None:
    fd = os.eventfd(0)
    if count:
        os.eventfd_write(fd, count)
    found = info(fd)
    assert isinstance(found, EventfdInfo)
    assert found.count == count


def test_a_semaphore_is_told_where_the_kernel_tells_it() -> None:
    found = info(os.eventfd(1, os.EFD_SEMAPHORE))
    assert isinstance(found, EventfdInfo)
    assert found.semaphore in (True, None)
    assert parse_info("eventfd-count: 1\neventfd-semaphore: 0\n") == (
        EventfdInfo(1, semaphore=False)
    )


def test_a_timer_tells_its_clock_and_what_is_left() -> None:
    """Armed, expired and not read, idle."""
    times = ctypes.c_long * 4
    fd = made(LIBC.timerfd_create(CLOCK_MONOTONIC, os.O_CLOEXEC))
    with Process() as process:
        assert info_of(process, fd) == TimerfdInfo(1, 0, 0.0, 0.0)
        LIBC.timerfd_settime(fd, 0, times(5, 0, 1000, 0), None)
        found = info_of(process, fd)
        assert isinstance(found, TimerfdInfo)
        assert found.interval == 5.0
        assert 0 < found.left <= 1000
        LIBC.timerfd_settime(fd, 0, times(0, 0, 0, 1), None)
        select.select([fd], [], [])
        found = info_of(process, fd)
        assert isinstance(found, TimerfdInfo)
        assert (found.expirations, found.left) == (1, 0.0)
    os.close(fd)


def test_a_signalfd_tells_its_signals() -> None:
    """Number 1 is the lowest bit, number 64 the highest."""
    mask = 1 << signal.SIGHUP - 1 | 1 << signal.SIGTERM - 1 | 1 << 63
    found = info(
        made(LIBC.signalfd(-1, mask.to_bytes(128, "little"), os.O_CLOEXEC))
    )
    assert found == SignalfdInfo((signal.SIGHUP, signal.SIGTERM, 64))


def test_an_inotify_tells_what_it_watches(tmp_path: Path) -> None:
    fd = made(LIBC.inotify_init1(os.O_CLOEXEC))
    for name, mask in ((b".", 0x2), (os.fsencode(tmp_path), 0x100)):
        made(LIBC.inotify_add_watch(fd, name, mask))
    found = info(fd)
    assert isinstance(found, InotifyInfo)
    assert sorted(found.watches) == [
        (1, Path().stat().st_ino, 0x2),
        (2, tmp_path.stat().st_ino, 0x100),
    ]


def test_a_pidfd_tells_its_process() -> None:
    """Until that has ended and was waited for."""
    with child("") as (pid, _):
        fd = os.pidfd_open(pid)
    with Process() as process:
        assert info_of(process, fd) == PidfdInfo(-1)
    os.close(fd)
    assert info(os.pidfd_open(os.getpid())) == PidfdInfo(os.getpid())


def test_a_ring_tells_what_strace_cannot_show() -> None:
    """Registered files, and requests that wait."""
    assert parse_info(RING) == IoUringInfo(
        submitted=5,
        waiting=2,
        completions=1,
        files=((0, "socket:[99]"), (1, "a b")),
        polled=(6, 29),
        pending=(("EPOLL_CTL", 4), ("RECV", -1)),
    )


def test_a_ring_of_the_running_kernel_is_read() -> None:
    """Where it has io_uring and lets us: some machines switch it off."""
    fd = LIBC.syscall(425, 8, ctypes.create_string_buffer(120))
    if fd < 0:
        assert ctypes.get_errno() in (errno.ENOSYS, errno.EPERM)
        return
    found = info(fd)
    assert isinstance(found, IoUringInfo)
    assert (found.submitted, found.waiting, found.completions) == (0, 0, 0)


def test_other_files_have_nothing_of_their_own() -> None:
    """Nor has an epoll here: its list has a reader of its own."""
    assert info(os.open("/dev/null", os.O_RDONLY)) is None
    assert info(socket.socket().detach()) is None
    with select.epoll() as epoll, Process() as process:
        assert info_of(process, epoll.fileno()) is None
