"""The harness itself: what it notices, and what it leaves behind."""

import os
import signal
from pathlib import Path

import pytest

from epollref.proc.access import ProcessGoneError
from epollref.proc.procstat import stat_of
from tests.proof.programs.harness import (
    SNIPPETS,
    Finished,
    blocked_in_epoll_wait,
    breaks,
    run,
    running,
    sections,
    serving,
    unexecuted,
    until,
)

ECHO = SNIPPETS / "level" / "echo.py"

PYTHON = '''"""Runs some lines in other places.

breaks: EP001
"""

import os
import sys
import threading


# --8<-- [start:thread]
def work() -> None:
    """Run in a thread."""
    print(
        "thread",
        sep="",
    )


# --8<-- [end:thread]

worker = threading.Thread(target=work)
worker.start()
worker.join()
sys.stdout.flush()

# --8<-- [start:child]
pid = os.fork()
if pid == 0:
    first = 1
    os._exit(first - 1)
else:
    os.waitpid(pid, 0)
# --8<-- [end:child]

# --8<-- [start:exec]
pid = os.fork()
if not pid:
    program = "/bin/true"
    os.execv(program, [program])
os.waitpid(pid, 0)
# --8<-- [end:exec]

# --8<-- [start:never]
if len(sys.argv) > 1:
    print(
        "never",
    )
for _ in []:  # no comment
    pass

# --8<-- [end:never]
'''

C = """/* Runs some lines in other places. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

// --8<-- [start:thread]
static void *work(void *counter)
{
    ++*(int *)counter;
    return NULL;
}
// --8<-- [end:thread]

int main(int argc, char **argv)
{
    int count = 0;
    pthread_t worker;
    pthread_create(&worker, NULL, work, &count);
    pthread_join(worker, NULL);

    // --8<-- [start:child]
    if (fork() == 0) {
        count++;
        _exit(0);
    }
    wait(NULL);
    // --8<-- [end:child]

    // --8<-- [start:exec]
    if (fork() == 0) {
        count++;
        execl("/bin/true", "true", NULL);
    }
    wait(NULL);
    // --8<-- [end:exec]

    // --8<-- [start:never]
    if (argc > 1)
        puts(argv[1]);
    // --8<-- [end:never]
}
"""


def written(folder: Path, name: str, text: str) -> Path:
    """A program of a test's own."""
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("name", "text", "missed"),
    [
        ("places.py", PYTHON, {"never": ["print(", '"never",', ")", "pass"]}),
        ("places.c", C, {"never": ["puts(argv[1]);"]}),
    ],
)
def test_lines_count_wherever_they_run(
    tmp_path: Path, name: str, text: str, missed: dict[str, list[str]]
) -> None:
    """In threads, in children that _exit or exec: all but the unreached."""
    source = written(tmp_path, name, text)
    executed = run(source, how="cov").executed
    lines = text.splitlines()
    found = {
        section: [lines[number - 1].strip() for number in numbers]
        for section, numbers in unexecuted(source, executed).items()
    }
    assert found == missed


def test_nothing_ran_if_nothing_was_executed(tmp_path: Path) -> None:
    """Without a trace every section is missed."""
    for name, text in (("places.py", PYTHON), ("places.c", C)):
        source = written(tmp_path, name, text)
        assert list(unexecuted(source, set())) == list(sections(source))


def test_a_header_names_what_it_breaks(tmp_path: Path) -> None:
    """The word after `breaks:`, and None where there is none."""
    assert breaks(written(tmp_path, "places.py", PYTHON)) == "EP001"
    assert breaks(written(tmp_path, "places.c", C)) is None


@pytest.mark.parametrize(
    "text",
    [
        "# --8<-- [start:a]\n",
        "# --8<-- [end:a]\n",
        "# --8<-- [start:a]\n# --8<-- [start:a]\n",
        "# --8<-- start:a\n",
    ],
)
def test_a_marker_without_its_partner_is_refused(
    tmp_path: Path, text: str
) -> None:
    """A page would show an empty block or too much."""
    source = written(tmp_path, "x.py", text)
    with pytest.raises(AssertionError, match=r"x\.py"):
        sections(source)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("char *volatile p = malloc(argc); free(p); return *p;", "after-free"),
        ("int a[2] = {0}; return a[argc + 1];", "runtime error"),
        ("return malloc(8 + argc) == NULL;", "LeakSanitizer"),
        ("return argc;", "status=1"),
    ],
)
def test_a_faulty_program_is_found_out(
    tmp_path: Path, body: str, complaint: str
) -> None:
    """Overflows, undefined behaviour, leaks, and a status of its own."""
    text = f"#include <stdlib.h>\nint main(int argc, char **argv)\n{{ {body} }}"
    text = text.replace("argv)", "argv __attribute__((unused)))")
    source = written(tmp_path, "faulty.c", text)
    with pytest.raises(AssertionError, match=complaint):
        run(source, how="san")


def test_a_warning_stops_the_build(tmp_path: Path) -> None:
    """An unused variable is enough."""
    source = written(tmp_path, "warns.c", "int main(void) { int unused; }")
    with pytest.raises(AssertionError, match="unused"):
        run(source)


def test_a_program_that_ends_early_is_no_server(tmp_path: Path) -> None:
    """The message holds what it said on stderr."""
    source = written(tmp_path, "early.py", "raise SystemExit('too early')\n")
    with pytest.raises(AssertionError, match="too early"), serving(source):
        pass


def test_sigterm_must_end_a_server_with_status_0(tmp_path: Path) -> None:
    """Dying of the signal is not ending."""
    text = "import signal\nprint('READY 1', flush=True)\nsignal.pause()\n"
    source = written(tmp_path, "dies.py", text)
    with pytest.raises(AssertionError, match="status=-15"), serving(source):
        pass


def test_nothing_outlives_its_test(tmp_path: Path) -> None:
    """A program that ignores SIGTERM is killed, and so is its child."""
    text = (
        "import os, signal\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = os.fork()\n"
        "if child: print('READY', child, flush=True)\n"
        "signal.pause()\n"
    )
    source = written(tmp_path, "stays.py", text)
    with running(source) as program:
        child = program.wait_for_ready()
        os.kill(program.pid, signal.SIGTERM)
        os.kill(child, 0)
    until(lambda: not lives(child), "the child is dead")
    assert not lives(program.pid)


def lives(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return not stat_of(pid).ended
    except ProcessGoneError:
        return False


def test_an_idle_server_is_blocked_in_epoll_wait() -> None:
    """And a stopped one is not, nor one that has ended."""
    with serving(ECHO) as program:
        until(program.blocked, "it waits")
        with program.frozen():
            assert not program.blocked()
        until(program.blocked, "it waits again")
        program.stop()
        assert not blocked_in_epoll_wait(program.pid)


def test_a_demo_is_not_waited_for_in_vain() -> None:
    """`run` gives back what it printed."""
    finished = run(SNIPPETS / "lists" / "first_loop.py")
    assert isinstance(finished, Finished)
    assert finished.status == 0
    assert finished.executed == set()
