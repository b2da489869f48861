"""One line, one value: nothing that a line says is lost."""

import pytest

from epollref.kernel import Ready
from epollref.masks import EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLLET, EPOLLIN
from epollref.trace.calls import (
    Accept,
    Clone,
    Close,
    Copy,
    EpollCtl,
    EpollPwait2,
    EpollWait,
    Fcntl,
    Pipe,
    Read,
    Shutdown,
    Socket,
    Socketpair,
    Timespec,
    Write,
)
from epollref.trace.items import (
    Call,
    Item,
    OtherCall,
)
from epollref.trace.log import Log


def read(*texts: str) -> list[Item]:
    """Read lines, of which none may be left over."""
    log = Log(texts)
    items = list(log)
    assert not log.coverage.samples
    return items


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "epoll_ctl(3<anon_inode:[eventpoll]>, EPOLL_CTL_ADD, "
            "4<UNIX-STREAM:[575740->575741]>, {events=EPOLLIN|EPOLLET, "
            "data={u32=4, u64=4}}) = 0 <0.000011>",
            EpollCtl(
                3,
                EPOLL_CTL_ADD,
                4,
                EPOLLIN | EPOLLET,
                4,
                epoll_file="anon_inode:[eventpoll]",
                file="UNIX-STREAM:[575740->575741]",
                duration=0.000011,
                line=1,
            ),
        ),
        (
            "epoll_ctl(4, EPOLL_CTL_DEL, 6, 0x7ffedcc95190) = 0",
            EpollCtl(4, EPOLL_CTL_DEL, 6, 0, 0, 0x7FFEDCC95190, line=1),
        ),
        (
            "epoll_wait(4, [...], 64, -1)            = 1",
            EpollWait(4, (), 64, -1, cut=True, result=1, line=1),
        ),
        (
            "epoll_pwait2(4, [{events=EPOLLIN, data=0}], 8, "
            "{tv_sec=1, tv_nsec=5}, NULL, 8) = 1",
            EpollPwait2(
                4, (Ready(EPOLLIN, 0),), 8, Timespec(1, 5), result=1, line=1
            ),
        ),
        (
            'read(6, "\\0001\\177\\r\\"", 8)           = 5',
            Read(6, b'\x001\x7f\r"', 8, result=5, line=1),
        ),
        (
            'recvfrom(4, "abc"..., 64, MSG_PEEK, NULL, NULL) = 50',
            Read(
                4,
                b"abc",
                64,
                cut=True,
                rest="MSG_PEEK, NULL, NULL",
                name="recvfrom",
                result=50,
                line=1,
            ),
        ),
        (
            'writev(5, [{iov_base="12", iov_len=2}, '
            '{iov_base="3"..., iov_len=40}], 2) = 42',
            Write(
                5,
                None,
                42,
                rest='[{iov_base="12", iov_len=2}, '
                '{iov_base="3"..., iov_len=40}], 2',
                name="writev",
                result=42,
                line=1,
            ),
        ),
        (
            "read(999, 0x7f73502c62d0, 3) = -1 EBADF (Bad file descriptor)",
            Read(
                999,
                None,
                3,
                pointer=0x7F73502C62D0,
                result=-1,
                error="EBADF",
                line=1,
            ),
        ),
        (
            "accept4(7<TCP:[127.0.0.1:42393]>, {sa_family=AF_INET, "
            'sin_port=htons(5), sin_addr=inet_addr("127.0.0.1")}, [16], '
            "SOCK_CLOEXEC) = 9<TCP:[127.0.0.1:42393->127.0.0.1:5]>",
            Accept(
                7,
                "{sa_family=AF_INET, sin_port=htons(5), "
                'sin_addr=inet_addr("127.0.0.1")}',
                "[16]",
                0o2000000,
                file="TCP:[127.0.0.1:42393]",
                made="TCP:[127.0.0.1:42393->127.0.0.1:5]",
                result=9,
                line=1,
            ),
        ),
        (
            "close(15</tmp/we\\74ird\\76) = 5 x>) = 0",
            Close(15, file="/tmp/we\\74ird\\76) = 5 x", line=1),
        ),
        (
            "close(14</dev/null<char 1:3>>)          = 0",
            Close(14, file="/dev/null<char 1:3>", line=1),
        ),
        ("shutdown(8, 1 /* send */)  = 0", Shutdown(8, 1, line=1)),
        (
            "fcntl(4, F_GETFL) = 0x802 (flags O_RDWR|O_NONBLOCK)",
            Fcntl(
                4,
                "F_GETFL",
                result=0x802,
                note="flags O_RDWR|O_NONBLOCK",
                line=1,
            ),
        ),
        (
            "fcntl(4, F_GETFL)                       = 0 (flags O_RDONLY)",
            Fcntl(4, "F_GETFL", note="flags O_RDONLY", line=1),
        ),
        (
            "pipe2([12<pipe:[5]>, 13<pipe:[5]>], O_NONBLOCK) = 0",
            Pipe((12, 13), "O_NONBLOCK", files=("pipe:[5]",) * 2, line=1),
        ),
        (
            "socketpair(AF_UNIX, SOCK_STREAM, 0, NULL) "
            "= -1 EFAULT (Bad address)",
            Socketpair(
                "AF_UNIX",
                "SOCK_STREAM",
                "0",
                None,
                pointer=0,
                result=-1,
                error="EFAULT",
                line=1,
            ),
        ),
        (
            "sendfile(5<TCP:[1]>, 9</srv/x>, [0] => [6], 6) = 6",
            Copy(
                9,
                5,
                6,
                "5<TCP:[1]>, 9</srv/x>, [0] => [6], 6",
                result=6,
                line=1,
            ),
        ),
        (
            "epoll_wait(4, 0x7ffe, 8, -1) = ? ERESTARTSYS "
            "(To be restarted if SA_RESTART is set)",
            EpollWait(
                4,
                (),
                8,
                -1,
                pointer=0x7FFE,
                result=None,
                error="ERESTARTSYS",
                line=1,
            ),
        ),
        (
            "close(5) = -1 EIO (Input/output error) (INJECTED) <0.000003>",
            Close(
                5,
                result=-1,
                error="EIO",
                injected=True,
                duration=0.000003,
                line=1,
            ),
        ),
        (
            "socket(AF_INET, 0x9 /* SOCK_??? */, IPPROTO_IP) "
            "= -1 EINVAL (Invalid argument)",
            Socket(
                "AF_INET",
                "0x9 /* SOCK_??? */",
                "IPPROTO_IP",
                result=-1,
                error="EINVAL",
                line=1,
            ),
        ),
        (
            "close(5) = 0 (INJECTED)",
            Close(5, injected=True, line=1),
        ),
        (
            "futex(0x7f, FUTEX_WAIT, 0, {tv_sec=1, tv_nsec=0}) = 0 (Timeout)",
            OtherCall(
                "0x7f, FUTEX_WAIT, 0, {tv_sec=1, tv_nsec=0}",
                name="futex",
                note="Timeout",
                line=1,
            ),
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_line_becomes_a_value(line: str, expected: Call) -> None:
    """Is nothing that a line says lost?"""
    assert read(line) == [expected]


def test_a_clone_says_what_is_shared() -> None:
    """Thread or process?"""
    thread, process = read(
        "clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD, stack_size=0x7f}"
        " => {parent_tid=[7]}, 88) = 7",
        "clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = 8",
    )
    assert isinstance(thread, Clone)
    assert thread.thread
    assert thread.shares_files
    assert isinstance(process, Clone)
    assert not process.thread
    assert process.flags == "CLONE_CHILD_SETTID|SIGCHLD"
