"""Waits without end in scripts: threads that sleep, and what wakes them."""

import pytest

from epollref.masks import EPOLLIN
from epollref.model.scripts import ScriptError, play_on_model, read_script
from epollref.model.scripts.format import RACED, differences
from tests.proof.drivers.playing import on_both, written

pytestmark = pytest.mark.usefixtures("no_descriptor_left")

TWO_WAITS = """
epoll_create1(0) = ep
eventfd2(0) = e
epoll_ctl(ep, EPOLL_CTL_ADD, e, EPOLLIN|EPOLLET)
[pid 1] epoll_wait(ep, 8, -1 <unfinished ...>
epoll_wait(ep, 8, -1)
write(e, 8) = 8
[pid 2] <... epoll_wait resumed>[{events=EPOLLIN, data=e}], 8, -1) = 1
epoll_ctl(ep, EPOLL_CTL_MOD, e, EPOLLIN|EPOLLET)
[pid 1] <... epoll_wait resumed>[{events=EPOLLIN, data=e}], 8, -1) = 1
epoll_ctl(ep, EPOLL_CTL_MOD, e, EPOLLIN)
epoll_wait(ep, [{events=EPOLLIN, data=e}], 8, -1) = 1
epoll_wait(99, 8, -1) = EBADF
"""


def test_a_wait_without_end_sleeps_until_a_later_line_wakes_it() -> None:
    plays = on_both(TWO_WAITS)
    assert differences(plays) == 0, "\n".join(written(plays))
    steps = plays[1].steps
    assert [step.played.asleep for step in steps[3:6]] == [1, 2, 0]
    assert [
        [(woken.thread, records) for woken, records in step.played.woken]
        for step in steps[5:7]
    ] == [[(2, (("e", EPOLLIN),))], [(1, (("e", EPOLLIN),))]]
    assert steps[3].played.records is None
    again = on_both("\n".join(written(plays, lists=False)))
    assert written(again) == written(plays)


@pytest.mark.parametrize(
    ("truth", "untruth", "why"),
    [
        ("[pid 2] <...", "[pid 1] <...", "1 came back so, and 2 did"),
        ("events=EPOLLIN, data=e}], 8, -1) = 1\nepoll_ctl", "", "2 came back"),
        ("eventfd2(0)", "eventfd2(1)", "says unfinished"),
        (
            "epoll_wait(ep, 8, -1)\n",
            "epoll_wait(ep, 8, -1) = 1\n",
            "the script says 1",
        ),
    ],
)
def test_a_wrong_claim_about_a_sleeper_is_said(
    truth: str, untruth: str, why: str
) -> None:
    assert truth in TWO_WAITS
    if not untruth:
        untruth = truth.replace("EPOLLIN", "EPOLLOUT")
    text = TWO_WAITS.replace(truth, untruth, 1)
    play = play_on_model(read_script(text))
    assert any(why in step.played.wrong for step in play.steps)


def test_after_a_race_nothing_is_compared() -> None:
    """Two entries come at once for two threads: which gets which?"""
    text = (
        "epoll_create1() = ep\npipe([r, w])\ndup(r) = copy\n"
        "epoll_ctl(ep, EPOLL_CTL_ADD, r, EPOLLIN)\n"
        "epoll_ctl(ep, EPOLL_CTL_ADD, copy, EPOLLIN)\n"
        "epoll_wait(ep, 1, -1)\nepoll_wait(ep, 1, -1)\nclose(w)\nclose(r)\n"
    )
    plays = on_both(text)
    assert [step.raced for step in plays[0].steps[-3:]] == [False, True, True]
    assert differences(plays) == 0
    lines = written(plays)
    assert [line for line in lines if line[0] in "?!"] == [RACED]


def test_a_wait_that_resumes_before_any_call_is_no_script() -> None:
    with pytest.raises(ScriptError, match="no call above it that could wake"):
        read_script("[pid 1] <... epoll_wait resumed>[], 8, -1) = 0\nclose(3)")


def test_a_resumed_wait_without_an_array_claims_no_records() -> None:
    play = play_on_model(
        read_script("close(3)\n[pid 1] <... epoll_wait resumed>) = 1")
    )
    assert "nobody did" in play.steps[0].played.wrong
