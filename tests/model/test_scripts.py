"""Scripts that people write: read, played on both kernels, written down."""

from unittest import mock

import pytest

from epollref.masks import EPOLLET, EPOLLIN
from epollref.model.epoll import Epoll
from epollref.model.host.threads import WaitingThread
from epollref.model.scripts import (
    ScriptError,
    play_on_linux,
    play_on_model,
    read_script,
)
from epollref.model.scripts.format import differences, trace_lines
from epollref.model.scripts.play import MOST_LISTED
from epollref.model.scripts.snapshot import Entry
from epollref.trace.notation import Notation
from tests.proof.drivers.playing import EVERY_WORD, on_both, written

pytestmark = pytest.mark.usefixtures("no_descriptor_left")


def test_every_word_means_the_same_on_both_kernels() -> None:
    plays = on_both(EVERY_WORD)
    assert differences(plays) == 0, "\n".join(written(plays))


@pytest.mark.parametrize("dialect", ["6.1", "6.13"])
def test_a_trace_can_be_played_again(dialect: str) -> None:
    """What is printed is a script, and claims what happened."""
    notation = Notation(dialect="6.1" if dialect == "6.1" else "6.13")
    plays = on_both(EVERY_WORD)
    text = "\n".join(trace_lines(plays, notation, lists=False))
    again = on_both(text)
    assert differences(again) == 0, "\n".join(written(again))
    claims = [line.result for line in read_script(text).lines]
    assert all(claims)
    assert written(again) == written(plays)


def test_title_remarks_notes_and_setup_are_told_apart() -> None:
    script = read_script(EVERY_WORD)
    assert script.title == "Every word of scripts"
    assert script.remarks == ("A remark.",)
    assert [line.name for line in script.setup] == [
        "epoll_create1",
        "socketpair",
    ]
    assert script.steps[0].note == "A note."
    assert script.steps[1].note == ""


def test_a_script_of_one_paragraph_has_no_setup() -> None:
    script = read_script("close(3)\nclose(4)\n")
    assert script.setup == ()
    assert len(script.steps) == 2


@pytest.mark.parametrize(
    ("call", "claim"),
    [
        ("write(b, 5)", "4"),
        ("write(b, 5)", "x"),
        ("write(b, 5)", "EAGAIN"),
        ("write(b, 5)", "-1 EAGAIN"),
        ("read(a, 5)", "0"),
        ("read(a, 5)", "EBADF"),
        ("read(a, 5)", "x"),
        ('read(a, "hallo", 5)', "5"),
        ('read(b, "", 5)', "0"),
        ("epoll_wait(ep, 8, 0)", "0"),
        ("epoll_wait(ep, [], 8, 0)", "1"),
        ("epoll_wait(ep, [{events=EPOLLIN, data=b}], 8, 0)", "1"),
        ("epoll_wait(ep, [{events=EPOLLOUT, data=a}], 8, 0)", "1"),
        ("poll(a)", "0"),
        ("poll(a)", "POLLIN"),
        ("poll(a)", "POLLNONSENSE"),
        ("eventfd2(0)", "3"),
        ("dup(a)", "3<copy>"),
        ("close(a)", "EBADF"),
        ("close(99)", "0"),
        ("close(99)", "EINVAL"),
    ],
)
def test_a_claim_that_does_not_hold_is_said(call: str, claim: str) -> None:
    text = (
        'socketpair([a, b])\nepoll_create1() = ep\nwrite(b, "hello", 5)\n'
        f"epoll_ctl(ep, EPOLL_CTL_ADD, a, EPOLLIN)\n{call} = {claim}"
    )
    (play,) = [play_on_model(read_script(text))]
    assert play.steps[-1].played.wrong.startswith("the script says ")
    assert differences([play]) == 1


def test_a_watch_keeps_its_name_when_its_number_is_used_again() -> None:
    """The event of a closed descriptor is not that of the newcomer."""
    plays = on_both(
        "epoll_create1() = ep\neventfd2(1) = old\ndup(old) = copy\n"
        "epoll_ctl(ep, EPOLL_CTL_ADD, old, {events=EPOLLIN, data=0x1})\n"
        "close(old)\neventfd2(1) = new\n"
        "epoll_ctl(ep, EPOLL_CTL_ADD, new, {events=EPOLLIN, data=0x2})\n"
        "epoll_wait(ep, 8, 0) = 2"
    )
    assert differences(plays) == 0
    for play in plays:
        assert play.steps[-1].played.records == (
            ("old", EPOLLIN),
            ("new", EPOLLIN),
        )
        names = [e.name for e in play.steps[-1].lists[0].interest]
        assert names == ["old", "new"]


def test_stale_and_disarmed_entries_are_told() -> None:
    plays = on_both(
        "epoll_create1() = ep\nsocketpair([a, b])\n"
        "epoll_ctl(ep, EPOLL_CTL_ADD, a, EPOLLIN|EPOLLET)\n"
        "write(b, 1)\nread(a, 1)"
    )
    model, linux = (play.steps[-1].lists[0] for play in plays)
    assert model.ready == (Entry("a", 0, off=True),)
    assert linux.ready == ()
    assert model.interest == linux.interest
    assert model.interest == (Entry("a", EPOLLIN | EPOLLET),)
    assert written(plays[:1])[-1] == (
        "  ep: interest [a EPOLLIN|EPOLLET]  ready [a stale]"
    )


def test_the_ready_list_of_linux_is_found_step_by_step() -> None:
    """Each from a copy of its own: looking changes nothing."""
    plays = on_both(
        "epoll_create1() = inner\nepoll_create1() = outer\neventfd2(1) = e\n"
        "epoll_ctl(outer, EPOLL_CTL_ADD, inner, EPOLLIN)\n"
        "epoll_ctl(inner, EPOLL_CTL_ADD, e, EPOLLIN|EPOLLONESHOT)\n"
        "epoll_wait(inner, 8, 0) = 1\nepoll_wait(outer, 8, 0) = 0"
    )
    assert differences(plays) == 0
    due = [
        [entry.name for lists in step.lists for entry in lists.due]
        for step in plays[1].steps
    ]
    assert due[-3:] == [["e", "inner"], [], []]


def test_where_the_kernels_differ_both_are_shown() -> None:
    with mock.patch.object(Epoll, "look", return_value=None):
        plays = on_both(
            "epoll_create1() = ep\neventfd2(1) = e\n"
            "epoll_ctl(ep, EPOLL_CTL_ADD, e, EPOLLIN)\nepoll_wait(ep, 8, 0)"
        )
    lines = written(plays)
    assert differences(plays) == 2
    assert lines[-3] == "! linux:"
    assert lines[-2].startswith("! epoll_wait(3<ep>, [{events=EPOLLIN, ")
    assert lines[-1] == "!   ep: interest [e EPOLLIN]  ready [e EPOLLIN]"


def test_a_number_that_is_used_again_has_not_the_old_name() -> None:
    plays = on_both("eventfd2(0) = e\nclose(e)\neventfd2(0)\nread(3, 8)")
    assert written(plays[:1])[-1].startswith("read(3, ...")


def test_a_time_out_is_not_waited_for() -> None:
    """A year, on both kernels."""
    plays = on_both("epoll_create1() = ep\nepoll_wait(ep, 8, 2000000000) = 0")
    assert differences(plays) == 0
    assert "8, 2000000000)" in written(plays)[-2]


def test_two_watches_with_one_word_are_no_difference() -> None:
    """Names are ours: kernels are compared by masks and words."""
    plays = on_both(
        "eventfd2(1) = a\neventfd2(1) = b\nepoll_create1() = ep\n"
        "epoll_ctl(ep, EPOLL_CTL_ADD, a, {events=EPOLLIN, data=7})\n"
        "epoll_ctl(ep, EPOLL_CTL_ADD, b, {events=EPOLLIN, data=7})\n"
        "epoll_wait(ep, 8, 0) = 2"
    )
    assert differences(plays) == 0


def test_an_epoll_is_known_by_each_of_its_descriptors() -> None:
    plays = on_both(
        "eventfd2(1) = e\nepoll_create1() = ep\ndup(ep) = twin\n"
        "epoll_ctl(twin, EPOLL_CTL_ADD, e, EPOLLIN)\nclose(ep)"
    )
    assert differences(plays) == 0
    (lists,) = plays[0].steps[-1].lists
    assert lists.epoll == "twin"
    assert [entry.name for entry in lists.ready] == ["e"]


def test_all_that_is_printed_is_a_script() -> None:
    """Lists, remarks and the last line are passed over."""
    plays = on_both(EVERY_WORD)
    text = "\n".join([*written(plays), "model and Linux agree on 36 steps"])
    assert len(read_script(text).lines) == len(plays[0].steps)


def test_too_many_calls_are_played_without_lists_only() -> None:
    script = read_script("close(99) = EBADF\n" * (MOST_LISTED + 1))
    with pytest.raises(ScriptError, match=rf"^line {MOST_LISTED + 1}: more"):
        play_on_linux(script)
    plays = [play_on_model(script), play_on_linux(script, lists=False)]
    assert differences(plays) == 0


def test_a_sleeping_wait_needs_no_thread_in_a_copy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Many endless waits are played in the time that as many calls take."""
    started = 0
    start = WaitingThread.start

    def counted(self: WaitingThread) -> None:
        nonlocal started
        started += 1
        start(self)

    monkeypatch.setattr(WaitingThread, "start", counted)
    text = "epoll_create1() = ep\n" + "epoll_wait(ep, 8, -1)\n" * 20
    assert differences(on_both(text)) == 0
    assert started == 20
