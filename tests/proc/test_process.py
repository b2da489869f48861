"""A process is held, whatever becomes of it and of its number."""

import errno
import os
import platform
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from epollref.proc import access
from epollref.proc.access import ProcessGoneError
from epollref.proc.descriptors import descriptors, links
from epollref.proc.fdinfo import info_of
from epollref.proc.interest import interest_list
from epollref.proc.process import Process
from epollref.proc.procstat import PF_KTHREAD, parse_stat, processes, stat_of
from epollref.proc.snapshot import take_snapshot
from epollref.proc.sockets import protocol_of, sockets
from epollref.proc.threads import threads
from tests.proc.children import DROP, child, refused
from tests.proof.programs.waiting import until
from tests.proof.required import require_strace

LOOKS: dict[str, Callable[[Process], object]] = {
    "descriptors": lambda process: list(descriptors(process)),
    "links": lambda process: list(links(process)),
    "interest_list": lambda process: list(interest_list(process, 0)),
    "info_of": lambda process: info_of(process, 0),
    "sockets": lambda process: list(sockets(process)),
    "threads": lambda process: list(threads(process)),
    "protocol_of": lambda process: protocol_of(process, 0),
    "snapshot": take_snapshot,
    "stat": Process.stat,
    "status": Process.status,
    "command": Process.command,
    "traceable": Process.check_traceable,
}

EXIT_THREAD = {"x86_64": 60}.get(platform.machine(), 93)
"""exit(2), which ends one thread: its number."""

LEADERLESS = f"""
import ctypes, os, sys, threading
fd = os.eventfd(7)
def stay():
    threading.main_thread().join(0.01)
    print(fd, flush=True)
    sys.stdin.read()
    os._exit(0)
threading.Thread(target=stay).start()
ctypes.CDLL(None).syscall({EXIT_THREAD}, 0)
"""


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_process_that_has_ended_is_gone(
    look: Callable[[Process], object], no_descriptor_left: None
) -> None:
    """Whatever is asked of it."""
    with child("") as (pid, _), Process(pid) as process:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        with pytest.raises(ProcessGoneError, match="has ended") as gone:
            look(process)
        assert gone.value.errno == errno.ESRCH


@pytest.mark.parametrize("name", ["descriptors", "traceable", "snapshot"])
def test_a_process_that_nobody_has_waited_for_is_gone_too(name: str) -> None:
    """It has a number and a name still, and nothing to look at."""
    with child("") as (pid, _), Process(pid) as process:
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert process.stat().ended
        with pytest.raises(ProcessGoneError):
            LOOKS[name](process)


def test_processes_that_end_while_they_are_read_are_gone() -> None:
    """The end comes at any line; no other exception comes of it."""
    for _ in range(30):
        with (
            subprocess.Popen(["true"]) as short,
            pytest.raises(ProcessGoneError),
        ):
            while True:
                with Process(short.pid) as process:
                    take_snapshot(process)
                short.poll()


def test_threads_that_come_and_go_are_left_out() -> None:
    """A thread that has ended between two looks is no error."""
    busy = "import threading\ndef work():\n    while True:\n"
    busy += "        t = threading.Thread(target=int)\n        t.start()\n"
    busy += (
        "        t.join()\nthreading.Thread(target=work, daemon=True).start()"
    )
    with child(busy) as (pid, _), Process(pid) as process:
        seen = {each.tid for _ in range(300) for each in threads(process)}
    assert pid in seen


def test_the_number_of_a_thread_names_its_process() -> None:
    ends = threading.Event()
    thread = threading.Thread(target=ends.wait)
    thread.start()
    try:
        with Process(thread.native_id) as process:
            assert process.pid == os.getpid() != thread.native_id
    finally:
        ends.set()
        thread.join()


def test_another_process_with_the_number_is_not_taken_for_it() -> None:
    """The start time tells the two apart."""
    with child("") as (pid, _):
        start = stat_of(pid).start
        Process(pid, start=start).close()
        with pytest.raises(ProcessGoneError, match="another one has its"):
            Process(pid, start=start - 1)


def test_a_held_process_is_not_confused_with_its_successor() -> None:
    """The folder belongs to the process, not to the number."""
    with child("") as (pid, _), Process(pid) as process:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert os.readlink(f"/proc/self/fd/{process.fileno()}").startswith(
            f"/proc/{pid}"
        )
        with pytest.raises(ProcessGoneError):
            process.stat()


def test_a_number_without_a_process_is_said() -> None:
    with pytest.raises(ProcessGoneError, match=r"no process 4194305; .*conta"):
        Process(4194305)  # PID_MAX_LIMIT is 4194304
    with pytest.raises(ProcessGoneError):
        Process(1 << 40)


def test_a_process_whose_first_thread_has_ended_is_read() -> None:
    """The descriptors are those of the threads that live."""
    with child(LEADERLESS) as (pid, (fd,)), Process(pid) as process:
        until(lambda: stat_of(pid).ended, "the first thread has ended")
        kinds = {each.fd: each.kind for each in descriptors(process)}
        assert kinds[int(fd)] == "eventfd"
        assert info_of(process, int(fd)) is not None
        assert len(take_snapshot(process).threads) == 2


@pytest.mark.parametrize(
    "code",
    [
        "list(descriptors(process))",
        "list(interest_list(process, 3))",
        "process.check_traceable()",
    ],
)
def test_a_process_of_another_user_is_refused_with_the_remedy(
    code: str,
) -> None:
    """Process 1 is root's; whoever runs the tests looks as somebody else."""
    number, text = refused(code, 1)
    assert int(number) == errno.EACCES
    assert text == ("process 1 belongs to root: run this as root (sudo)")


def test_of_another_user_the_threads_are_told_without_their_calls() -> None:
    (line,) = refused("[(x.call, x.hidden) for x in threads(process)][0]", 1)
    assert line.startswith("(None, 'process 1 belongs to root: run this as ")


def test_a_process_that_keeps_secrets_is_closed_to_its_own_user() -> None:
    """Who has changed users may not be looked into (prctl(2))."""
    secret = f"import ctypes\n{DROP}\nctypes.CDLL(None).prctl(4, 0, 0, 0, 0)"
    with child(secret) as (pid, _):
        number, text = refused("list(descriptors(process))", pid)
    assert int(number) == errno.EACCES
    assert "PR_SET_DUMPABLE" in text
    assert text.endswith("run this as root (sudo)")


@pytest.mark.parametrize(
    ("scope", "says"),
    [("1", "ancestors"), ("2", "only root"), ("3", "next boot")],
)
def test_yama_is_named_where_it_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scope: str, says: str
) -> None:
    """Its file is looked at when the kernel has refused; only for attaching."""
    yama = tmp_path / "ptrace_scope"
    yama.write_text(f"{scope}\n")
    monkeypatch.setattr(access, "YAMA", str(yama))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    attach = access.refusal(7, 1000, attach=True)
    assert says in str(attach)
    assert "ptrace_scope" in str(attach)
    assert "ptrace_scope" not in str(access.refusal(7, 1000, attach=False))


def test_root_that_is_refused_is_told_of_the_capability(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "CAP_SYS_PTRACE" in str(access.refusal(7, 0, attach=True))


def test_a_hidden_process_is_told_from_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With hidepid, kill(2) knows it, and /proc has no folder."""

    def kill(pid: int, number: int) -> None:
        assert number == 0
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "kill", kill)
    with pytest.raises(PermissionError, match="hidepid"):
        Process(4194305)


def test_a_thread_of_the_kernel_cannot_be_traced() -> None:
    """A container has none; there any process may do, with the flag set."""
    stat = replace(stat_of(os.getpid()), flags=PF_KTHREAD)
    with Process() as process:
        process.stat = lambda: stat  # type: ignore[method-assign]
        with pytest.raises(PermissionError, match="thread of the kernel"):
            process.check_traceable()


def test_a_process_that_has_a_tracer_cannot_have_another() -> None:
    """Both are named; without a tracer it may be traced."""
    require_strace()
    words = ("strace", "-f", "-o", os.devnull, "-e", "trace=none")
    code = "import os\nprint(os.getpid(), end='')"
    with (
        child(code, *words) as (_, (pid,)),
        Process(int(pid)) as process,
    ):
        tracer = process.status()["TracerPid"]
        with pytest.raises(PermissionError, match=f"process {tracer}, "):
            process.check_traceable()
    with child("") as (free, _), Process(free) as process:
        process.check_traceable()


def test_a_name_may_hold_what_separates_fields() -> None:
    """Parentheses, blanks, even a newline."""
    line = b"7 (a) R (b\n) S 1 7 7 0 -1 64 0 0 0 0 150 50 0 0 20 0 3 0 99 0\n"
    stat = parse_stat(line)
    assert (stat.comm, stat.state, stat.parent) == ("a) R (b\n", "S", 1)
    assert (stat.threads, stat.start) == (3, 99)


def test_all_processes_are_listed_with_their_parents() -> None:
    with child("") as (pid, _):
        found = dict(processes())
        assert found[pid].parent == os.getpid()
        assert found[os.getpid()].parent == os.getppid()


def test_a_process_knows_its_command() -> None:
    with child("pass") as (pid, _), Process(pid) as process:
        assert process.command()[:2] == [sys.executable, "-c"]


def test_a_file_that_is_missing_is_no_end_of_the_process() -> None:
    with Process() as process:
        looks = (process.read, process.link, process.names, process.head)
        for look in looks:
            with pytest.raises(FileNotFoundError):
                look("fdinfo/987654")
        with pytest.raises(FileNotFoundError):
            list(interest_list(process, 987_654))
