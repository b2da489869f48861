"""Every family, as the strace that is installed prints it."""

import subprocess
import sys
from pathlib import Path

import pytest

from epollref.trace.calls.reading import READERS
from epollref.trace.items import Call, OtherCall
from epollref.trace.log import Log, opened
from epollref.trace.notation import Notation
from epollref.trace.strace import WHOLE, installed_dialect
from tests.proof.required import require_strace

MADE = {
    *("accept4", "clone", "close", "close_range", "connect", "dup3"),
    *("epoll_create1", "epoll_ctl", "eventfd2", "execve", "exit_group"),
    *("fcntl", "getsockopt", "inotify_init1", "ioctl", "listen"),
    *("pidfd_open", "pipe2", "pread64", "pwrite64", "read"),
    *("readv", "recvfrom", "recvmsg", "sendfile", "sendmsg", "sendto"),
    *("shutdown", "signalfd4", "socket", "socketpair", "splice"),
    *("timerfd_create", "timerfd_settime", "write", "writev"),
}
"""What the program is known to call on every machine; more on some."""


@pytest.fixture(autouse=True)
def _strace_works() -> None:
    """Say by name why nothing is read; in CI that is a failure."""
    require_strace()


@pytest.mark.parametrize("more", [[], ["-yy"], ["-s", "0"]], ids=str)
def test_each_is_read_and_written_again(
    more: list[str], tmp_path: Path
) -> None:
    """Is no call that has a reader kept as mere text, and none changed?

    What ``-yy`` says of a file that is deleted, and the brackets of a pair
    that ``-s 0`` leaves out, are not kept, so those lines differ.
    """
    log = tmp_path / "log"
    subprocess.run(
        [
            *("strace", "-f", "-o", str(log), "-e", WHOLE, *more),
            *(sys.executable, "-m", "tests.trace.every_call"),
        ],
        check=True,
    )
    with opened(str(log)) as lines:
        texts = [text for text in lines if text is not None]
    items = [item for item in Log(texts) if isinstance(item, Call)]
    known = [item for item in items if item.name in READERS]
    assert {item.name for item in known} >= MADE
    assert not [item for item in known if isinstance(item, OtherCall)]
    line = Notation(
        dialect="6.13" if installed_dialect() == "6.13" else "6.1",
        strsize=1 << 20,
        pid="column",
    ).line
    for item in known:
        text = texts[item.line - 1]
        if not item.begun and "(deleted)" not in text and "[..." not in text:
            assert line(item).split() == text.split()
