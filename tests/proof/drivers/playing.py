"""A script on both kernels, and its lines."""

from collections.abc import Sequence

from epollref.model.scripts import (
    Play,
    Script,
    play_on_linux,
    play_on_model,
    read_script,
)
from epollref.model.scripts.format import trace_lines
from epollref.trace.notation import Notation

EVERY_WORD = """
# Every word of scripts
# A remark.

epoll_create1(EPOLL_CLOEXEC) = ep
socketpair(AF_UNIX, SOCK_STREAM, 0, [a, b])

# A note.
epoll_ctl(ep, EPOLL_CTL_ADD, a, {events=EPOLLIN|EPOLLET, data=0x7}) = 0
pipe2([r, w], O_NONBLOCK) = 0
pipe([4711, w2])
eventfd2(0, EFD_NONBLOCK) = e
eventfd(3) = e2
timerfd_create() = t
listener() = l
regular_file() = f
connect(l) = c
accept4(l, NULL, NULL, SOCK_CLOEXEC) = s
accept4(l) = EAGAIN
socket(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK, 0) = u
connect(u, l) = 0
connect(u, l) = -1 EISCONN
tcp_listener() = tl
socket(AF_INET) = ts
connect(ts, tl) = -1 EINPROGRESS
dup(a) = copy
write(b, "hello", 5) = 5
write(e, 8) = 8
poll(e) = POLLIN|POLLOUT
poll(w) = 1
epoll_wait(ep, [{events=EPOLLIN, data=0x7}], 8, 0) = 1
epoll_wait(ep, 8, 0) = 0
epoll_ctl(ep, EPOLL_CTL_MOD, a, {events=EPOLLIN, data={u32=9, u64=9}})
epoll_wait(ep, ..., 8, 0) = 1
fdinfo(ep) = 1
read(a, "he"..., 100) = 5
drain(a) = EAGAIN
fill(b) = -1 EAGAIN (Resource temporarily unavailable)
timerfd_settime(t, expired)
timerfd_settime(t, stopped)
read(t, 8) = EAGAIN
shutdown(b, SHUT_WR)
epoll_ctl(ep, EPOLL_CTL_DEL, a) = 0
epoll_ctl(ep, EPOLL_CTL_ADD, f, EPOLLIN) = EPERM
epoll_ctl(99, EPOLL_CTL_DEL, a, NULL) = -1 EBADF
close(copy) = 0
drain(a) = 0
read(f, 10) = 0
"""


def on_both(text: str) -> list[Play]:
    return play_on_both(read_script(text))


def play_on_both(script: Script) -> list[Play]:
    return [play_on_model(script), play_on_linux(script)]


def written(plays: Sequence[Play], lists: bool = True) -> list[str]:
    return list(trace_lines(plays, Notation(dialect="6.13"), lists))
