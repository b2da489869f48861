"""Forms in which strace's lines come: each was a line that was not read."""

from typing import NamedTuple

import pytest

from epollref.trace.calls import EpollWait
from epollref.trace.items import Begun, Call, Exit, Item, Remark, Signal
from epollref.trace.log import Log


class Form(NamedTuple):
    """Lines, and what they say."""

    name: str
    lines: list[str]
    says: list[str]


def said(item: Item) -> str:
    """Return the gist of an item."""
    pid = f"{item.pid}:" if item.pid else ""
    if isinstance(item, Call):
        return f"{pid}{item.name}={item.error or item.result}"
    if isinstance(item, Begun):
        return f"{pid}{item.name} {item.fate}"
    if isinstance(item, Exit):
        return f"{pid}exit"
    if isinstance(item, Signal):
        return f"{pid}{item.name}"
    assert isinstance(item, Remark)
    return "remark"


HALF = "7 epoll_wait(3,  <unfinished ...>"
REST = "7 <... epoll_wait resumed>[], 8, 5) = 0"
JOINED = ["7:epoll_wait unfinished", "7:epoll_wait=0"]
HANGS = "25147 1795747774.786746 epoll_wait(4<anon_inode:[eventpoll]>, "

FORMS = [
    Form("halves with CR", [f"{HALF}\r", f"{REST}\r"], JOINED),
    Form("halves with a blank", [f"{HALF} ", f"{REST} "], JOINED),
    Form("halves with a tab", [f"{HALF}\t\r", REST], JOINED),
    Form("an event with CR", ["--- SIGHUP {si_signo=1} ---\r"], ["SIGHUP"]),
    Form("indented", ["    close(3) = 0"], ["close=0"]),
    Form("indented, with pid", ["\t[pid  7] close(3) = 0"], ["7:close=0"]),
    Form("tabs for blanks", ["close(3)\t\t= 0"], ["close=0"]),
    Form("byte order mark", ["\xef\xbb\xbfclose(3) = 0"], ["close=0"]),
    Form("decoded mark", ["\ufeffclose(3) = 0"], ["close=0"]),
    Form("NBSP", ["close(3)\xc2\xa0\xc2\xa0= 0"], ["close=0"]),
    Form("decoded NBSP", ["[pid\xa0\xa07] close(3) = 0"], ["7:close=0"]),
    Form("colours", ["\x1b[01;31mclose\x1b[m(3) = 0"], ["close=0"]),
    Form("syscall times in s", ["close(3) = 0 <0>"], ["close=0"]),
    Form("syscall times in ms", ["close(3) = 0 <0.123>"], ["close=0"]),
    Form("syscall times in ns", ["close(3) = 0 <0.000000123>"], ["close=0"]),
    Form("the log ends in a call", [HANGS], ["25147:epoll_wait unfinished"]),
    Form(
        "a log whose call is interrupted",
        ["epoll_wait(3, ^Cstrace: Process 7 detached", " <detached ...>"],
        ["remark", "epoll_wait detached"],
    ),
    Form(
        "the end of an interrupted log is missing",
        ["epoll_wait(3, strace: Process 7 detached"],
        ["remark", "epoll_wait unfinished"],
    ),
    Form(
        "an old strace is interrupted",
        ["epoll_wait(3, ^C <unfinished ...>", "Process 7 detached"],
        ["epoll_wait unfinished", "remark"],
    ),
    Form(
        "no result to be had",
        ["read(3,  <unfinished ...>) = ? <unavailable>"],
        ["read killed"],
    ),
    Form(
        "numbers in two namespaces",
        ["clone(flags=SIGCHLD) = 9 /* 4711 in strace's PID NS */"],
        ["clone=9"],
    ),
    Form(
        "32 bits, with the process",
        ["[pid  7] [ Process PID=7 runs in 32 bit mode. ]"],
        ["remark"],
    ),
    Form(
        "an old strace cannot attach",
        ["attach: ptrace(PTRACE_ATTACH, 7): Operation not permitted"],
        ["remark"],
    ),
    Form(
        "a frame of -k without its first blank",
        ["> /lib/libc.so.6(epoll_wait+0x57) [0x10e2e7]"],
        ["remark"],
    ),
    Form(
        "a frame of -k from sources",
        [" > /srv/app(main+0x12) /srv/app.c:12"],
        ["remark"],
    ),
    Form(
        "an execve of a thread, on a terminal",
        [
            "epoll_create1(0) = 3",
            "[pid 24] epoll_wait(3,  <unfinished ...>",
            '[pid 25] execve("/bin/true", ["true"], 0x7ffc <unfinished ...>',
            "[pid 24] <... epoll_wait resumed> <unfinished ...>) = ?",
            "+++ superseded by execve in pid 25 +++",
            "<... execve resumed>) = 0",
            "close(4) = 0",
        ],
        [
            "epoll_create1=3",
            "epoll_wait unfinished",
            "25:execve unfinished",
            "epoll_wait killed",
            "exit",
            "execve=0",
            "close=0",
        ],
    ),
]

KNOWN = [
    Form("who in a column", ["4711  close(3) = 0"], ["4711:close=0"]),
    Form("time, seconds", ["12:00:00 close(3) = 0"], ["close=0"]),
    Form("relative time", ["     0.000071 close(3) = 0"], ["close=0"]),
    Form("-n and -i", ["[   3] [00007fdc464f1c17] close(3) = 0"], ["close=0"]),
    Form("no instruction", ["[????????????????] close(3) = 0"], ["close=0"]),
    Form("--decode-pids", ["12<nginx> close(3) = 0"], ["12:close=0"]),
    Form("attached", ["Process 7 attached - interrupt to quit"], ["remark"]),
    Form(
        "halves of an old strace",
        [HALF, "7 <... epoll_wait resumed> [], 8, 5) = 0"],
        JOINED,
    ),
    Form(
        "an end without a beginning",
        ["<... epoll_wait resumed> [], 8, 5) = 0"],
        ["epoll_wait=0"],
    ),
    Form(
        "interrupted, to be restarted",
        [
            "nanosleep({1, 0}, 0x7ffc) = ? "
            "ERESTART_RESTARTBLOCK (Interrupted by signal)",
            "--- SIGUSR2 (User defined signal 2) @ 0 (0) ---",
            "restart_syscall(<... resuming interrupted nanosleep ...>) = 0",
            "sigreturn() = ? (mask now [])",
        ],
        [
            "nanosleep=ERESTART_RESTARTBLOCK",
            "SIGUSR2",
            "restart_syscall=0",
            "sigreturn=None",
        ],
    ),
]
"""Forms that were read before, and must stay so."""


@pytest.mark.parametrize("form", FORMS + KNOWN, ids=lambda form: form.name)
@pytest.mark.parametrize("paste", [False, True], ids=["log", "paste"])
def test_each_form_is_read(form: Form, paste: bool) -> None:
    """Does each line say what it should, and is none left over?"""
    log = Log(form.lines, paste=paste)
    assert sorted(map(said, log)) == sorted(form.says)
    assert not log.coverage.samples


def test_a_call_in_which_the_log_ends_says_where_the_process_hangs() -> None:
    """Who hangs, since when, in which call, on which descriptor?"""
    log = Log(["25147 1795747774.0 close(5) = 0", HANGS])
    _, begun = log
    assert isinstance(begun, Begun)
    assert (begun.pid, begun.name, begun.fd) == (25147, "epoll_wait", 4)
    assert begun.args == "4<anon_inode:[eventpoll]>, "
    assert begun.time == 1795747774.786746
    assert log.coverage.unfinished == 1


@pytest.mark.parametrize("after", ["", "^C", "root@host:~# ", "....", "```"])
def test_what_a_terminal_says_after_it_changes_nothing(after: str) -> None:
    """Does the log end in its last call, whatever was pasted with it?"""
    [begun] = Log(["epoll_wait(4, ", after])
    assert said(begun) == "epoll_wait unfinished"


@pytest.mark.parametrize(
    "after", ["close(3) = 0", "u64=3}}}, 8, -1) = 1", "and so on"]
)
def test_a_call_that_is_cut_in_the_middle_of_a_log_is_unread(
    after: str,
) -> None:
    """Is a call that ended not said to hang?"""
    log = Log(["epoll_wait(4, {{EPOLLIN, {u32=3,", after])
    assert not [item for item in log if isinstance(item, Begun)]
    assert log.coverage.samples[0].line == 1
    assert "cut or broken" in log.coverage.samples[0].reason


@pytest.mark.parametrize("prefix", [" > ", "> ", ">"])
def test_a_quoted_call_is_no_frame_of_a_stack(prefix: str) -> None:
    """Is a call in a quoted mail no remark of strace's?"""
    log = Log([f"{prefix}close(3) = 0"])
    assert not list(log)
    assert log.coverage.samples[0].reason.endswith("quoted text")


@pytest.mark.parametrize(
    "line",
    [
        "epoll_create(x) = 3",
        f"epoll_create({'9' * 5000}) = 3",
        "epoll_wait(3, [], 8, soon) = 0",
        "epoll_wait(3, [{events=EPOLLFOO, data=0x1}], 8, 0) = 1",
    ],
)
def test_reasons_are_in_our_words(line: str) -> None:
    """Does a reason say which call, and nothing of Python's?"""
    log = Log([line])
    assert not list(log)
    name = line.partition("(")[0]
    [unread] = log.coverage.samples
    assert unread.reason == (
        f"the arguments of {name} are not as strace prints them"
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("$ strace -f -p 7", "a command"),
        ("[root@web1 ~]# strace -tt -p 7", "a command"),
        ("sudo strace -p 10354", "a command"),
        ("user@host:~$ sudo /usr/bin/strace -p 7 2>&1 | head", "a command"),
        ("root@host:~#", "a terminal"),
        ("^C", "a terminal"),
        ("...", "left out"),
        ("[...]", "left out"),
        ("[snip]", "left out"),
        ("--", "left out"),
        ("100.00    3.451531         213     16208      3173 total", "-c"),
        ("7 <... epoll_wait resumed>[], 8, ", "the end of a call is cut"),
        ("close(3) = 0   # the listener", "behind the call"),
        ("```", "markup"),
        ("This is what strace says.", "no line of strace"),
    ],
)
def test_an_unread_line_says_why(line: str, reason: str) -> None:
    """Is the reason the right one?"""
    log = Log([line, "close(3) = 0"])
    assert [said(item) for item in log] == ["close=0"]
    [unread] = log.coverage.samples
    assert reason in unread.reason


def test_a_wait_in_which_strace_was_interrupted_keeps_its_prefix() -> None:
    """Whose call is it?"""
    log = Log(
        [
            "[pid  8] epoll_wait(3, strace: Process 7 detached",
            " <detached ...>",
            "strace: Process 8 detached",
        ]
    )
    begun = [item for item in log if isinstance(item, Begun)]
    assert [(each.pid, each.fate) for each in begun] == [(8, "detached")]


def test_half_a_log_is_joined_in_the_dialect_of_the_half() -> None:
    """Are events in the second half read?"""
    *_, wait = Log(
        [
            HALF,
            "7 <... epoll_wait resumed> {{EPOLLIN, {u32=9, u64=9}}}, 8, 5) = 1",
        ]
    )
    assert isinstance(wait, EpollWait)
    assert [ready.data for ready in wait.ready] == [9]
