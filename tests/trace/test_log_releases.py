"""What releases of strace print differently is read as the same call.

The lines are in the forms that ``desc.c``, ``net.c``, ``io.c``, ``time.c``
and ``signal.c`` of strace 4.5.18 to 4.11 print, and their successors.
"""

import pytest

from epollref.masks import (
    EPOLL_CLOEXEC,
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLLERR,
    EPOLLET,
    EPOLLIN,
    EPOLLRDHUP,
)
from epollref.trace.calls import (
    Accept,
    Call,
    Close,
    Connect,
    Copy,
    Dup,
    EpollCreate,
    EpollCreate1,
    EpollCtl,
    EpollPwait2,
    EpollWait,
    Eventfd,
    ExitCall,
    Getsockopt,
    Ioctl,
    Listen,
    OtherCall,
    Pipe,
    Poll,
    Polled,
    Ppoll,
    Read,
    Select,
    Shutdown,
    Signalfd,
    Socket,
    Socketpair,
    TimerfdCreate,
    TimerfdSettime,
    Timespec,
    Write,
)
from epollref.trace.calls.parts import UNKNOWN
from epollref.trace.style import Style
from tests.trace.one_call import read

SOCK_NONBLOCK = 0o4000
BOTH = EPOLL_CLOEXEC | SOCK_NONBLOCK

CALLS: list[tuple[str, Call]] = [
    ("epoll_create(4294967295)", EpollCreate(-1)),
    ("epoll_create1(O_CLOEXEC)", EpollCreate1(EPOLL_CLOEXEC)),
    ("epoll_create1(EPOLL_CLOEXEC|EPOLL_NONBLOCK)", EpollCreate1(BOTH)),
    (
        "epoll_ctl(6, EPOLL_CTL_ADD, 8, "
        "{EPOLLIN|EPOLLERR|EPOLLET|0x2000, {u32=8, u64=8}})",
        EpollCtl(
            6, EPOLL_CTL_ADD, 8, EPOLLIN | EPOLLERR | EPOLLET | EPOLLRDHUP, 8
        ),
    ),
    ("epoll_ctl(3, EPOLL_CTL_DEL, 5, NULL)", EpollCtl(3, EPOLL_CTL_DEL, 5)),
    ("epoll_ctl(3, EPOLL_CTL_DEL, 5, {...})", EpollCtl(3, EPOLL_CTL_DEL, 5)),
    (
        "epoll_ctl(3, EPOLL_CTL_DEL, 5, 7fffaa20e118)",
        EpollCtl(3, EPOLL_CTL_DEL, 5, pointer=0x7FFFAA20E118),
    ),
    (
        "epoll_ctl(3, EPOLL_CTL_DEL, 5, {EPOLLIN, {u32=9, u64=9}})",
        EpollCtl(3, EPOLL_CTL_DEL, 5, EPOLLIN, 9),
    ),
    (
        "epoll_ctl(4294967295, EPOLL_CTL_DEL, 4294967295, NULL)",
        EpollCtl(-1, EPOLL_CTL_DEL, -1),
    ),
    (
        "epoll_ctl(3, EPOLL_CTL_ADD, 5, {...})",
        EpollCtl(3, EPOLL_CTL_ADD, 5, pointer=UNKNOWN),
    ),
    (
        "epoll_wait(3, 7fff4a995380, 64, -1)",
        EpollWait(3, (), 64, -1, pointer=0x7FFF4A995380),
    ),
    (
        "epoll_wait(3, 985f4f0, 32, -1)",
        EpollWait(3, (), 32, -1, pointer=0x985F4F0),
    ),
    (
        "epoll_pwait2(4, 7ffe, 8, {1, 5}, NULL, 8)",
        EpollPwait2(4, (), 8, Timespec(1, 5), pointer=0x7FFE),
    ),
    (
        "accept4(10, 0, NULL, SOCK_CLOEXEC|SOCK_NONBLOCK)",
        Accept(10, flags=BOTH),
    ),
    ("accept4(10, NULL, NULL, O_NONBLOCK)", Accept(10, flags=SOCK_NONBLOCK)),
    ("accept(3, 0, NULL)", Accept(3, name="accept")),
    (
        "accept(3, 0x2487964, [110])",
        Accept(3, "0x2487964", "[110]", name="accept"),
    ),
    (
        "accept4(5, {sa_family=AF_INET, sin_port=htons(5)}, [128->16], 0)",
        Accept(5, "{sa_family=AF_INET, sin_port=htons(5)}", "[128->16]"),
    ),
    ("accept(4, {...}, 0x7ffe)", Accept(4, "{...}", "0x7ffe", name="accept")),
    ("eventfd2(0, O_NONBLOCK|O_CLOEXEC)", Eventfd(0, BOTH)),
    ("eventfd2(0, EFD_CLOEXEC|EFD_NONBLOCK)", Eventfd(0, BOTH)),
    ("eventfd2(0, O_CLOEXEC|0x1)", Eventfd(0, EPOLL_CLOEXEC | 1)),
    ("eventfd(7)", Eventfd(7, name="eventfd")),
    ("dup3(3, 4, O_CLOEXEC)", Dup(3, 4, "O_CLOEXEC", name="dup3")),
    ("close(4294967295)", Close(-1)),
    ("listen(3, 4294967295)", Listen(3, -1)),
    ("shutdown(8, 1 /* send */)", Shutdown(8, 1)),
    ("shutdown(8, 2 /* send and receive */)", Shutdown(8, 2)),
    ("shutdown(8, SHUT_RDWR)", Shutdown(8, 2)),
    (
        "socket(PF_INET, SOCK_STREAM|0x80000, IPPROTO_IP)",
        Socket("PF_INET", "SOCK_STREAM|0x80000", "IPPROTO_IP"),
    ),
    (
        "socketpair(PF_FILE, SOCK_STREAM, 0, [3, 4])",
        Socketpair("PF_FILE", "SOCK_STREAM", "0", (3, 4)),
    ),
    ("pipe([3, 4])", Pipe((3, 4), name="pipe")),
    ("pipe([...])", Pipe(name="pipe")),
    ("pipe2(0x7ffe, O_CLOEXEC)", Pipe(None, "O_CLOEXEC", pointer=0x7FFE)),
    (
        'connect(3, {sa_family=AF_FILE, path="/run/s"}, 110)',
        Connect(3, '{sa_family=AF_FILE, path="/run/s"}', 110),
    ),
    (
        "ioctl(4, VIDIOC_QBUF or VT_SETACTIVATE, 0x7fff)",
        Ioctl(4, "VIDIOC_QBUF or VT_SETACTIVATE", "0x7fff"),
    ),
    (
        "ioctl(4, _IOC(_IOC_READ, 0x54, 0x1, 0x4), 0x7fff)",
        Ioctl(4, "_IOC(_IOC_READ, 0x54, 0x1, 0x4)", "0x7fff"),
    ),
    (
        "getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4])",
        Getsockopt(3, "SOL_SOCKET", "SO_ERROR", "[0]", "[4]"),
    ),
    (
        "getsockopt(3, SOL_SOCKET, SO_ERROR, 0x7ffe, 0x7ff0)",
        Getsockopt(3, "SOL_SOCKET", "SO_ERROR", "0x7ffe", "0x7ff0"),
    ),
    (
        "timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC|TFD_NONBLOCK)",
        TimerfdCreate("CLOCK_REALTIME", "TFD_CLOEXEC|TFD_NONBLOCK"),
    ),
    (
        "timerfd_settime(9, 0, {it_interval={0, 0}, it_value={4, 5}}, NULL)",
        TimerfdSettime(9, limit=Timespec(4, 5)),
    ),
    (
        "timerfd_settime(9, 0, {it_interval={tv_sec=0, tv_nsec=0}, "
        "it_value={tv_sec=4, tv_nsec=5}}, NULL)",
        TimerfdSettime(9, limit=Timespec(4, 5)),
    ),
    ("signalfd(4294967295, [CHLD]8)", Signalfd(-1, "[CHLD]", name="signalfd")),
    (
        "signalfd4(-1, [CHLD], 8, O_NONBLOCK)",
        Signalfd(-1, "[CHLD]", 8, "O_NONBLOCK"),
    ),
    (
        "poll([{fd=3, events=POLLIN|POLLPRI}, {fd=-1}], 2, INFTIM)",
        Poll((Polled(3, "POLLIN|POLLPRI"), Polled(-1)), 2, -1),
    ),
    ("poll([{fd=3, events=0}], 1, 4294967295)", Poll((Polled(3),), 1, -1)),
    ("poll(0, 0, 5)", Poll((), 0, 5, pointer=0)),
    (
        "poll([{fd=3</a>(deleted), events=POLLIN}], 1, 0)",
        Poll((Polled(3, "POLLIN", "/a"),), 1, 0),
    ),
    (
        "ppoll([{fd=3, events=0}], 1, {1, 5}, NULL, 8)",
        Ppoll((Polled(3),), 1, Timespec(1, 5)),
    ),
    ("ppoll(NULL, 0, NULL, NULL, 0)", Ppoll((), 0, 0, "NULL", 0, pointer=0)),
    (
        "select(5, [4], NULL, [?], {2, 0})",
        Select(5, "[4]", "NULL", "[?]", "{2, 0}"),
    ),
    (
        "pselect6(5, [4 7], NULL, NULL, {10, 0}, {NULL, 8})",
        Select(
            5,
            "[4 7]",
            "NULL",
            "NULL",
            "{10, 0}",
            "{NULL, 8}",
            name="pselect6",
        ),
    ),
    ("_exit(3)", ExitCall(3, name="_exit")),
    ('recv(9, "\\f", 1024, 0)', Read(9, b"\f", 1024, rest="0", name="recv")),
    (
        "recvfrom(4, 0x1f40, 64, 0, 0, 0)",
        Read(4, None, 64, pointer=0x1F40, rest="0, 0, 0", name="recvfrom"),
    ),
    (
        'pwrite(4, "ab", 2, 512)',
        Write(4, b"ab", 2, rest="512", name="pwrite"),
    ),
    (
        "sendfile64(8, 9, NULL, 1400)",
        Copy(9, 8, 1400, "8, 9, NULL, 1400", name="sendfile64"),
    ),
]


@pytest.mark.parametrize(
    ("line", "expected"), CALLS, ids=lambda each: str(each)[:60]
)
def test_a_call_of_any_release_is_read(line: str, expected: Call) -> None:
    """Is it a value of its class, and right?"""
    name = line.partition("(")[0]
    got = read(line)
    assert got == expected
    assert got.name == name


@pytest.mark.parametrize(
    ("line", "expected"), CALLS, ids=lambda each: str(each)[:60]
)
def test_what_was_read_from_an_old_release_is_written_as_now(
    line: str, expected: Call
) -> None:
    """Does the new notation say the same?"""
    again = f"{expected.name}({expected.arguments(Style())})"
    assert read(again) == expected


@pytest.mark.parametrize(
    ("line", "n"),
    [
        ('readv(31, [{"abc", 16}], 1)', 16),
        ('readv(31, [{"abc", 16}, {"", 4}], 2)', 20),
        ('readv(31, [{iov_base="abc", iov_len=16}], 1)', 16),
        ('writev(5, [{"ab\\"c, 9}", 16}, {NULL, 0}, {"x"..., 50}], 3)', 66),
        ('writev(5, [{iov_base="iov_len=99", iov_len=10}], 1)', 10),
        ('writev(5, [{iov_base="{NULL, 7}", iov_len=9}], 1)', 9),
        ("readv(5, 0x7ffe, 2)", 0),
        (
            "sendmsg(5, {msg_iov=[{iov_base=[{nlmsg_len=20}, "
            '"\\1"], iov_len=20}], msg_iovlen=1}, 0)',
            20,
        ),
        ("preadv(5, [{iov_base=0x7ffe, iov_len=8}], 1, 512)", 8),
        (
            'recvmsg(3, {msg_name(0)=NULL, msg_iov(1)=[{"abc", 4096}], '
            "msg_controllen=0, msg_flags=MSG_DONTWAIT}, 0)",
            4096,
        ),
        (
            "recvmsg(3, {msg_name={sa_family=AF_INET}, msg_namelen=16, "
            'msg_iov=[{iov_base="abc", iov_len=64}], msg_iovlen=1, '
            "msg_control=[{cmsg_len=20, cmsg_data=[5]}], "
            "msg_controllen=24, msg_flags=0}, MSG_CMSG_CLOEXEC)",
            64,
        ),
        (
            'sendmmsg(3, {{{msg_name(0)=NULL, msg_iov(1)=[{"ab", 2}], '
            "msg_controllen=0, msg_flags=0}, 2}, {{msg_name(0)=NULL, "
            'msg_iov(1)=[{"c", 1}], msg_controllen=0, msg_flags=0}, 1}}, 2, 0)',
            3,
        ),
        (
            "sendmmsg(3, [{msg_hdr={msg_name=NULL, msg_namelen=0, "
            'msg_iov=[{iov_base="ab", iov_len=2}], msg_iovlen=1, '
            "msg_controllen=0, msg_flags=0}, msg_len=2}], 1, 0)",
            2,
        ),
    ],
)
def test_buffers_are_summed_up_in_every_release(line: str, n: int) -> None:
    """How much do several buffers hold?"""
    call = read(line)
    assert isinstance(call, Read | Write)
    assert call.n == n
    assert f"{call.name}({call.arguments(Style())})" == line


def test_what_is_no_argument_list_stays_as_printed() -> None:
    """Is a call that cannot be read kept, but for those of epoll?"""
    assert isinstance(read("close(what)"), OtherCall)
    with pytest.raises(ValueError, match="as strace prints"):
        read("epoll_wait(what)")
