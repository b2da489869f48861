"""Whole logs: the shared ones, the forms of the prefix, who and when."""

import gzip
import io
from pathlib import Path

import pytest

from epollref.kernel import Ready
from epollref.masks import EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLLET, EPOLLIN
from epollref.trace.calls import (
    Accept,
    Close,
    EpollCtl,
    EpollPwait2,
    EpollWait,
    Read,
    Shutdown,
    Timespec,
    Write,
)
from epollref.trace.calls_descriptors import Copy, Fcntl, Pipe, Socketpair
from epollref.trace.calls_processes import Clone, Execve
from epollref.trace.items import (
    Begun,
    Call,
    Exit,
    Item,
    OtherCall,
    Remark,
    Resumed,
    Signal,
    Stopped,
)
from epollref.trace.log import Log, merged
from epollref.trace.log_source import LONGEST, LogError, lines, opened

DATA = Path(__file__).parent / "data"
LOGS = sorted(DATA.glob("*.strace.gz"))


def read(*texts: str) -> list[Item]:
    """Read lines, of which none may be left over."""
    log = Log(texts)
    items = list(log)
    assert not log.coverage.samples
    return items


def test_the_seven_logs_are_here() -> None:
    """Is the test data whole?"""
    assert len(LOGS) == 7


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.name)
def test_no_line_of_a_real_log_is_left_over(path: Path) -> None:
    """Is each line read, and each call one with a class?"""
    with opened(str(path)) as texts:
        log = Log(texts, str(path))
        items = list(log)
    assert log.coverage.lines > 200
    assert log.coverage.unread == 0
    assert log.coverage.unfinished == 0
    assert not [item for item in items if isinstance(item, OtherCall)]
    assert not [item for item in items if isinstance(item, Resumed)]


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.name)
def test_calls_of_a_thread_end_in_order(path: Path) -> None:
    """Do line numbers and times only grow, thread by thread?"""
    seen: dict[int, tuple[int, float]] = {}
    with opened(str(path)) as texts:
        for item in Log(texts):
            if isinstance(item, Begun):
                continue
            assert item.time is not None
            before = seen.get(item.pid, (0, 0.0))
            assert item.line > before[0]
            assert item.time >= before[1]
            seen[item.pid] = item.line, item.time


@pytest.mark.parametrize(
    ("prefix", "pid", "time"),
    [
        ("", 0, None),
        ("12005 ", 12005, None),
        ("4504  ", 4504, None),
        ("12005<python3> ", 12005, None),
        ("[pid  4504] ", 4504, None),
        ("[pid 12005<python3>] ", 12005, None),
        ("1795455349.367581 ", 0, 1795455349.367581),
        ("25140 1795455349.367581 ", 25140, 1795455349.367581),
        ("17:20:17 ", 0, 62417.0),
        ("17:20:17.122325 ", 0, 62417.122325),
        ("[pid  4504] 17:20:17.5 ", 4504, 62417.5),
        ("     0.000071 ", 0, 0.000071),
        ("22008      0.000123 ", 22008, 0.000123),
        ("17:20:17.500000 (+     0.000844) ", 0, 62417.5),
        ("1795489729.580600 (+     0.001016) ", 0, 1795489729.5806),
        ("[  61] [00007fdc464f1c17] ", 0, None),
        ("12005 17:20:17 [00007fdc464f1c17] ", 12005, 62417.0),
    ],
)
def test_every_prefix_is_read(
    prefix: str, pid: int, time: float | None
) -> None:
    """Who and when, in each form that options give it?"""
    call, signal, gone = read(
        f"{prefix}close(6) = 0",
        f"{prefix}--- SIGALRM {{si_signo=SIGALRM}} ---",
        f"{prefix}+++ exited with 0 +++",
    )
    assert (call.pid, call.time) == (pid, time)
    assert isinstance(call, Close)
    assert isinstance(signal, Signal)
    assert isinstance(gone, Exit)
    assert (signal.pid, gone.pid) == (pid, pid)


def test_time_goes_on_after_midnight() -> None:
    """Does -tt count on, and -r add up?"""
    night = read(
        "23:59:59.5 close(6) = 0",
        "00:00:00.5 close(7) = 0",
        "23:59:59.9 close(8) = -1 EBADF (Bad file descriptor)",
    )
    assert [item.time for item in night] == [86399.5, 86400.5, 172799.9]
    steps = read("     0.500000 close(6) = 0", "     0.250000 close(7) = 0")
    assert [item.time for item in steps] == [0.5, 0.75]


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
            "close(5) = 0 (INJECTED)",
            Close(5, injected=True, line=1),
        ),
        (
            "pselect6(13, [12], NULL, NULL, NULL, NULL) = 0 (Timeout)",
            OtherCall(
                "13, [12], NULL, NULL, NULL, NULL",
                name="pselect6",
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


def test_a_call_that_began_says_what_is_known_already() -> None:
    """Can an auditor apply an ADD at its entry?"""
    begun, event, end = read(
        "7 epoll_ctl(3, EPOLL_CTL_ADD, 4, {events=EPOLLIN, data=0x4}"
        " <unfinished ...>",
        "8 epoll_wait(3, [{events=EPOLLIN, data=0x4}], 8, -1) = 1",
        "7 <... epoll_ctl resumed>) = 0",
    )
    assert isinstance(begun, Begun)
    assert begun.call == EpollCtl(
        3, EPOLL_CTL_ADD, 4, EPOLLIN, 4, pid=7, line=1, result=None
    )
    assert begun.fd == 3
    assert isinstance(event, EpollWait)
    assert end == EpollCtl(
        3, EPOLL_CTL_ADD, 4, EPOLLIN, 4, pid=7, line=3, begun=1
    )


def test_calls_that_never_end_are_told() -> None:
    """What of a killed process, and of a strace that left?"""
    killed, dead, left = read(
        "7 epoll_wait(3,  <unfinished ...>)   = ?",
        "7 +++ killed by SIGKILL (core dumped) +++",
        "8 epoll_wait(3,  <detached ...>",
    )
    assert isinstance(killed, Begun)
    assert (killed.fate, killed.args, killed.fd) == ("killed", "3, ", 3)
    assert dead == Exit(None, "SIGKILL", True, pid=7, line=2)
    assert isinstance(left, Begun)
    assert left.fate == "detached"


def test_a_call_may_be_cut_twice() -> None:
    """What if the process is killed after its second half began?"""
    items = read(
        "7 epoll_wait(3,  <unfinished ...>",
        "8 close(5) = 0",
        "7 <... epoll_wait resumed> <unfinished ...>) = ?",
    )
    assert isinstance(items[2], Begun)
    assert (items[2].fate, items[2].args) == ("killed", "3, ")


def test_an_end_without_a_beginning_is_kept() -> None:
    """What if the log began in the middle?"""
    [end] = read("7 <... accept4 resumed> NULL, NULL, SOCK_NONBLOCK) = 10")
    assert end == Resumed(
        "NULL, NULL, SOCK_NONBLOCK",
        name="accept4",
        result=10,
        pid=7,
        line=1,
    )


def test_calls_without_an_end_are_counted() -> None:
    """Does the coverage say how many calls lack an end?"""
    log = Log(["7 read(4,  <unfinished ...>", "8 read(5,  <unfinished ...>"])
    assert len(list(log)) == 2
    assert log.coverage.unfinished == 2


def test_a_line_that_strace_interrupts_is_put_together() -> None:
    """Is a clone whole, though strace says in it that a child is there?"""
    remark, call, begun, other, end = read(
        "clone3({flags=CLONE_VM, tls=0x7f}strace: Process 29849 attached",
        " => {parent_tid=[29849]}, 88) = 29849",
        "[pid 29807] vfork( <unfinished ...>",
        "[pid 29849] close(3) = 0",
        "[pid 29807] <... vfork resumed>) = 29850",
    )
    assert remark == Remark("strace: Process 29849 attached", line=1)
    assert isinstance(call, Clone)
    assert (call.result, call.line) == (29849, 2)
    assert isinstance(begun, Begun)
    assert other.pid == 29849
    assert isinstance(end, Clone)
    assert end.begun == 3


def test_a_process_without_a_number_stays_one() -> None:
    """Is the first process one process, with and without its number?"""
    log = Log(
        [
            "clone(child_stack=NULL, flags=SIGCHLD"
            "strace: Process 22069 attached",
            ") = 22069",
            "[pid 22008] wait4(-1,  <unfinished ...>",
            "[pid 22069] close(3) = 0",
            "[pid 22069] +++ exited with 0 +++",
            "<... wait4 resumed>[{WIFEXITED(s)}], 0, NULL) = 22069",
            "close(4) = 0",
        ]
    )
    pids = [item.pid for item in log if not isinstance(item, Remark)]
    assert pids == [0, 0, 22069, 22069, 0, 0]
    assert log.processes.main == 22008


def test_the_last_process_needs_no_number() -> None:
    """Who writes when the first process is gone?"""
    *_, last = read(
        "close(3) = 0",
        "strace: Process 8 attached",
        "[pid     7] close(3) = 0",
        "[pid     8] close(3) = 0",
        "[pid     7] +++ exited with 0 +++",
        "close(4) = 0",
    )
    assert last.pid == 8


def test_the_attached_process_is_who_writes() -> None:
    """Whose are the lines of strace -p?"""
    _, call = read("strace: Process 4711 attached", "close(4) = 0")
    assert call.pid == 4711


def test_an_execve_of_a_thread_goes_on_in_the_first() -> None:
    """Is an execve joined although its pid changes?"""
    items = read(
        '8 execve("/bin/true", ["true"], 0x7ffc <pid changed to 7 ...>',
        "7 +++ superseded by execve in pid 8 +++",
        "7 <... execve resumed>) = 0",
    )
    assert items[1] == Exit(superseded_by=8, pid=7, line=2)
    assert isinstance(items[2], Execve)
    assert (items[2].path, items[2].pid) == (b"/bin/true", 7)


def test_what_strace_says_about_itself_is_a_remark() -> None:
    """Are notices and stack frames (-k) told from garbage?"""
    items = read(
        "strace: Process 7 attached with 3 threads",
        "[ Process PID=7 runs in 32 bit mode. ]",
        " > /usr/lib/libc.so.6(__libc_start_main+0x85) [0x27305]",
        "",
        "--- stopped by SIGSTOP ---",
    )
    assert [type(item) for item in items] == [Remark, Remark, Remark, Stopped]


def test_an_unread_line_is_counted_and_reported() -> None:
    """Is garbage reported with its number, and the rest read?"""
    log = Log(
        [
            "close(3) = 0",
            "READY 127.0.0.1 8080",
            "epoll_ctl(3, EPOLL_CTL_ADD, four, {}) = 0",
            "\x00\xff\x80",
            None,
            "epoll_wait(3, [{events=EPOLLFOO, data=0x1}], 8, 0) = 1",
            "close(4) = 0",
        ]
    )
    assert [item.line for item in log] == [1, 7]
    assert log.coverage.lines == 7
    assert log.coverage.unread == 5
    assert [unread.line for unread in log.coverage.samples] == [2, 3, 4, 5, 6]


def test_foreign_arguments_are_kept_as_text() -> None:
    """Is a call that looks new kept, if it is none of epoll's?"""
    [call] = read("shutdown(3, SHUT_SOME, 17) = 0")
    assert call == OtherCall("3, SHUT_SOME, 17", name="shutdown", line=1)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("epoll_ctl(3, 0x1, 4, {events=0x1, data={u32=4, u64=4}}) = 0", "-X"),
        (
            "epoll_ctl(3, 0x1 /* EPOLL_CTL_ADD */, 4, "
            "{events=0x1 /* EPOLLIN */, data={u32=4, u64=4}}) = 0",
            "-X verbose",
        ),
        ("epoll_ctl(0x3, 0x2, 0x4, 0x7ffdcce87d34) = 0", "-e raw"),
        ("epoll_ctl(3, EPOLL_CTL_ADD, 4, 0x7ffdcce87d34) = 0", "-e verbose"),
        ("epoll_ctl(3, 1, 4, 0x00007ffdcce87d34)  = 0", "record with strace"),
        (
            "     0.012 ( 0.005 ms): a.out/7 epoll_ctl(epfd: 3, op: ADD, "
            "fd: 4, event: 0x7ffd) = 0",
            "perf trace",
        ),
    ],
)
def test_logs_that_hide_the_struct_are_refused(line: str, reason: str) -> None:
    """Does the message say which line, and what to do?"""
    log = Log(["close(3) = 0", line], "app.strace")
    with pytest.raises(LogError, match=r"app\.strace: line 2: ") as refused:
        list(log)
    assert reason in str(refused.value)


def test_files_of_ff_are_merged_by_time() -> None:
    """Is the order between threads back, and each call its thread's?"""
    first = Log(["10000000.5 close(3) = 0", "100000002.5 close(4) = 0"], pid=7)
    second = Log(["100000001.5 close(5) = 0"], pid=8)
    assert [item.pid for item in merged([first, second])] == [7, 8, 7]


class TestSource:
    """Where lines come from."""

    def test_pieces_make_lines(self) -> None:
        """Does it matter where a piece ends?"""
        text = b"one\n\ntwo\r\nthr\x85ee"

        class Dripping(io.BytesIO):
            def read1(self, size: int | None = -1, /) -> bytes:
                return self.read(1)

        expected = ["one", "", "two\r", "thr\x85ee"]
        assert list(lines(io.BytesIO(text))) == expected
        assert list(lines(Dripping(text))) == expected

    def test_a_line_without_end_is_not_put_together(self) -> None:
        """Is memory safe from a file that has no newlines?"""
        endless = b"x" * (LONGEST + 10_000_000)
        assert list(lines(io.BytesIO(endless + b"\nclose"))) == [None, "close"]
        assert list(lines(io.BytesIO(endless))) == [None]

    def test_compressed_logs_are_read_as_they_are(self, tmp_path: Path) -> None:
        """Do the first bytes decide, not the name?"""
        path = tmp_path / "log"
        path.write_bytes(gzip.compress(b"close(3) = 0\n"))
        with opened(str(path)) as texts:
            assert list(texts) == ["close(3) = 0"]

    def test_a_damaged_archive_is_an_error(self, tmp_path: Path) -> None:
        """Is the message about the file?"""
        path = tmp_path / "log.gz"
        whole = gzip.compress(b"close(3) = 0\n" * 1000)
        for damaged in (whole[:-20], whole[:12] + b"\xff" * 40 + whole[52:]):
            path.write_bytes(damaged)
            with (
                opened(str(path)) as texts,
                pytest.raises(LogError, match=r"log\.gz: cannot be read"),
            ):
                list(texts)

    def test_a_missing_file_is_an_error(self, tmp_path: Path) -> None:
        """Is the reason the kernel's?"""
        with (
            pytest.raises(LogError, match="No such file or directory"),
            opened(str(tmp_path / "none")),
        ):
            pass

    def test_a_directory_is_an_error(self, tmp_path: Path) -> None:
        """Is a directory refused?"""
        with (
            pytest.raises(LogError, match="Is a directory"),
            opened(str(tmp_path)),
        ):
            pass
