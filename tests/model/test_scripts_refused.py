"""What is no script is refused with its line, and nothing else happens."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epollref.model.scripts import (
    Script,
    ScriptError,
    play_on_model,
    read_script,
)
from tests.proof.drivers.playing import EVERY_WORD
from tests.proof.volume import volume

pytestmark = pytest.mark.usefixtures("no_descriptor_left")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "line 1: the script has no call"),
        ("# only words\n", "line 1: the script has no call"),
        ("close(3)\nclose 3\n", "line 2: not a call: 'close 3'"),
        ("nonsense(3)", "line 1: scripts have no call nonsense; known are "),
        ("close()", "line 1: close() lacks an argument"),
        ("close(a)", "line 1: no descriptor has the name 'a'"),
        ("write(3)", "write(3) lacks an argument"),
        ("write(a)", "name 'a'"),
        ("epoll_frob(e)", "no call epoll_frob; did you mean epoll_ctl?"),
        ("accept(3)", "did you mean accept4?"),
        ("eventfd2(0) = left\nclose(lef)", "'lef'; did you mean left?"),
        ("eventfd2(0, NONBLOCK)", "did you mean EFD_NONBLOCK?"),
        ("epoll_ctl(3, 0x1, 3, EPOLLIN)", "0x1 is written EPOLL_CTL_ADD"),
        ("write(3, many)", "'many' is not a number"),
        ("write(3, -1)", "not a size"),
        ("read(3, 99999999)", "not a size"),
        ("read(3, 99999999999999999999)", "more than 32 bits"),
        ('write(3, "x, 1)', "do not match"),
        ("epoll_wait(3, [, 8, 0)", "do not match"),
        ("epoll_wait(3, 8)", "lacks an argument"),
        ("epoll_wait(3, 4294967295, -1)", "more than an int can hold"),
        (
            "epoll_wait(3, [EPOLLIN], 8, 0)",
            "EPOLLIN lacks the data word of its watch",
        ),
        (
            "epoll_ctl(3, EPOLL_CTL_ADD, 3, IN)",
            "'IN' is not an event; did you mean EPOLLIN?",
        ),
        (
            "epoll_ctl(3, EPOLL_CTL_ADD, 3, {x})",
            "'x' is not an event; known are EPOLLIN, ",
        ),
        ("epoll_ctl(3, EPOLL_CTL_ADD, 3, {})", "is not an event, as"),
        ("epoll_ctl(3, ADD, 3, EPOLLIN)", "did you mean EPOLL_CTL_ADD?"),
        ("epoll_ctl(3, EPOLL_CTL_ADD, 3)", "lacks an argument"),
        ("shutdown(3, WR)", "did you mean SHUT_WR?"),
        ("connect()", "lacks an argument"),
        ("listener() = l\nconnect(s, l)", "line 2: no descriptor has"),
        ("connect(3, {sa_family=AF_UNIX}, 5)", "to a listener, not to an"),
        ("socket()", "lacks an argument"),
        ("socket(AF_INET6)", "AF_UNIX and AF_INET, not socket(AF_INET6)"),
        ("socket(AF_UNIX, SOCK_DGRAM, 0)", "a script has stream sockets"),
        ("socketpair([a])", "makes two descriptors, not [a]"),
        ("timerfd_settime(3, soon)", "expired or stopped, not 'soon'"),
        ("regular_file() = f\nfill(f)", "never comes to an end"),
        ("eventfd2(-1)", "counts from 0, not from -1"),
        ("tcp_listener() = l\nconnect(l) = c\nwrite(c, 99999)", "line 3"),
        ("close(3)\n<... epoll_wait resumed>[x], 8, -1) = 1", "line 1"),
        (
            "close(3)\n[pid 1] <... epoll_wait resumed>"
            "[{events=EPOLLIN, data= }], 8, -1) = 1",
            "is not a number",
        ),
        ("epoll_ctl(3, EPOLL_CTL_ADD, 3, 0x1ffffffff)", "more than 32 bits"),
        (
            "epoll_ctl(3, EPOLL_CTL_ADD, 3, {events=EPOLLIN|0x100000000})",
            "more than 32 bits",
        ),
        (
            "epoll_ctl(3, EPOLL_CTL_ADD, 3, "
            "{EPOLLIN, data=0x10000000000000000})",
            "more than 64 bits",
        ),
        (
            "epoll_ctl(3, EPOLL_CTL_ADD, 3, "
            "{EPOLLIN, data={u32=4294967296, u64=0}})",
            "more than 32 bits",
        ),
        ("epoll_ctl(3, 0x100000001, 3, EPOLLIN)", "more than 32 bits"),
        ("epoll_create1(0x100000000)", "more than 32 bits"),
        ("eventfd2(4294967296)", "more than 32 bits"),
        ("eventfd2(0, 0x100000000)", "more than 32 bits"),
        ("accept4(3, NULL, NULL, 0x100000000)", "more than 32 bits"),
        ("shutdown(3, 0x100000000)", "more than 32 bits"),
        ("close(4294967299)", "more than 32 bits"),
        ("close(4294967295)", "more than an int can hold"),
        ("epoll_wait(3, 8, 2147483648)", "more than an int can hold"),
    ],
)
def test_what_cannot_be_understood_is_said_with_its_line(
    text: str, why: str
) -> None:
    with pytest.raises(ScriptError, match=r"^line ") as caught:
        play_on_model(read_script(text))
    assert why in str(caught.value)


CALLS = st.sampled_from(EVERY_WORD.split("\n\n", 1)[1].splitlines())
DIRT = st.text('()[]{}<>,="\\|.-0179 abeptEPOLIN_', max_size=12)


@settings(deadline=None, max_examples=volume(100, 10_000))
@given(st.lists(st.tuples(CALLS, DIRT, st.integers(0, 60)), max_size=12))
def test_no_script_brings_the_player_down(
    lines: list[tuple[str, str, int]],
) -> None:
    """A script is played, or refused with a ScriptError: nothing else."""
    text = "\n".join(call[:at] + dirt + call[at:] for call, dirt, at in lines)
    try:
        script = read_script(text)
        play = play_on_model(script)
    except ScriptError:
        return
    assert isinstance(script, Script)
    assert len(play.steps) == len(script.lines)
    for step, line in itertools.zip_longest(play.steps, script.lines):
        assert step.played.line is line
