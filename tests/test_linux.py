"""The kernel you have: do the nine calls say what the kernel says?"""

import errno
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Iterator

import pytest

from epollref.kernel import Kernel, Ready
from epollref.linux import EVENT, MAX_EVENTS, LinuxKernel
from epollref.masks import (
    DATA_MASK,
    EPOLL_CLOEXEC,
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLL_CTL_MOD,
    EPOLLET,
    EPOLLHUP,
    EPOLLIN,
    EPOLLOUT,
    EPOLLRDHUP,
)
from tests.interest import interest_list
from tests.proof.limits import descriptor_limit

pytestmark = pytest.mark.usefixtures("no_descriptor_left")


@pytest.fixture
def kernel() -> Kernel:
    """A LinuxKernel, typed as the seam: mypy checks that it fits."""
    return LinuxKernel()


@pytest.fixture
def epfd(kernel: Kernel) -> Iterator[int]:
    """A fresh instance."""
    fd = kernel.epoll_create1(EPOLL_CLOEXEC)
    yield fd
    kernel.close(fd)


@pytest.fixture
def pair() -> Iterator[tuple[int, int]]:
    """Two ends of a non-blocking unix stream."""
    a, b = socket.socketpair()
    a.setblocking(False)
    b.setblocking(False)
    with a, b:
        yield a.fileno(), b.fileno()


def failing(number: int) -> "pytest.RaisesExc[OSError]":
    """Expect an OSError with one errno."""
    return pytest.raises(OSError, check=lambda error: error.errno == number)


def test_untraced_calls_are_the_system_calls_themselves() -> None:
    """The seam costs nothing where Python has the call already."""
    kernel = LinuxKernel()
    assert kernel.read is os.read
    assert kernel.write is os.write
    assert kernel.close is os.close
    assert kernel.eventfd is os.eventfd


def test_the_event_structure_has_the_size_of_this_machine() -> None:
    """12 bytes where it is packed, 16 elsewhere (A07)."""
    assert EVENT.size == (12 if os.uname().machine == "x86_64" else 16)


def test_cloexec_is_the_only_flag(kernel: Kernel) -> None:
    """epoll_create1 takes 0 or EPOLL_CLOEXEC (A02)."""
    plain = kernel.epoll_create1(0)
    assert os.get_inheritable(plain)
    kernel.close(plain)
    closing = kernel.epoll_create1(EPOLL_CLOEXEC)
    assert not os.get_inheritable(closing)
    kernel.close(closing)
    with failing(errno.EINVAL):
        kernel.epoll_create1(1)


@pytest.mark.parametrize("word", [0, 7, 1 << 32, DATA_MASK, 0x0123456789ABCDEF])
def test_the_data_word_comes_back_whole(
    kernel: Kernel, epfd: int, pair: tuple[int, int], word: int
) -> None:
    """All 64 bits are ours (F13)."""
    kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, pair[0], EPOLLOUT, word)
    assert kernel.epoll_wait(epfd, 8, 0) == [Ready(EPOLLOUT, word)]


def test_fdinfo_shows_what_was_stored(
    kernel: Kernel, epfd: int, pair: tuple[int, int]
) -> None:
    """The interest list of this process says mask and word (N01)."""
    mask = EPOLLIN | EPOLLRDHUP | EPOLLET
    kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, pair[0], mask, 0xABC)
    # ERR and HUP are added.
    assert interest_list(epfd) == {pair[0]: (mask | 0x18, 0xABC)}


@pytest.mark.parametrize(
    ("op", "number"),
    [(EPOLL_CTL_MOD, errno.ENOENT), (EPOLL_CTL_DEL, errno.ENOENT)],
)
def test_what_is_not_in_the_list_cannot_be_changed(
    kernel: Kernel, epfd: int, pair: tuple[int, int], op: int, number: int
) -> None:
    """MOD and DEL of a stranger are ENOENT (B02)."""
    with failing(number):
        kernel.epoll_ctl(epfd, op, pair[0], EPOLLIN)


def test_the_errors_of_ctl_are_the_kernels(
    kernel: Kernel, epfd: int, pair: tuple[int, int]
) -> None:
    """EEXIST, EBADF, EPERM, EINVAL come up as they are (B01-B05)."""
    kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, pair[0], EPOLLIN)
    with failing(errno.EEXIST):
        kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, pair[0], EPOLLIN)
    with failing(errno.EBADF):
        kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, -1, EPOLLIN)
    with failing(errno.EINVAL):
        kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, epfd, EPOLLIN)
    with failing(errno.EINVAL):
        kernel.epoll_ctl(epfd, 99, pair[0], EPOLLIN)
    with open(__file__) as regular, failing(errno.EPERM):
        kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, regular.fileno(), EPOLLIN)


@pytest.mark.parametrize("maxevents", [0, -1, MAX_EVENTS + 1])
def test_maxevents_has_bounds(
    kernel: Kernel, epfd: int, maxevents: int
) -> None:
    """The kernel refuses the count, and no buffer of that size is made."""
    with failing(errno.EINVAL):
        kernel.epoll_wait(epfd, maxevents, 0)


@pytest.mark.parametrize("number", [(1 << 32) + 64, 64 - (1 << 32), 1 << 31])
def test_no_count_and_no_time_is_cut_to_32_bits(
    kernel: Kernel, epfd: int, number: int
) -> None:
    """The kernel would see another count, and write past the buffer."""
    counters = [kernel.eventfd(1, 0) for _ in range(64)]
    for fd in counters:
        kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, fd, EPOLLIN)
    with pytest.raises(OverflowError):
        kernel.epoll_wait(epfd, number, 0)
    with pytest.raises(OverflowError):
        kernel.epoll_wait(epfd, 1, number)
    for fd in counters:
        kernel.close(fd)


def test_a_signal_handler_may_wait_too(kernel: Kernel, epfd: int) -> None:
    """Its records do not get into those of the wait that it interrupts."""
    other = kernel.epoll_create1(EPOLL_CLOEXEC)
    counter = kernel.eventfd(1, 0)
    kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, counter, EPOLLIN, 1)
    kernel.epoll_ctl(other, EPOLL_CTL_ADD, counter, EPOLLIN, 2)
    handled: list[list[Ready]] = []

    def handle(*_: object) -> None:
        handled.append(kernel.epoll_wait(other, 8, 0))

    before = signal.signal(signal.SIGALRM, handle)
    # Some of them end a system call, and those are the ones that matter.
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    try:
        while len(handled) < 100:
            assert kernel.epoll_wait(epfd, 8, 0) == [Ready(EPOLLIN, 1)]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert all(records == [Ready(EPOLLIN, 2)] for records in handled)
    kernel.close(counter)
    kernel.close(other)


def test_a_wait_on_no_instance_fails(
    kernel: Kernel, pair: tuple[int, int]
) -> None:
    """EBADF for a closed number, EINVAL for another file (K11)."""
    with failing(errno.EBADF):
        kernel.epoll_wait(-1, 1, 0)
    with failing(errno.EINVAL):
        kernel.epoll_wait(pair[0], 1, 0)


def test_more_ready_than_maxevents_come_in_turn(
    kernel: Kernel, epfd: int
) -> None:
    """Level-triggered watches rotate (J01)."""
    counters = [kernel.eventfd(1, 0) for _ in range(5)]
    for word, fd in enumerate(counters):
        kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, fd, EPOLLIN, word)
    seen = [
        record.data
        for _ in range(5)
        for record in kernel.epoll_wait(epfd, 2, 0)
    ]
    assert seen == [0, 1, 2, 3, 4, 0, 1, 2, 3, 4]
    for fd in counters:
        kernel.close(fd)


def test_threads_do_not_share_a_buffer(kernel: Kernel) -> None:
    """Each thread waits on its own instance and gets its own records."""
    wrong: list[object] = []

    def many_waits(word: int) -> None:
        epfd = kernel.epoll_create1(EPOLL_CLOEXEC)
        counter = kernel.eventfd(1, 0)
        kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, counter, EPOLLIN, word)
        for _ in range(2_000):
            got = kernel.epoll_wait(epfd, 4, 0)
            if got != [Ready(EPOLLIN, word)]:
                wrong.append(got)
        kernel.close(counter)
        kernel.close(epfd)

    threads = [threading.Thread(target=many_waits, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_accept4_sets_both_flags_at_once(kernel: Kernel) -> None:
    """The new connection is non-blocking and close-on-exec (L32)."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        flags = socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
        fd = kernel.accept4(listener.fileno(), flags)
        assert not os.get_blocking(fd)
        assert not os.get_inheritable(fd)
        kernel.close(fd)
        listener.setblocking(False)
        with failing(errno.EAGAIN):
            kernel.accept4(listener.fileno(), flags)


def test_shutdown_is_seen_by_the_peer(
    kernel: Kernel, epfd: int, pair: tuple[int, int]
) -> None:
    """Shutting the write side gives the peer IN and RDHUP, no HUP (L17)."""
    here, peer = pair
    kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, peer, EPOLLIN | EPOLLRDHUP, 1)
    kernel.shutdown(here, socket.SHUT_WR)
    assert kernel.epoll_wait(epfd, 1, 0) == [Ready(EPOLLIN | EPOLLRDHUP, 1)]
    kernel.shutdown(peer, socket.SHUT_WR)
    ((events, _),) = kernel.epoll_wait(epfd, 1, 0)
    assert events & EPOLLHUP, "both directions are shut"
    with failing(errno.EBADF):
        kernel.shutdown(-1, socket.SHUT_WR)


def test_out_of_descriptors_is_emfile(kernel: Kernel) -> None:
    """create1 reports the limit of the process (A05)."""
    lowest = os.dup(0)
    os.close(lowest)
    with descriptor_limit(lowest), failing(errno.EMFILE):
        kernel.epoll_create1(0)


def test_cpython_and_we_share_one_instance(
    kernel: Kernel, epfd: int, pair: tuple[int, int]
) -> None:
    """What select.epoll registers, our wait returns: same kernel object."""
    theirs = select.epoll.fromfd(os.dup(epfd))
    with theirs:
        theirs.register(pair[0], EPOLLOUT)
        ((events, data),) = kernel.epoll_wait(epfd, 4, 0)
    assert events == EPOLLOUT
    assert data & 0xFFFFFFFF == pair[0], "CPython stores 32 bits of 64"


def test_elsewhere_the_error_is_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not Linux: ENOSYS, and the name of the system."""
    monkeypatch.setattr(sys, "platform", "plan9")
    with pytest.raises(OSError, match=r"epoll is part of Linux.*plan9"):
        LinuxKernel()
