"""Threads: where each is, in the kernel's words."""

import os
import signal

import pytest

from epollref.proc.process import Process
from epollref.proc.threads import BlockedCall, Thread, threads
from tests.proc.children import child
from tests.proof.programs.waiting import until


def all_of(pid: int) -> list[Thread]:
    """Return the threads of a process."""
    with Process(pid) as process:
        return list(threads(process))


def only(pid: int) -> Thread:
    """Return the one thread of a process."""
    (thread,) = all_of(pid)
    return thread


@pytest.mark.parametrize(
    ("code", "call", "epoll"),
    [
        ("ep.poll()", "epoll_wait", True),
        ("ep.poll(600)", "epoll_wait", True),
        ("os.read(r, 1)", "read", False),
        ("socket.create_server(('127.0.0.1', 0)).accept()", "accept4", False),
    ],
)
def test_a_sleeping_thread_tells_its_call(
    code: str, call: str, epoll: bool
) -> None:
    """With the descriptor; the machine may have epoll_pwait only."""
    before = "import os, select, socket\nr, w = os.pipe()\n"
    before += "ep = select.epoll()\nprint(ep.fileno(), r, flush=True)\n"
    with child(before + code) as (pid, (epfd, r)):
        until(lambda: only(pid).call is not None, "it sleeps")
        until(lambda: only(pid).asleep, "it sleeps")
        thread = only(pid)
        assert thread.call is not None
        name = "epoll_pwait" if call == "epoll_wait" else call
        assert thread.call.name in (call, name)
        assert thread.call.epfd == (int(epfd) if epoll else None)
        if call == "read":
            assert thread.call.arguments[0] == int(r)
            assert thread.call.arguments[2] == 1
        assert thread.activity.startswith(f"asleep in {thread.call.name}(")
        assert thread.hidden == ""
        assert thread.wchan
        assert only(pid).switches == thread.switches  # It did not run.


def test_a_thread_that_computes_is_running() -> None:
    """And its time passes."""
    with child("print(1, flush=True)\nwhile True: pass") as (pid, _):
        until(lambda: only(pid).activity == "running", "it runs")
        first = only(pid)
        assert first.call is None
        until(lambda: only(pid).cpu > first.cpu, "time passes")
        assert first.ran is not None
        until(lambda: (only(pid).ran or 0) > (first.ran or 0), "it runs on")


def test_a_stopped_thread_is_neither() -> None:
    with child("") as (pid, _):
        os.kill(pid, signal.SIGSTOP)
        until(lambda: only(pid).state == "T", "it is stopped")
        assert only(pid).activity == "stopped"
        assert not only(pid).asleep


def test_each_thread_has_its_own_name_and_call() -> None:
    code = """
import os, select, threading
r, w = os.pipe()
ep = select.epoll()
for target, words in ((os.read, (r, 1)), (ep.poll, ())):
    threading.Thread(target=target, args=words, daemon=True).start()
"""
    with child(code) as (pid, _):
        until(
            lambda: all(each.call and each.asleep for each in all_of(pid)),
            "all of them sleep",
        )
        found = all_of(pid)
    assert found[0].tid == pid
    names = {each.call.name for each in found if each.call}
    assert names in ({"read", "epoll_wait"}, {"read", "epoll_pwait"})


@pytest.mark.parametrize(
    ("state", "wchan", "call", "says"),
    [
        ("S", "ep_poll", None, "asleep in ep_poll"),
        ("S", "", None, "asleep"),
        ("D", "x", BlockedCall(0, "read", (0xFFFFFFFF,)), "asleep in read(-1)"),
        ("t", "", None, "stopped"),
        ("Z", "", None, "state Z"),
    ],
)
def test_activity_is_told_from_what_is_known(
    state: str, wchan: str, call: BlockedCall | None, says: str
) -> None:
    thread = Thread(7, "x", state, wchan, call, "", 0.0, None, None, 0)
    assert thread.activity == says
