"""A console session holds, or it says where it does not."""

from pathlib import Path

import pytest

from epollref.proc.procstat import processes
from tests.proof.samples.console import ConsoleError, play, recorded
from tests.proof.samples.fences import Fence, fences
from tests.proof.samples.session import command_line
from tests.proof.samples.typed import StepsError, steps

SERVER = """\
import signal, socket, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("READY", sys.argv[1], flush=True)
while True:
    with listener.accept()[0] as conn:
        conn.sendall(conn.recv(100).upper())
"""
CLIENT = (
    "python -c 'import socket, sys; s = socket.create_connection("
    '("127.0.0.1", 7003)); s.sendall(b"hi"); print(s.recv(9).decode())\''
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a server in its snippets."""
    folder = tmp_path / "root" / "snippets"
    folder.mkdir(parents=True)
    (folder / "server.py").write_text(SERVER, "utf-8")
    return tmp_path / "root"


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A folder for one session."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def session(body: str, info: str = "console") -> Fence:
    """A fence of a page."""
    (fence,) = fences(f"```{info}\n{body}\n```\n")
    return fence


HOLDS = {
    "output": "$ echo a; echo b\na\nb",
    "no output": "$ true",
    "a blank line inside": "$ printf 'a\\n\\nb\\n'\na\n\nb",
    "no newline at the end": "$ printf a\na",
    "an ellipsis": "$ seq 9\n1\n...\n9",
    "an announced failure": "$ false\n$ echo $?\n1",
    "a continued line": "$ echo a \\\n> b\na b",
    "a document": "$ cat <<END\n> a\n> END\na",
    "one shell for all commands": "$ a=1\n$ echo $a\n1",
    "a terminal": "$ test -t 1 && echo yes\nyes",
    "80 columns": "$ stty size < /dev/tty || tput cols\n24 80",
    "the first free descriptor is 3": (
        "$ python -c 'import os; print(os.open(\"/\", 0))'\n3"
    ),
    "the home of the reader": "$ pwd\n/home/you/snippets",
    "the snippets": "$ ls\nserver.py",
    "C's stdout in time": "$ python -c 'print(1)' & wait\n1",
    "the job's end": (
        "$ sleep 99 &\n$ kill %1; wait\n[1]+  Terminated   sleep 99"
    ),
}


@pytest.mark.parametrize("body", HOLDS.values(), ids=HOLDS)
def test_a_session_that_is_true_holds(
    root: Path, scratch: Path, body: str
) -> None:
    """It gives back the body as it stands, recording or not."""
    fence = session(body)
    assert play(fence, root, scratch, record=False) == fence.source


FAILS = {
    "another output": ("$ echo a\nb", r"\+a"),
    "less output": ("$ echo a", r"\+a"),
    "more output": ("$ true\na", "-a"),
    "a failure in silence": ("$ false", "status 1"),
    "a command that does not exist": ("$ nothing-here", "status 127"),
    "a wrong status": ("$ false\n$ echo $?\n2", r"\+1"),
    "output before a command": ("a\n$ true", "no command"),
    "two ellipses": ("$ seq 9\n1\n...\n5\n...\n9", "more than one"),
    "an ellipsis at the end": ("$ seq 9\n1\n...", "last line"),
    "an ellipsis that does not fit": ("$ seq 9\n1\n...\n8", r"\+9"),
    "the end of the shell": ("$ exit", "ended the shell"),
    "a syntax error": ("$ if then", "ended the shell"),
    "something that runs on": ("$ sleep 98 &", "still running"),
    "a descriptor left open": ("$ exec 9</dev/null", "exec 9>&-"),
    "output that comes late": ("$ (sleep 0.2; echo late) &", r"\+late"),
    "a rule that does not exist": ("$ true", "no rule"),
}


@pytest.mark.parametrize(("body", "why"), FAILS.values(), ids=FAILS)
def test_a_session_that_is_not_true_fails(
    root: Path, scratch: Path, body: str, why: str
) -> None:
    """And it says why."""
    info = '{ .console normalise="fdz" }' if "rule" in why else "console"
    with pytest.raises((ConsoleError, StepsError), match=why):
        play(session(body, info), root, scratch, record=False)


def test_a_server_is_started_talked_to_and_ended(
    root: Path, scratch: Path
) -> None:
    """READY is waited for, and the page's port stands for a free one."""
    body = (
        "$ python server.py 7003 &\nREADY 7003\n"
        f"$ {CLIENT}\nHI\n$ kill %1; wait"
    )
    fence = session(body)
    assert play(fence, root, scratch, record=False) == fence.source


def test_nothing_of_a_failed_session_runs_on(root: Path, scratch: Path) -> None:
    """Not even what left the session and its process group."""
    body = "$ setsid sleep 97 & sleep 96 &\n$ echo a\nb"
    with pytest.raises(ConsoleError):
        play(session(body), root, scratch, record=False)
    running = {command_line(pid) for pid, _ in processes()}
    assert not running & {"sleep 97", "sleep 96"}


def test_recording_is_believed_once_and_then_changes_nothing(
    root: Path, scratch: Path
) -> None:
    """The second recording finds what the first one wrote."""
    body = (
        "$ python server.py 7003 &\n"
        f"$ {CLIENT}\nHO\n$ kill %1; wait\n$ echo pid=$$; seq 3\n1\n...\n4"
    )
    first, second = scratch / "1", scratch / "2"
    first.mkdir()
    second.mkdir()
    new = play(session(body), root, first, record=True)
    assert "READY 7003\n" in new
    assert "\nHI\n" in new
    assert play(session(new.rstrip()), root, second, record=True) == new


def test_an_output_that_holds_keeps_its_words(
    root: Path, scratch: Path
) -> None:
    """A new process number is no reason for a change of the page."""
    fence = session('$ echo "pid=$$"\npid=1')
    assert play(fence, root, scratch, record=True) == fence.source


def test_a_recorded_output_is_cut_where_the_old_one_was() -> None:
    """The author chose what to show."""
    printed = [str(number) for number in range(9)]
    assert recorded(["a", "...", "b"], printed) == ["0", "...", "8"]
    assert recorded(["a", "b"], printed) == printed
    assert recorded(["a", "...", "b"], ["1", "2"]) == ["1", "2"]


def test_a_line_with_a_greater_sign_may_be_output() -> None:
    """It continues a command only right under one."""
    first, second = steps(["$ cat a", "x", "> y", "$ cat b"])
    assert first.expected == ["x", "> y"]
    assert second.command == "cat b"
