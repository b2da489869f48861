"""Logs of other tools are refused by name, with what to do instead."""

from collections.abc import Iterator

import pytest

from epollref.trace.log import Log, LogError
from epollref.trace.log.foreign import ENOUGH

FOREIGN = [
    (
        "gVisor",
        "I1213 23:10:51.067050   19894 strace.go:608] [   1:   1] python X "
        "epoll_wait(0x3 anon_inode:[eventpoll], 0x7ec9 {{events=EPOLLIN "
        "data=[0x4, 0x0]}}, 0x1, 0xffffffff) = 1 (0x1) (488.748us)",
        "outside of the sandbox",
    ),
    (
        "Shadow",
        "00:00:01.000000000 [tid 1000] epoll_wait(3, 0x7ffe, 10, -1) = 1",
        "outside of the simulation",
    ),
    (
        "strace -c",
        "% time     seconds  usecs/call     calls    errors syscall",
        "without -c, or with -C",
    ),
    (
        "perf trace",
        "     0.012 ( 0.005 ms): a.out/7 epoll_ctl(epfd: 3, op: ADD, fd: 4)",
        "record the program with strace",
    ),
    (
        "ftrace",
        "  nginx-1234    [001] .... 12345.678901: sys_epoll_wait(epfd: 3)",
        "record the program with strace",
    ),
    (
        "sysdig",
        "103 10:11:12.123456789 0 nginx (1234) > epoll_wait maxevents=512",
        "record the program with strace",
    ),
    (
        "ktrace",
        "  1234 nginx    CALL  kevent(0x3,0,0,0x7fff,0x40,0)",
        "run the program on Linux",
    ),
    ("dtruss", 'read(0x3, "ab\\0", 0x1000)\t\t = 2 0', "on Linux"),
    ("dtruss", "SYSCALL(args) \t\t = return", "on Linux"),
    ("truss", 'read(3,"ab",4096)\t\t\t = 2 (0x2)', "with strace"),
    (
        "truss",
        "read(3,0x7ff,16)\t ERR#35 'Resource unavailable'",
        "with strace",
    ),
    ("truss", "/1:\tread(3, 0x08047, 5)\t= 5", "with strace"),
    ("ltrace", "SYS_epoll_wait(3, 0x7ffd, 64, 0xffffffff) = 1", "with strace"),
    ("ltrace", "epoll_wait@SYS(3, 0x7ffd, 64, -1) = 1", "with strace"),
]


@pytest.mark.parametrize(("tool", "line", "remedy"), FOREIGN)
@pytest.mark.parametrize("prefix", ["", "a first line\n\n"])
def test_a_log_of_another_tool_is_refused(
    tool: str, line: str, remedy: str, prefix: str
) -> None:
    """Does the message say which tool, on which line, and what to do?"""
    texts = [*prefix.splitlines(), line, line]
    log = Log(texts, "app.log")
    place = f"app.log: line {len(texts) - 1}: "
    with pytest.raises(LogError) as refused:
        list(log)
    message = str(refused.value)
    assert message.startswith(place)
    assert f"output of {tool}," in message
    assert remedy in message


@pytest.mark.parametrize(
    ("tool", "line", "remedy"),
    [row for row in FOREIGN if row[0] != "strace -c"],
)
def test_lines_of_another_tool_in_a_log_are_told(
    tool: str, line: str, remedy: str
) -> None:
    """Is a log with a few such lines read, and a hint given?"""
    log = Log([f"close({fd}) = 0" for fd in range(3, 9)] + [line])
    assert [item.line for item in log][:6] == list(range(1, 7))
    [hint] = [hint for hint in log.coverage.hints if tool in hint]
    assert hint.startswith("line 7 is output of")
    assert remedy in hint


def test_a_long_log_of_another_tool_is_not_read_to_its_end() -> None:
    """Is a log of gigabytes refused while it begins?"""
    _, line, _ = FOREIGN[0]
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield line

    with pytest.raises(LogError, match="gVisor"):
        list(Log(endless()))
    assert taken <= ENOUGH + 1


def test_the_summary_behind_a_log_is_no_reason_to_refuse_it() -> None:
    """Is a log of ``strace -C`` read, and its table counted as unread?"""
    log = Log(
        [
            "close(3) = 0",
            "epoll_wait(4,  <unfinished ...>) = ?",
            "% time     seconds  usecs/call     calls    errors syscall",
            "------ ----------- ----------- --------- --------- ------------",
            "100.00    0.718114           1    363839           epoll_wait",
            "------ ----------- ----------- --------- --------- ------------",
            "100.00    0.718114           1    363839           total",
        ]
    )
    assert len(list(log)) == 2
    assert log.coverage.unread == 5
    assert not log.coverage.hints
    reasons = {unread.reason for unread in log.coverage.samples[1:]}
    assert reasons == {"this is the summary that strace -c prints"}
