"""A pool of threads and a forked child under strace: are the rows right?"""

import subprocess
import sys
from pathlib import Path

import pytest

from epollref.trace.log import Log, opened
from epollref.trace.strace import recording_line
from epollref.trace.timeline.rows import Story
from tests.proof.required import require_strace

PROGRAM = """
import os, select, socket, threading
a, b = socket.socketpair()
ep = select.epoll()
once = select.EPOLLIN | select.EPOLLONESHOT
ep.register(a, once)
def work():
    for fd, _ in ep.poll():
        os.read(fd, 100)
        ep.modify(fd, once)
for _ in range(2):
    thread = threading.Thread(target=work)
    thread.start()
    b.send(b"hello")
    thread.join()
child = os.fork()
if child == 0:
    # Its numbers are equal, and its epoll is another one.
    ep.close(), a.close(), b.close()
    a, b = socket.socketpair()
    with select.epoll() as ep:
        ep.register(a, select.EPOLLIN)
        os._exit(len(ep.poll(0)))
os.waitpid(child, 0)
b.close()
assert ep.poll()
"""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """What the recommended strace line has seen of the program."""
    require_strace()
    log = str(tmp_path_factory.mktemp("live") / "log")
    command = [sys.executable, "-c", PROGRAM]
    subprocess.run(recording_line(log, command=command), check=True, timeout=60)
    assert Path(log).stat().st_size
    with opened(log) as lines:
        return Story(Log(lines))


def test_it_shows_which_thread_read(story: Story) -> None:
    """Two threads, one after the other, told and read."""
    row, _ = story.rows
    took = [
        (mark.kind, mark.call.pid)
        for mark in row.marks
        if mark.kind in ("reported", "read", "re-armed")
    ]
    (_, first), _, _, (_, second), *_ = took
    assert took == [
        *(("reported", first), ("read", first), ("re-armed", first)),
        *(("reported", second), ("read", second), ("re-armed", second)),
        ("reported", row.pid),
    ]
    assert len({first, second, row.pid}) == 3


def test_it_shows_what_was_sent_and_not_yet_read(story: Story) -> None:
    """The pair is known, so both ends are."""
    row, _ = story.rows
    unread = [
        (mark.kind, mark.unread)
        for mark in row.marks
        if mark.kind in ("sent", "read")
    ]
    assert unread == [("sent", 5), ("read", 0)] * 2


def test_a_child_with_equal_numbers_has_a_row_of_its_own(story: Story) -> None:
    """Its closes end nothing of its parent's."""
    row, other = story.rows
    assert (row.fd, row.epfd) == (other.fd, other.epfd)
    assert row.pid != other.pid
    assert [mark.kind for mark in other.marks] == ["armed"]
    assert other.over
    kinds = [mark.kind for mark in row.marks]
    end = kinds.index("peer-shut")  # b.close() of the parent, not of the child
    assert kinds[end + 1] == "reported"
    assert "closed" not in kinds[:end]
