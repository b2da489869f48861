"""wakeup/eventfd: one thread sleeps in epoll_wait, another rings."""

import os
import runpy
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proof.programs.harness import (
    blocked_in_epoll_wait,
    run,
    unexecuted,
    until,
)
from tests.proof.programs.scenarios import (
    in_both_languages,
    in_every_flavour,
    snippet,
)

EVENTFD = "wakeup/eventfd"
STOP_IN_THE_MIDDLE = {
    ".py": [('"card"', '"stop"'), ('("telegram", "stop")', "()")],
    ".c": [
        ('"card"', '"stop"'),
        ('    post("telegram");\n    sem_wait(&emptied);\n', ""),
        ('    post("stop");\n    return', "    return"),
    ],
}
SAID = """\
woken, rings: 3
  job: letter
  job: card
  job: parcel
woken, rings: 1
  job: telegram
woken, rings: 1
  job: stop
"""


@in_every_flavour
def test_each_ring_wakes_the_loop_and_rings_add_up(
    language: str, how: str
) -> None:
    """No wait has a timeout, so only the bell can have ended it."""
    assert run(snippet(EVENTFD, language), how=how).stdout == SAID


@in_both_languages
def test_a_stop_is_heard_though_a_job_follows_it(
    language: str, tmp_path: Path
) -> None:
    """The program, but its first three jobs are letter, stop, parcel."""
    text = snippet(EVENTFD, language).read_text()
    for said, instead in STOP_IN_THE_MIDDLE[language]:
        assert said in text
        text = text.replace(said, instead)
    changed = tmp_path / f"eventfd{language}"
    changed.write_text(text)
    assert run(changed).stdout.splitlines() == [
        "woken, rings: 3",
        "  job: letter",
        "  job: stop",
        "  job: parcel",
    ]


def test_a_loop_that_sleeps_is_woken(capfd: pytest.CaptureFixture[str]) -> None:
    """Post only after the kernel says that the loop sleeps."""
    program = runpy.run_path(str(snippet(EVENTFD, ".py")))
    post: Callable[[str], None] = program["post"]
    thread = threading.Thread(target=program["loop"])
    thread.start()
    try:
        for job in ("first", "second"):
            asleep(thread)
            post(job)
            program["emptied"].acquire()
    finally:
        post("stop")
        thread.join()
        program["epoll"].close()
        os.close(program["bell"])
    jobs = [row for row in capfd.readouterr().out.splitlines() if "job" in row]
    assert jobs == ["  job: first", "  job: second", "  job: stop"]


def asleep(thread: threading.Thread) -> None:
    """Wait until this thread of ours is blocked in epoll_wait."""
    until(
        lambda: blocked_in_epoll_wait(os.getpid(), thread.native_id),
        "the loop sleeps",
    )


@in_both_languages
def test_every_shown_line_of_the_wakeup_runs(language: str) -> None:
    """What a page includes is what this run has executed."""
    source = snippet(EVENTFD, language)
    assert unexecuted(source, run(source, how="cov").executed) == {}
