"""The picture of a timeline: does it stand alone, and say what it shows?"""

import re
from xml.etree import ElementTree as ET

import pytest

from epollref.trace.calls import Close, Read
from epollref.trace.items import Call
from epollref.trace.log import Log
from epollref.trace.timeline.draw import document, draw
from epollref.trace.timeline.lives import KINDS
from epollref.trace.timeline.look import SHAPES, STYLE
from epollref.trace.timeline.picture import MOST_COLUMNS, MOST_DRAWN, limits
from epollref.trace.timeline.rows import Story
from tests.trace.test_timeline import add, report

SVG = "{http://www.w3.org/2000/svg}"
PAIR = """\
socketpair(AF_UNIX, SOCK_STREAM, 0, [4, 5]) = 0
epoll_create1(0) = 3
epoll_ctl(3, EPOLL_CTL_ADD, 4, {EPOLLIN|EPOLLET, {u32=4, u64=4}}) = 0
write(5, "x"..., 10000) = 10000
epoll_wait(3, [{events=EPOLLIN, data={u32=4, u64=4}}], 8, -1) = 1
read(4, "x"..., 4096) = 4096
write(5, "y", 1) = 1
"""


def drawing(*calls: Call) -> ET.Element:
    return ET.fromstring(draw(calls))


def test_each_mark_says_its_line() -> None:
    """Under the pointer stands what strace would print."""
    svg = drawing(add(5), report(5), Close(5))
    titles = [title.text for title in svg.iter(f"{SVG}title")]
    assert titles == [
        "Timeline, watches: 1",
        "epoll_ctl(3, EPOLL_CTL_ADD, 5, {events=EPOLLIN, "
        "data={u32=5, u64=5}}) = 0",
        "epoll_wait(3, [{events=EPOLLIN, data={u32=5, u64=5}}], 64, -1) = 1",
        "close(5) = 0",
    ]


def test_it_stands_alone_and_is_read_by_day_and_night() -> None:
    """No script, nothing fetched; colours for both schemes."""
    text = draw([add(5), Close(5)])
    assert "prefers-color-scheme: dark" in text
    assert "<script" not in text
    assert re.findall(r"https?://[^\"]+", text) == [
        "http://www.w3.org/2000/svg"
    ]


@pytest.mark.parametrize("columns", [1, 40, 5000])
def test_text_stays_as_large_however_long_the_trace_is(columns: int) -> None:
    """The columns move together; nothing is drawn beside the paper."""
    svg = drawing(add(5), *(report(5) for _ in range(columns)))
    width = float(svg.attrib["width"])
    assert width <= 1200
    assert svg.attrib["viewBox"].split()[2:] == [
        svg.attrib["width"],
        svg.attrib["height"],
    ]
    ends = [
        float(end)
        for path in svg.iter(f"{SVG}path")
        for end in re.findall(r"H([\d.]+)", path.attrib["d"])
        if "transform" not in path.attrib
    ]
    assert ends
    assert max(ends) <= width


def test_an_empty_trace_is_an_empty_picture() -> None:
    """No epoll, no rows, and no error."""
    assert not list(drawing().iter(f"{SVG}path"))


def test_hostile_bytes_are_text() -> None:
    """What a peer sent stands in a title, and nothing of it is markup."""
    data = b"</title><script>\x00\xff]]>"
    read = Read(5, data, 64, result=len(data))
    svg = drawing(add(5), read)
    assert not list(svg.iter(f"{SVG}script"))


def story(text: str) -> Story:
    return Story(Log(text.splitlines()))


def test_every_kind_of_mark_has_a_shape() -> None:
    assert SHAPES.keys() == KINDS.keys()


def test_what_the_peer_sent_and_nobody_read_is_drawn() -> None:
    """Both ends are in the log: the block is what the program has left."""
    text = document(story(PAIR))
    assert text.count("fig-mark fig-sent") == 3  # one is in the legend
    assert "fig-unread fig-stalled" in text
    assert [mark.unread for mark in story(PAIR).rows[0].marks] == [
        *(0, 10_000, 10_000, 5904, 5905),
    ]


def test_every_class_of_the_picture_has_a_look() -> None:
    """Else it would be black on black by night."""
    text = document(story(PAIR))
    used = set(re.findall(r"fig-[a-z]+", text.partition("</style>")[2]))
    plain = {f"fig-{kind}" for kind in SHAPES} | {"fig-re", "fig-peer"}
    named = {name for name in used if not re.match(r"fig-[0-9a-f]+$", name)}
    assert named - plain - {"fig-label"} <= set(
        re.findall(r"fig-[a-z]+", STYLE)
    )


def test_a_reader_who_does_not_see_it_is_told() -> None:
    """The description has what the terminal has."""
    svg = ET.fromstring(document(story(PAIR)))
    (told,) = svg.findall(f"{SVG}desc")
    assert told.text is not None
    assert "4,096 of 4,096, 5,904 unread" in told.text


def test_a_log_that_is_too_long_says_what_is_shown() -> None:
    """The end, for a program hangs at the end."""
    long = Story([add(5), *(report(5) for _ in range(300))])
    wide = Story([add(fd) for fd in range(5, 5 + MOST_DRAWN + 1)])
    text = document(long)
    assert f"shown are the last {MOST_COLUMNS} of 3" in text
    assert limits(long) in text
    assert f"the first {MOST_DRAWN} of {MOST_DRAWN + 1} desc" in limits(wide)
    assert limits(Story([add(5)])) == ""
