"""Whole logs: the shared ones, the forms of the prefix, who and when."""

from pathlib import Path

import pytest

from epollref.trace.calls import (
    Close,
)
from epollref.trace.items import (
    Begun,
    Exit,
    Item,
    OtherCall,
    Remark,
    Resumed,
    Signal,
    Stopped,
)
from epollref.trace.log import Log, merged
from epollref.trace.log.source import LogError, opened

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


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("shutdown", "3, SHUT_SOME, 17"),
        ("read", '3, "\\450", 3'),
        ("read", '3, "\\u1234", 3'),
        ("close", "99999999999"),
    ],
)
def test_foreign_arguments_are_kept_as_text(name: str, args: str) -> None:
    """Is a call that looks new kept, if it is none of epoll's?"""
    [call] = read(f"{name}({args}) = 0")
    assert call == OtherCall(args, name=name, line=1)


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
