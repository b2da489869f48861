"""Whose descriptor it is: processes, threads, copies, and who comes first."""

from epollref.trace.log import Log
from epollref.trace.timeline.lives import Row
from epollref.trace.timeline.rows import Story


def told(text: str, **choice: bool) -> list[Row]:
    """Return the rows of a log; ``ADD 4`` and the like are short forms."""
    return Story(Log(spelled(text)), **choice).rows  # type: ignore[arg-type]


def spelled(text: str) -> list[str]:
    """Write the short forms out: ``1 ADD(3,4)``, ``1 REPORT(3,4)``."""
    lines = []
    for line in text.strip().splitlines():
        for word in ("ADD", "MOD"):
            if f"{word}(" in line:
                before, _, rest = line.partition(f"{word}(")
                epfd, _, tail = rest.partition(",")
                fd, _, tail = tail.partition(")")
                record = f"{{EPOLLIN, {{u32={fd}, u64={fd}}}}}"
                line = f"{before}epoll_ctl({epfd}, EPOLL_CTL_{word}, {fd}, "
                line += (
                    f"{record}{tail if '<' in tail else ')' + (tail or ' = 0')}"
                )
        if "REPORT(" in line:
            before, _, rest = line.partition("REPORT(")
            epfd, fd = rest.rstrip(")").split(",")
            record = f"[{{EPOLLIN, {{u32={fd}, u64={fd}}}}}]"
            line = f"{before}epoll_wait({epfd}, {record}, 8, -1) = 1"
        lines.append(line)
    return lines


def kinds(row: Row) -> list[str]:
    return [mark.kind for mark in row.marks]


def seen(rows: list[Row]) -> list[tuple[int, int | None, list[str]]]:
    return [(row.pid, row.fd, kinds(row)) for row in rows]


def test_two_processes_with_equal_numbers_have_a_row_each() -> None:
    """The number is the same, and nothing else is."""
    rows = told("""
1 ADD(3,4)
2 ADD(3,4)
1 REPORT(3,4)
1 read(4, "x", 8) = 1
2 close(4) = 0
""")
    assert seen(rows) == [
        (1, 4, ["armed", "reported", "read"]),
        (2, 4, ["armed", "closed"]),
    ]
    assert rows[0].armed == [(0, 5)]


def test_threads_share_their_rows_and_say_who_read() -> None:
    """One thread adds, another waits, a third reads."""
    (row,) = told("""
1 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FILES|CLONE_THREAD) = 2
1 clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD}, 88 <unfinished ...>
3 set_robust_list(0x7f, 24) = 0
1 <... clone3 resumed>) = 3
1 ADD(3,4)
2 REPORT(3,4)
3 read(4, "x", 8) = 1
""")[-1:]
    assert [(m.call.pid, m.kind) for m in row.marks] == [
        (1, "armed"),
        (2, "reported"),
        (3, "read"),
    ]
    assert row.threads == {1, 2, 3}


def test_strace_may_say_that_all_are_threads() -> None:
    """-p attaches to every thread, and no clone is in the log."""
    text = """
1 ADD(3,4)
2 REPORT(3,4)
"""
    remark = "strace: Process 1 attached with 2 threads\n"
    (row,) = told(remark + text.strip())
    assert kinds(row) == ["armed", "reported"]
    assert len(told(text)) == 2
    assert len(told(text, together=True)) == 1


def test_a_forked_child_reads_on_the_row_that_it_shares() -> None:
    """The epoll is inherited, and so is what it watches."""
    (row,) = told("""
1 epoll_create1(0) = 3
1 ADD(3,4)
1 fork() = 2
2 REPORT(3,4)
2 read(4, "x", 8) = 1
2 close(4) = 0
2 +++ exited with 0 +++
1 close(4) = 0
""")
    assert kinds(row) == ["armed", "reported", "read", "closed"]


def test_a_child_may_speak_before_its_parent_has_returned() -> None:
    """What it closes is a copy, although nobody has named it yet."""
    (row,) = told("""
1 epoll_create1(0) = 3
1 ADD(3,4)
1 fork( <unfinished ...>
2 close(4) = 0
1 <... fork resumed>) = 2
1 read(4, "x", 8) = 1
""")
    assert kinds(row) == ["armed", "read"]
    assert not row.over


def test_a_child_that_never_speaks_holds_nothing() -> None:
    """Without -f nobody can tell what it has closed: no phantom is made up."""
    (row,) = told("""
1 epoll_create1(0) = 3
1 ADD(3,4)
1 fork() = 2
1 close(4) = 0
""")
    assert (kinds(row), row.over) == (["armed", "closed"], True)


def test_workers_with_an_epoll_each_have_a_row_each() -> None:
    """One listener, inherited; each child watches it with its own epoll."""
    rows = told("""
1 fork() = 2
1 fork() = 3
2 epoll_create1(0) = 5
3 epoll_create1(0) = 5
2 ADD(5,4)
3 ADD(5,4)
2 REPORT(5,4)
3 REPORT(5,4)
3 accept4(4, NULL, NULL, 0) = -1 EAGAIN (again)
""")
    assert seen(rows) == [
        (2, 4, ["armed", "reported"]),
        (3, 4, ["armed", "reported", "drained"]),
    ]


def test_exec_closes_what_is_close_on_exec() -> None:
    """The other descriptor lives on in the new program."""
    closed, kept = told("""
1 epoll_create1(0) = 3
1 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 4
1 socket(AF_UNIX, SOCK_STREAM, 0) = 5
1 ADD(3,4)
1 ADD(3,5)
1 execve("/bin/true", ["true"], 0x7f) = 0
1 REPORT(3,5)
""")
    assert closed.over
    assert kinds(closed) == ["armed", "closed"]
    assert kinds(kept) == ["armed", "reported"]


def test_an_exit_ends_the_rows_of_a_process() -> None:
    """And a number that is used again begins another one."""
    old, new = told("""
1 ADD(3,4)
1 +++ exited with 0 +++
1 ADD(3,4)
""")
    assert (old.over, new.over) == (True, False)


def test_a_phantom_goes_on_until_its_last_copy_is_closed() -> None:
    """The registration outlives its number: a copy holds the file."""
    (row,) = told("""
1 epoll_create1(0) = 3
1 dup(4) = 5
1 ADD(3,4)
1 close(4) = 0
1 REPORT(3,4)
1 epoll_ctl(3, EPOLL_CTL_DEL, 4, NULL) = -1 EBADF (Bad file descriptor)
1 close(5) = 0
""")
    assert kinds(row) == [
        *("armed", "phantom", "reported", "refused", "closed"),
    ]
    assert row.armed == [(0, 4)]


def test_an_event_before_its_add_has_returned_is_on_the_row() -> None:
    """As in Go: another thread waits while one is still inside ADD."""
    (row,) = told(
        """
1 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FILES|CLONE_THREAD) = 2
1 epoll_create1(0) = 3
1 ADD(3,4 <unfinished ...>
2 REPORT(3,4)
1 <... epoll_ctl resumed>) = 0
""".replace("4 <", "4) <")
    )
    assert kinds(row) == ["armed", "reported"]
    assert row.armed == [(0, 2)]
    assert row.marks[0].call.result == 0


def test_an_add_that_fails_in_the_end_is_taken_back() -> None:
    """It counted while it was entered."""
    (row,) = told("""
1 epoll_create1(0) = 3
1 ADD(3,4) <unfinished ...>
2 getpid() = 2
1 <... epoll_ctl resumed>) = -1 EPERM (Operation not permitted)
""")
    assert kinds(row) == ["refused"]
    assert row.armed == []


def test_a_number_is_free_when_its_close_is_entered() -> None:
    """Another thread gets it before the close has returned."""
    old, new = told("""
1 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FILES|CLONE_THREAD) = 2
1 ADD(3,4)
1 close(4 <unfinished ...>
2 socket(AF_UNIX, SOCK_STREAM, 0) = 4
2 ADD(3,4)
1 <... close resumed>) = 0
2 REPORT(3,4)
""")
    assert (kinds(old), old.over) == (["armed", "closed"], True)
    assert (kinds(new), new.over) == (["armed", "reported"], False)


def test_both_ends_of_a_connection_are_found_by_their_names() -> None:
    """-yy names them: what one end sends, the other has to read."""
    here, there = "127.0.0.1:7000", "127.0.0.1:50000"
    (row,) = told(f"""
1 epoll_create1(0) = 3
1 accept4(4, NULL, NULL, 0) = 5<TCP:[{here}->{there}]>
1 ADD(3,5)
2 sendto(3<TCP:[{there}->{here}]>, "hello", 5, 0, NULL, 0) = 5
1 read(5<TCP:[{here}->{there}]>, "hel", 3) = 3
2 shutdown(3<TCP:[{there}->{here}]>, SHUT_WR) = 0
""")[-1:]
    assert [(m.kind, m.unread) for m in row.marks] == [
        ("armed", None),
        ("sent", 5),
        ("read", 2),
        ("peer-shut", 2),
    ]
