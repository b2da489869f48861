"""Makes calls of every family, so that strace prints them; no test.

    strace -o LOG python -m tests.trace.every_call

Some succeed and some fail; nothing is asserted, the log is what counts.
"""

import contextlib
import ctypes
import fcntl
import os
import select
import signal
import socket
import struct
import tempfile
import termios

LIBC = ctypes.CDLL(None, use_errno=True)
SOON = (ctypes.c_long * 2)(0, 1)
ONCE = (ctypes.c_long * 4)(0, 0, 1, 5)
NONBLOCK = os.O_NONBLOCK
BOTH = os.O_NONBLOCK | os.O_CLOEXEC


def sockets() -> None:
    """Make them, connect them, send vectors, fail to read."""
    one, other = socket.socketpair()
    one.sendmsg([b"abc", b'"{NULL, 5}'])
    other.recvmsg(64, 64)
    os.writev(one.fileno(), [b"q\0001", b"]"])
    os.readv(other.fileno(), [bytearray(4), bytearray(16)])
    other.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        other.recvmsg(64)
    with contextlib.suppress(BlockingIOError):
        os.readv(other.fileno(), [bytearray(4)])
    fcntl.ioctl(one, termios.FIONBIO, struct.pack("i", 1))
    LIBC.socketpair(77, 99, 5, None)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        accepted, _ = listener.accept()
        LIBC.accept4(listener.fileno(), None, None, 1)
        client.send(b"y", socket.MSG_NOSIGNAL)
        accepted.recvfrom(5)
        client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        client.shutdown(socket.SHUT_WR)
        LIBC.shutdown(client.fileno(), 9)
    LIBC.getsockopt(99, 1, 4, None, None)


def files() -> None:
    """Read and write at an offset, copy, make pipes and copies."""
    reader, writer = os.pipe()
    LIBC.pipe2(None, BOTH)
    LIBC.dup3(reader, 51, os.O_CLOEXEC)
    os.close(os.dup(reader))
    os.dup2(reader, 50)
    fcntl.fcntl(reader, fcntl.F_GETFL)
    fcntl.fcntl(reader, fcntl.F_SETFL, NONBLOCK)
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(b"z" * 100)
        os.pwrite(file.fileno(), b"x", 3)
        os.pread(file.fileno(), 3, 0)
        os.preadv(file.fileno(), [bytearray(3)], 0)
        os.splice(file.fileno(), writer, 10, offset_src=0)
        os.sendfile(writer, file.fileno(), 0, 50)
    LIBC.close_range(60, 70, 0)


def waiting() -> None:
    """Make counters, timers and signal descriptors; poll and select."""
    epoll = select.epoll(flags=select.EPOLL_CLOEXEC)
    counter = os.eventfd(3, BOTH)
    epoll.register(counter, select.EPOLLIN | select.EPOLLET)
    epoll.poll(0)
    epoll.close()
    timer = LIBC.timerfd_create(1, BOTH)
    LIBC.timerfd_settime(timer, 0, ONCE, None)
    LIBC.timerfd_settime(timer, 1, ONCE, (ctypes.c_long * 4)())
    LIBC.timerfd_settime(999, 0, None, None)
    signals = (ctypes.c_ulong * 16)(1 << signal.SIGCHLD - 1)
    LIBC.signalfd(-1, signals, NONBLOCK)
    LIBC.inotify_init1(BOTH)
    os.close(os.pidfd_open(os.getpid()))
    poll = select.poll()
    poll.register(counter, select.POLLIN | select.POLLOUT)
    poll.poll(0)
    select.select([counter], [counter], [], 0)
    select.select([timer], [], [], 0.001)
    LIBC.ppoll(None, 0, SOON, None)
    LIBC.pselect(0, None, None, None, SOON, None)


def processes() -> None:
    """Make a child, which ends."""
    child = os.fork()
    if not child:
        os._exit(3)
    os.waitpid(child, 0)


if __name__ == "__main__":
    sockets()
    files()
    waiting()
    processes()
