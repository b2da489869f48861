"""Calls in two halves, and who wrote a line without a number."""

from epollref.masks import EPOLL_CTL_ADD, EPOLLIN
from epollref.trace.calls import (
    Clone,
    EpollCtl,
    EpollWait,
    Execve,
    Read,
)
from epollref.trace.items import (
    Begun,
    Exit,
    Item,
    Remark,
    Resumed,
)
from epollref.trace.log import Log


def read(*texts: str) -> list[Item]:
    """Read lines, of which none may be left over."""
    log = Log(texts)
    items = list(log)
    assert not log.coverage.samples
    return items


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


def test_a_call_in_two_halves_has_the_time_of_its_entry() -> None:
    """When was it entered, and how long did it take?"""
    begun, end = read(
        "7 100000000.250000 read(4,  <unfinished ...>",
        '7 100000000.750000 <... read resumed>"x", 1) = 1 <0.500000>',
    )
    assert begun.time == end.time == 100000000.25
    assert isinstance(end, Read)
    assert end.duration == 0.5


def test_the_dead_do_not_end_their_calls() -> None:
    """What if the number of a killed thread is used again?"""
    log = Log(
        [
            "7 read(4,  <unfinished ...>",
            "7 +++ killed by SIGKILL +++",
            '7 <... read resumed>"x", 1) = 1',
        ]
    )
    *_, end = log
    assert isinstance(end, Resumed)
    assert log.coverage.unfinished == 1


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
