"""A kernel that records: does it change nothing and tell everything?"""

import errno
import os
import signal
import socket
import threading

import pytest

from epollref.epoll import Epoll
from epollref.kernel import Kernel, Ready
from epollref.linux import LinuxKernel
from epollref.masks import (
    EPOLL_CLOEXEC,
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLL_CTL_MOD,
    EPOLLET,
    EPOLLIN,
)
from epollref.trace.calls import (
    Accept,
    Close,
    EpollCreate1,
    EpollCtl,
    EpollWait,
    Eventfd,
    Read,
    Shutdown,
    Write,
)
from epollref.trace.items import Call
from epollref.trace.notation import Notation
from epollref.trace.tracer import TracedKernel

pytestmark = pytest.mark.usefixtures("no_descriptor_left")


@pytest.fixture
def calls() -> list[Call]:
    """A list, which is a sink already."""
    return []


@pytest.fixture
def kernel(calls: list[Call]) -> Kernel:
    """The running kernel, traced into ``calls``."""
    return TracedKernel(LinuxKernel(), calls.append)


def bare(call: Call) -> Call:
    """Return a call without who, when and how long."""
    fields = {
        name: getattr(call, name)
        for cls in type(call).__mro__
        for name in getattr(cls, "__slots__", ())
    }
    assert fields.pop("pid") == threading.get_native_id()
    assert fields.pop("time") > 0
    assert fields.pop("duration") >= 0
    return type(call)(**fields)


def test_each_call_is_told_with_what_it_returned(
    kernel: Kernel, calls: list[Call]
) -> None:
    """Nine calls, each with its arguments and its result."""
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listener.getsockname())
    epfd = kernel.epoll_create1(EPOLL_CLOEXEC)
    fd = kernel.accept4(listener.fileno(), socket.SOCK_NONBLOCK)
    kernel.epoll_ctl(epfd, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLET, data=1 << 63)
    client.sendall(b"ping")
    ready = kernel.epoll_wait(epfd, 8, -1)
    data = kernel.read(fd, 100)
    written = kernel.write(fd, memoryview(b"pong"))
    kernel.shutdown(fd, socket.SHUT_WR)
    kernel.epoll_ctl(epfd, EPOLL_CTL_DEL, fd)
    counter = kernel.eventfd(7, os.EFD_CLOEXEC)
    for each in (counter, fd, epfd):
        kernel.close(each)
    listener.close()
    client.close()

    assert (ready, data, written) == ([Ready(EPOLLIN, 1 << 63)], b"ping", 4)
    assert [bare(call) for call in calls] == [
        EpollCreate1(EPOLL_CLOEXEC, result=epfd),
        Accept(listener_fd(calls), flags=socket.SOCK_NONBLOCK, result=fd),
        EpollCtl(epfd, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLET, 1 << 63),
        EpollWait(epfd, (Ready(EPOLLIN, 1 << 63),), 8, -1, result=1),
        Read(fd, b"ping", 100, result=4),
        Write(fd, b"pong", 4, result=4),
        Shutdown(fd, socket.SHUT_WR),
        EpollCtl(epfd, EPOLL_CTL_DEL, fd),
        Eventfd(7, os.EFD_CLOEXEC, result=counter),
        Close(counter),
        Close(fd),
        Close(epfd),
    ]


def listener_fd(calls: list[Call]) -> int:
    """Return the descriptor that was accepted from."""
    return next(call.fd for call in calls if isinstance(call, Accept))


@pytest.mark.parametrize(
    ("name", "arguments", "number"),
    [
        ("epoll_create1", (0x123,), errno.EINVAL),
        ("epoll_ctl", (-1, EPOLL_CTL_ADD, 0, EPOLLIN), errno.EBADF),
        ("epoll_wait", (-1, 8, 0), errno.EBADF),
        ("accept4", (-1, 0), errno.EBADF),
        ("read", (-1, 8), errno.EBADF),
        ("write", (-1, b"x"), errno.EBADF),
        ("shutdown", (-1, 0), errno.EBADF),
        ("eventfd", (0, 0x123), errno.EINVAL),
        ("close", (-1,), errno.EBADF),
    ],
)
def test_an_error_is_told_and_raised_as_it_is(
    calls: list[Call], name: str, arguments: tuple[object, ...], number: int
) -> None:
    """The very exception of the kernel goes on to the caller."""
    raised: list[OSError] = []

    class Failing(LinuxKernel):
        """A kernel that remembers what it raised."""

    inner = Failing()
    real = getattr(inner, name)

    def remembering(*given: object) -> object:
        try:
            return real(*given)
        except OSError as error:
            raised.append(error)
            raise

    setattr(inner, name, remembering)
    with pytest.raises(OSError) as caught:
        getattr(TracedKernel(inner, calls.append), name)(*arguments)
    assert raised == [caught.value]
    assert caught.value.errno == number
    assert [(call.result, call.error) for call in calls] == [
        (-1, errno.errorcode[number])
    ]


def test_bytes_are_kept_as_far_as_strace_shows_them(
    kernel: Kernel, calls: list[Call]
) -> None:
    """A megabyte in flight is 32 bytes in the list."""
    r, w = os.pipe()
    kernel.write(w, b"x" * 33)
    kernel.read(r, 100)
    kernel.write(w, b"y" * 32)
    os.close(r)
    os.close(w)
    first, second, third = calls
    assert isinstance(first, Write)
    assert isinstance(second, Read)
    assert isinstance(third, Write)
    assert (first.data, first.cut, first.n) == (b"x" * 32, True, 33)
    assert (second.data, second.cut, second.result) == (b"x" * 32, True, 33)
    assert (third.data, third.cut) == (b"y" * 32, False)


def test_numbers_are_told_as_the_kernel_gets_them(
    kernel: Kernel, calls: list[Call]
) -> None:
    """A mask has 32 bits, the data word 64; DEL has neither."""
    with Epoll(kernel=kernel) as epoll:
        counter = kernel.eventfd(0, 0)
        kernel.epoll_ctl(epoll.fileno(), EPOLL_CTL_ADD, counter, -1 << 31, -1)
        kernel.epoll_ctl(epoll.fileno(), EPOLL_CTL_MOD, counter, 1 << 32, 0)
        kernel.epoll_ctl(epoll.fileno(), EPOLL_CTL_DEL, counter, 7, 7)
        kernel.close(counter)
    told = [c for c in calls if isinstance(c, EpollCtl)]
    assert [(c.events, c.data) for c in told] == [
        (EPOLLET, (1 << 64) - 1),
        (0, 0),
        (0, 0),
    ]


def test_a_failed_wait_shows_the_address_of_its_buffer(
    kernel: Kernel, calls: list[Call]
) -> None:
    """strace prints it, so we do; a kernel without one is no obstacle."""
    with pytest.raises(OSError, match="Bad file descriptor"):
        kernel.epoll_wait(-1, 8, 0)
    assert isinstance(calls[0], EpollWait)
    assert calls[0].pointer is not None
    with pytest.raises(OSError, match="Bad file descriptor"):
        TracedKernel(kernel, calls.append).epoll_wait(-1, 8, 0)
    assert isinstance(calls[-1], EpollWait)
    assert calls[-1].pointer is None


def test_a_signal_handler_is_told_after_the_wait_that_it_ended(
    kernel: Kernel, calls: list[Call]
) -> None:
    """Python runs it before the wait has come back to us; strace does not."""
    counter = kernel.eventfd(0, 0)
    previous = signal.signal(
        signal.SIGALRM, lambda *_: kernel.write(counter, b"\1" + bytes(7))
    )
    epoll = Epoll(kernel=kernel)
    epoll.register(counter, EPOLLIN)
    calls.clear()
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    try:
        assert epoll.poll() == [(counter, EPOLLIN)]
    finally:
        signal.signal(signal.SIGALRM, previous)
        epoll.close()
        kernel.close(counter)
    *told, _, _ = [(call.name, call.error) for call in calls]
    # The alarm may be early: then it precedes a wait that nothing ends.
    assert told in (
        [("epoll_wait", "EINTR"), ("write", ""), ("epoll_wait", "")],
        [("write", ""), ("epoll_wait", "")],
    )


def test_a_handler_that_raises_hides_a_result_and_nothing_else(
    calls: list[Call],
) -> None:
    """Ctrl-C in a wait: the call is told with no result, the next as ever."""

    class Interrupted(LinuxKernel):
        """A kernel whose wait ends as Ctrl-C ends it."""

        def epoll_wait(
            self, epfd: int, maxevents: int, timeout_ms: int
        ) -> list[Ready]:
            raise KeyboardInterrupt

    kernel = TracedKernel(Interrupted(), calls.append)
    with pytest.raises(KeyboardInterrupt):
        kernel.epoll_wait(3, 8, -1)
    kernel.close(kernel.eventfd(0, 0))
    names = [call.name for call in calls]
    assert names == ["epoll_wait", "eventfd2", "close"]
    assert calls[0].result is None
    assert Notation().line(calls[0]).endswith("= ?")


def test_threads_are_told_apart(kernel: Kernel, calls: list[Call]) -> None:
    """A call says which thread made it, by strace's number."""
    numbers = []

    def work() -> None:
        numbers.append(threading.get_native_id())
        kernel.close(kernel.eventfd(0, 0))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    kernel.close(kernel.eventfd(0, 0))
    assert [call.pid for call in calls] == numbers * 2 + [os.getpid()] * 2
