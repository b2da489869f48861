"""There and back: a call that is written and read is the same call."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import builds, integers, just

from epollref.trace.calls import Clone
from epollref.trace.items import (
    Begun,
    Call,
    Exit,
    Item,
    Remark,
    Signal,
    Stopped,
)
from epollref.trace.log import Log
from epollref.trace.log.source import opened
from epollref.trace.notation import Notation
from tests.trace.made_calls import MADE, calls_of, found

LOGS = sorted((Path(__file__).parent / "data").glob("*.strace.gz"))
STYLES = builds(
    Notation,
    dialect=st.sampled_from(["6.1", "6.13"]),
    pid=just("column"),
    time=just("ttt"),
    duration=just(True),
)
MICROS = integers(0, 2**30)
EXAMPLES = max(40, settings().max_examples * 2 // 5)
"""Of each class of calls: there are many, and each is made in several ways."""


@pytest.mark.parametrize("kind", found(), ids=lambda kind: kind.__name__)
@settings(deadline=None, max_examples=EXAMPLES)
@given(st.data(), STYLES, integers(1, 2**22), MICROS, MICROS)
def test_a_call_comes_back(
    kind: type[Call],
    data: st.DataObject,
    style: Notation,
    pid: int,
    moment: int,
    spent: int,
) -> None:
    """Is the call that was read the call that was written?"""
    call = replace(
        data.draw(calls_of(kind)),
        pid=pid,
        time=(1795455349 * 10**6 + moment) / 1e6,
        duration=spent / 1e6,
        line=1,
    )
    log = Log([style.line(call)])
    assert list(log) == [call]
    assert not log.coverage.samples


@pytest.mark.parametrize(
    "item",
    [
        Signal("SIGCHLD", "{si_signo=SIGCHLD, si_pid=7}"),
        Signal("SIGALRM"),
        Stopped("SIGTSTP"),
        Exit(3),
        Exit(None, "SIGKILL"),
        Exit(None, "SIGSEGV", True),
        Exit(superseded_by=9),
        Begun("epoll_wait", "3, ", fd=3),
        Begun("epoll_wait", "3, ", "detached", fd=3),
        Begun("epoll_wait", "3, ", "killed", fd=3),
        Begun("vfork", call=Clone(name="vfork", result=None, pid=7, line=1)),
    ],
    ids=repr,
)
def test_what_is_no_call_comes_back(item: Item) -> None:
    """Are signals, exits and beginnings the same again?"""
    item = replace(item, pid=7, line=1)
    assert list(Log([Notation(pid="column").line(item)])) == [item]


def test_no_class_is_forgotten() -> None:
    """Are the classes that are found all those that can be made?"""
    assert set(found()) == {kind for kind, _ in MADE}


def test_a_remark_comes_back() -> None:
    """Is what strace says about itself the same again?"""
    remark = Remark("strace: Process 7 attached", line=1)
    assert list(Log([Notation().line(remark)])) == [remark]


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.name)
def test_real_logs_are_written_again(path: Path) -> None:
    """Is each line of a real log written as strace wrote it?

    Paths in the logs were rewritten, so the padding is not compared.
    """
    with opened(str(path)) as lines:
        texts = [text for text in lines if text is not None]
    style = Notation(
        dialect="6.13" if "613" in path.name else "6.1",
        pid="column",
        time="ttt",
        duration=True,
    )
    for item in Log(texts):
        if isinstance(item, Call) and item.begun:
            continue  # that is two lines in the log
        written = style.line(item)
        assert written.split() == texts[item.line - 1].split()
