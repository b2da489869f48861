"""A timeline is a log of what two servers do for the same client."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html
from pymdownx.superfences import (  # type: ignore[import-untyped] # no types
    SuperFencesException,
)

from epollref.trace.calls import EpollCtl, Transfer, Wait
from epollref.trace.items import Begun, Call
from epollref.trace.log import Log
from epollref.trace.timeline.lives import Row
from tests.proof.project import DATA, ROOT
from tests.proof.required import require_strace
from tests.proof.samples.fences import fences
from tests.proof.site import figures, figures_timeline
from tests.proof.site.figures_timeline import load, parse, places
from tests.proof.site.record_timelines import RECORDINGS, record
from tests.proof.site.timeline_log import tidied

PAGES = sorted((ROOT / "docs").rglob("*.md"))
BODIES = [
    fence.source
    for page in PAGES
    for fence in fences(page.read_text(encoding="utf-8"))
    if fence.language == "timeline"
]
SERVER_FIRST = """\
6 99.0 epoll_create1(EPOLL_CLOEXEC) = 3
8 99.1 epoll_create1(0) = 4
9 99.2 close(7) = 0
9 99.3 epoll_create1(EPOLL_CLOEXEC) = 3
9 99.4 epoll_wait(3,  <unfinished ...>
8 100.0 close(5) = 0
8 100.1 connect(3, {sin_port=htons(41234)}, 16) = 0
8 100.2 sendto(3, "x", 1, 0, NULL, 0 <unfinished ...>
9 100.3 <... epoll_wait resumed>[], 8, -1) = 1
8 100.4 <... sendto resumed>) = 1
9 100.5 recvfrom(5,  <unfinished ...>
8 100.6 close(6) = 0
9 100.7 <... recvfrom resumed>0x7ffd12, 8, 0, NULL, NULL) = 0
9 100.8 epoll_wait(3,  <unfinished ...>
8 100.9 recvfrom(3, "", 8, 0, NULL, NULL) = 0
9 101.0 <... epoll_wait resumed>0x7ffd12, 8, -1) = -1 EINTR
9 101.1 +++ exited with 0 +++
"""
CLIENT_FIRST = """\
9 3.3 epoll_create1(EPOLL_CLOEXEC) = 3
9 3.4 epoll_wait(3,  <unfinished ...>
8 5.1 connect(3, {sin_port=htons(50123)}, 16) = 0
8 5.2 sendto(3, "x", 1, 0, NULL, 0) = 1
9 5.3 <... epoll_wait resumed>[], 8, -1) = 1
9 5.5 recvfrom(5, 0x55aa77, 8, 0, NULL, NULL) = 0
9 5.8 epoll_wait(3,  <unfinished ...>
8 5.9 recvfrom(3, "", 8, 0, NULL, NULL) = 0
9 6.0 +++ exited with 0 +++
"""


def first_line(body: str) -> str:
    return body.partition("\n")[0]


def committed(name: str) -> str:
    return (DATA / f"{name}.strace").read_text(encoding="utf-8")


def facts(text: str) -> list[tuple[object, ...]]:
    """What each line says, without times, addresses and dialect."""
    log = Log(text.splitlines())
    found = [fact(item) for item in log if isinstance(item, Call | Begun)]
    assert not log.coverage.unread, log.coverage.samples
    return found


def fact(item: Call | Begun) -> tuple[object, ...]:
    if isinstance(item, Begun):
        return (item.pid, "begins", item.name, item.fd)
    name, special = item.name, tuple[object, ...]()
    if isinstance(item, EpollCtl):
        special = (item.epfd, item.op, item.fd, item.events, item.data)
    elif isinstance(item, Wait):
        # Where there is no epoll_wait, libc calls epoll_pwait.
        name, special = "epoll_wait", (item.epfd, item.ready, item.maxevents)
    elif isinstance(item, Transfer):
        special = (item.fd, item.file, item.n, item.data)
    elif hasattr(item, "fd"):
        special = (item.fd,)
    return (item.pid, name, *special, item.result, item.error)


@pytest.fixture(scope="module")
def strace() -> None:
    """Say by name why nothing is recorded; in CI that is a failure."""
    require_strace()


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("name", RECORDINGS)
def test_a_timeline_is_what_the_servers_do(name: str) -> None:
    """Recorded anew, is each call of the log the same, in this order?"""
    assert facts(record(RECORDINGS[name])) == facts(committed(name))


@pytest.mark.parametrize(
    ("truth", "untruth"),
    [
        ("= 4096", "= 4095"),
        ("EPOLLRDHUP, data", "EPOLLHUP, data"),
        ("recvfrom(5<", "recvfrom(6<"),
        ("->127.0.0.1:50000]>, 0x", "->127.0.0.1:50001]>, 0x"),
        ("100 ", "200 "),
        ("= -1 EAGAIN", "= -1 EINTR"),
        ("EPOLL_CTL_ADD", "EPOLL_CTL_MOD"),
        ("u64=5}}]", "u64=4}}]"),
    ],
)
def test_another_log_is_noticed(truth: str, untruth: str) -> None:
    """Does the comparison see events, descriptors, results and order?"""
    text = committed("edge-stalled")
    assert truth in text
    assert facts(text.replace(truth, untruth, 1)) != facts(text)


def test_calls_in_another_order_are_noticed() -> None:
    """Order is what the picture shows."""
    one, two, *rest = committed("edge-healthy").splitlines(keepends=True)
    assert facts("".join([two, one, *rest])) != facts(
        "".join([one, two, *rest])
    )


def test_every_log_belongs_to_a_recording_and_a_figure() -> None:
    """Is there no log that nobody records, and none that nobody draws?"""
    logs = {path.stem for path in DATA.glob("*.strace")}
    assert logs == set(RECORDINGS)
    drawn = "".join(BODIES)
    assert all(f"log: {name}\n" in drawn for name in logs)


def test_a_log_holds_no_accident_of_the_run() -> None:
    """Whoever was scheduled first, is the tidy log the same?"""
    first, second = tidied(SERVER_FIRST), tidied(CLIENT_FIRST)
    assert first == second
    lines = [re.sub(r" +", " ", line) for line in first.splitlines()]
    assert lines == [
        "100 epoll_create1(EPOLL_CLOEXEC) = 3",
        "100 epoll_wait(3, <unfinished ...>",
        "200 connect(3, {sin_port=htons(7000)}, 16) = 0",
        '200 sendto(3, "x", 1, 0, NULL, 0) = 1',
        "100 <... epoll_wait resumed>[], 8, -1) = 1",
        "100 recvfrom(5, 0x5500000, 8, 0, NULL, NULL) = 0",
        "100 epoll_wait(3, <unfinished ...>",
        '200 recvfrom(3, "", 8, 0, NULL, NULL) = 0',
    ]


def test_a_log_without_a_client_is_refused() -> None:
    """Does a recording that failed say so?"""
    with pytest.raises(ValueError, match="no client connects"):
        tidied("9 3.3 epoll_create1(EPOLL_CLOEXEC) = 3\n")


@pytest.mark.parametrize("name", RECORDINGS)
def test_the_client_acts_while_the_server_sleeps(name: str) -> None:
    """Only then is the order no accident, and what is unread a stall."""
    asleep, acts = False, 0
    for line in committed(name).splitlines():
        if line.startswith("200 "):
            acts += 1
            assert asleep, line
        elif "epoll_wait(" in line:
            asleep = line.endswith("<unfinished ...>")
    assert acts > 3


def connection(name: str) -> Row:
    """The row of the connection, which both ends of the log are about."""
    (row,) = load(name, 7 if "oneshot" in name else 5).rows
    return row


def left(name: str) -> list[int]:
    """Unread bytes when the client acts, and at the end."""
    marks = connection(name).marks
    before = [
        last.unread or 0
        for last, mark in pairwise(marks)
        if mark.kind in ("sent", "peer-shut")
    ]
    return [*before, marks[-1].unread or 0]


def test_a_stalled_server_sleeps_on_unread_bytes() -> None:
    """Is what waits the difference of what was sent and read?"""
    assert {name: left(name) for name in RECORDINGS} == {
        "edge-stalled": [0, 5904, 1809, 0],
        "edge-healthy": [0, 0, 0, 0],
        "oneshot-stalled": [0, 0, 6, 6],
        "oneshot-healthy": [0, 0, 0, 0],
    }


def test_the_oneshot_watch_is_armed_again_or_never() -> None:
    """Does the thick line end where the forgotten MOD should be?"""
    healthy = connection("oneshot-healthy")
    stalled = connection("oneshot-stalled")
    assert [mark.kind for mark in healthy.marks].count("re-armed") == 2
    assert len(healthy.armed) == 3
    ((_, end),) = stalled.armed
    assert stalled.marks[end].kind == "reported"


@pytest.mark.parametrize("body", BODIES, ids=first_line)
def test_a_timeline_tells_what_it_shows(body: str) -> None:
    """Can a reader who does not see it follow, and one who points at it?"""
    figure = html.fragment_fromstring(figures.timeline(body))
    panels = figure.xpath("//svg[@role='img']")
    assert len(panels) == 2
    for panel in panels:
        (title,) = panel.xpath("./title/text()")
        (told,) = panel.xpath("./desc/text()")
        assert ".py: " in title
        assert "the peer finished" in told
        lines = panel.xpath(".//path/title/text()")
        assert sum(line.startswith("recvfrom(") for line in lines) > 1
        assert any(line.startswith("epoll_wait(") for line in lines)
    unnamed = figure.xpath("//svg[not(@role='img')][not(@aria-hidden)]")
    assert unnamed == []


@pytest.mark.parametrize("body", BODIES, ids=first_line)
def test_a_timeline_leaves_colours_to_the_theme(body: str) -> None:
    """One drawing serves light and dark only if it has no colours."""
    drawing = figures.timeline(body)
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb|fill=|stroke=", drawing)
    ids = re.findall(r' id="([^"]+)"', drawing)
    assert len(ids) == len(set(ids))
    assert drawing == figures.timeline(body)


@pytest.mark.parametrize("body", BODIES, ids=first_line)
def test_the_acts_of_both_clients_stand_below_each_other(body: str) -> None:
    """Is the same moment at the same place in both pictures?"""
    _, panels = parse(body)
    acts = [
        [place[column] for column in panel.starts()]
        for panel, place in zip(panels, places(panels), strict=True)
    ]
    assert len(acts[0]) == 3
    assert acts[0] == acts[1]


@pytest.mark.parametrize(
    ("panels", "why"),
    [
        ("[{log: nobody, title: x}]", "nobody"),
        (
            "[{log: edge-healthy, title: x}, {log: short, title: x}]",
            "not one scenario",
        ),
        (
            "[{log: edge-healthy, title: x}, {log: oneshot-healthy, title: x}]",
            "not one watch of descriptor 5",
        ),
    ],
)
def test_a_timeline_that_makes_no_sense_stops_the_build(
    panels: str, why: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Does the author learn what is wrong?"""
    for name in RECORDINGS:
        (tmp_path / f"{name}.strace").write_text(committed(name))
    short = committed("edge-healthy").partition("200   shutdown")[0]
    (tmp_path / "short.strace").write_text(short)
    monkeypatch.setattr(figures_timeline, "DATA", tmp_path)
    monkeypatch.setitem(RECORDINGS, "short", RECORDINGS["edge-healthy"])
    with pytest.raises(SuperFencesException, match=why):
        figures.timeline(f"title: x\nfd: 5\npanels: {panels}")
