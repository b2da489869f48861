"""Logs that are damaged, invented or hostile.

Whatever stands in a log, the reader says what it read and what not.  It
raises nothing but ``LogError``, keeps nothing, and takes no time that grows
faster than the log.
"""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epollref.trace.items import Begun, Item
from epollref.trace.log import Log, joining, processes, registrations, survey
from epollref.trace.log.coverage import SAMPLES
from epollref.trace.log.source import LogError, lines, opened
from epollref.trace.notation import Notation

DATA = Path(__file__).parent / "data"


def real_lines() -> list[str]:
    """Return lines of every kind, of every log."""
    kept: dict[str, str] = {}
    for path in sorted(DATA.glob("*.strace.gz")):
        with opened(str(path)) as texts:
            for text in texts:
                assert text is not None
                shape = f"{path.name}{''.join(filter(str.isalpha, text))[:40]}"
                kept.setdefault(shape, text)
    golden = (DATA / "golden-lines.tsv").read_text().splitlines()
    return [*kept.values(), *(row.split("\t")[1] for row in golden)]


REAL = real_lines()
TOKENS = [
    " <unfinished ...>",
    "<... read resumed>",
    "<... ??? resumed>",
    ") = ",
    ") = ?",
    " = -1 EAGAIN (",
    " (INJECTED)",
    "[pid 7] ",
    "[pid 99999999999] ",
    "{events=",
    "data={u32=1, u64=99999999999999999999}",
    "[{",
    "}]",
    '"\\',
    '"...',
    "\\400",
    "\\u1234",
    "\\N{DEGREE SIGN}",
    "<",
    ">",
    "\x00",
    "\x85",
    "\r",
    "é",
    "9" * 5000,
    "0x" + "f" * 40,
    "1e999",
    "-",
    "EPOLLIN|" * 50,
    "strace: Process 8 attached",
    "Process 8 attached",
    "epoll_ctl(",
    "+++ exited with 99999999999999 +++",
    "²",
    "٣",
]


@st.composite
def mutated(draw: st.DrawFn) -> list[str]:
    """Draw some real lines with something wrong in them."""
    texts = draw(st.lists(st.sampled_from(REAL), min_size=1, max_size=6))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(texts) - 1))
        text = texts[at]
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 30)))
        middle = draw(
            st.one_of(
                st.just(""),
                st.sampled_from(TOKENS),
                st.text(max_size=4),
                st.sampled_from(REAL),
            )
        )
        texts[at] = text[:start] + middle + text[end:]
    return texts


def account(texts: list[str | None] | list[str]) -> list[Item]:
    """Read texts, and check that each line is an item or reported."""
    log = Log(texts)
    items: list[Item] = []
    try:
        items.extend(log)
    except LogError:
        return items
    coverage = log.coverage
    spoken = {item.line for item in items}
    missed = {sample.line for sample in coverage.samples}
    assert coverage.lines == len(texts)
    assert coverage.unread == len(coverage.samples)
    for number, text in enumerate(texts, 1):
        silent = number not in spoken and number not in missed
        assert not silent or (text is not None and not text.strip())
    return items


@settings(deadline=None)
@given(mutated())
def test_no_damage_is_lost_or_raised(texts: list[str]) -> None:
    """Is each damaged line an item, or reported?"""
    for item in account(texts):
        Notation(pid="column", time="tt", duration=True).line(item)


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), max_size=8))
def test_no_text_raises(texts: list[str]) -> None:
    """Is text that is no log reported?"""
    account([text.replace("\n", " ") for text in texts])


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_raise(data: bytes) -> None:
    """Is a binary file reported, line by line?"""
    account(list(lines(io.BytesIO(data))))


HOSTILE = [
    "close(" + ") = 1 (" * 50_000,
    "close(" + ") = 1<" * 50_000,
    "close(" + ") = 1<a:[" * 50_000,
    "close(" + "3<" * 50_000 + ") = 0",
    "close(3" + ">" * 50_000 + ") = 0",
    "read(3, " + '"' * 50_000 + ", 3) = 3",
    'read(3, "' + "\\" * 50_001 + '", 3) = 3',
    'read(3, "' + "a\\0" * 50_000 + ", 3) = 3",
    "epoll_wait(3, ["
    + "{events=EPOLLIN, data=0x4}, " * 20_000
    + "], 1, 1) = 1",
    "epoll_wait(3, [" + "{" * 50_000 + "], 1, 1) = 1",
    "epoll_ctl(3, EPOLL_CTL_ADD, 4, {events=" + "A|" * 50_000 + "}) = 0",
    "epoll_ctl(a=" * 20_000,
    "epoll_ctl(" + ", a=[[{{" * 20_000 + ") = 0",
    "accept4(3, {" + "}, [" * 50_000 + "], 0) = 1",
    "connect(3, " + ", 1" * 50_000 + "x) = 0",
    "getsockopt(3, a, b, " + ", [0]" * 50_000 + "x) = 0",
    "sendfile(3, 4, " + "1, " * 50_000 + "x) = 0",
    "fcntl(3, " + "F /* " * 50_000 + ") = 0",
    "ioctl(3, x" + " or x" * 50_000 + ", ) = 0",
    "readv(3, " + "{[" * 50_000 + ") = 0",
    "readv(3, " + '{["' * 50_000 + ") = 0",
    "poll([" + "{fd=3}, " * 50_000 + ") = 0",
    "select(3, [" + "3 " * 50_000 + ") = 0",
    "close(" + "4294912345, " * 20_000 + ") = 0",
    "clone(" + "{flags=" * 50_000 + ") = 0",
    "execve(" + '"a", ' * 50_000 + ") = 0",
    "7 " * 100_000,
    " " * 200_000 + "x",
    "12:00:00 " * 20_000,
    "--- SIGHUP " + " ---" * 50_000 + "x",
    "<... read resumed>" + ") = " * 50_000,
    "strace: Process " * 20_000,
    "Process 7 attached" * 20_000 + "\x00",
    "read(3 <unfinished ...>" * 20_000,
    "1.1 ( " * 50_000 + "epoll_",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:25])
def test_a_hostile_line_takes_no_more_than_its_length(text: str) -> None:
    """Is the time that a line takes not its length squared?

    Each takes milliseconds; a pattern that goes back and forth takes hours
    over a line of 100,000 characters, and the test never ends.
    """
    account([text])


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:25])
def test_a_hostile_pasted_line_takes_no_more(text: str) -> None:
    """Is that so behind a prefix, and where lines are put together?"""
    list(Log([f"> {text}", f"> {text}", "> x) = 0"], paste=True))


def test_unread_lines_do_not_fill_the_memory() -> None:
    """Are all counted, and only the first ones kept?"""
    log = Log(["x" * 1000] * (SAMPLES * 3))
    assert not list(log)
    assert log.coverage.unread == SAMPLES * 3
    assert len(log.coverage.samples) == SAMPLES
    assert max(len(sample.text) for sample in log.coverage.samples) == 200


def test_calls_that_never_end_do_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Is there an end to what is kept of unfinished calls?"""
    monkeypatch.setattr(joining, "MOST_CHARACTERS", 100_000)
    big = "x" * 9800
    log = Log(f"{pid} read({big} <unfinished ...>" for pid in range(80))
    kept = sum(isinstance(item, Begun) for item in log)
    assert kept == 10
    assert log.coverage.unread == 70
    assert log.coverage.samples[0].reason == "too many unfinished calls"


def test_calls_that_end_make_room_for_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Is a long log of unfinished calls read, if they all end?"""
    monkeypatch.setattr(joining, "MOST_CHARACTERS", 1000)
    log = Log(
        ["7 read(4,  <unfinished ...>", "7 <... read resumed>NULL, 1) = 0"] * 50
    )
    assert len(list(log)) == 100
    assert not log.coverage.samples


def test_registrations_do_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Is there an end to what is kept of watches, and to what is told?"""
    monkeypatch.setattr(registrations, "MOST_REGISTRATIONS", 50)
    event = "[{{events=EPOLLIN, data={:#x}}}]"
    log = Log(
        f"epoll_wait({word % 7}, {event.format(word)}, 8, 0) = 1"
        for word in range(1, 500)
    )
    assert len(list(log)) == 499
    assert len(log.coverage.unseen_registrations) < 60


def test_names_of_calls_do_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Is there an end to what is kept of names?"""
    monkeypatch.setattr(survey, "NAMES", 10)
    log = Log([*(f"c{n}(1) = 0" for n in range(50)), "close(3) = 0"])
    assert len(list(log)) == 51
    assert "close" in log.coverage.missing_calls


def test_processes_do_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Is there an end to what is kept of processes?"""
    monkeypatch.setattr(processes, "MOST_PROCESSES", 10)
    log = Log(
        line
        for pid in range(1, 80)
        for line in (
            f"strace: Process {pid} attached",
            f"[pid {pid:>5}] close(3) = 0",
        )
    )
    assert len(list(log)) == 2 * 79
    kept = vars(log.processes)
    assert max(len(v) for v in kept.values() if isinstance(v, dict)) == 10
