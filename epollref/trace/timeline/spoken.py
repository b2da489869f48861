"""A timeline in words, for a terminal and for who does not see the picture.

What repeats is said once, with how often: a loop that spins is three lines
and not three million.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from epollref.trace.calls import Copy, EpollCtl, Read, Shutdown, Wait, Write
from epollref.trace.timeline.lives import KINDS, Mark, Row
from epollref.trace.timeline.rows import Story
from epollref.trace.words import EVENTS, HOW, OPERATION

LONGEST_ROUND: Final = 8
"""Marks in what is found to repeat."""

MOST_LINES: Final = 100
"""Lines of a row, unless it is asked for by its number."""

MOST_ROWS: Final = 200

MOVED: Final = frozenset(("read", "written", "sent", "received"))
"""Marks that have a number of bytes."""

Words = tuple[str, str]
"""What happened, and the details."""


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line of a timeline: of its head, of a mark, or of the end."""

    text: str
    kind: str = ""
    """A key of ``KINDS``; empty for what is no mark."""


def row_name(row: Row) -> str:
    """Return what a row is called."""
    return f"data {row.data:#x}" if row.fd is None else f"fd {row.fd}"


def headed(row: Row) -> str:
    """Return what a row is, and how anybody knows."""
    words = row_name(row)
    if row.epoll is None:
        words += ", which no call ties to an epoll"
    else:
        words += f" in epoll {row.epfd}"
    if row.pid:
        words += f", process {row.pid}"
    if row.guessed:
        words += " (a data word, taken for a descriptor)"
    return words


def said(mark: Mark) -> Words:
    """Return what a mark means, and its details."""
    call = mark.call
    details = ""
    if isinstance(call, EpollCtl):
        details = _control(mark, call)
    elif isinstance(call, Wait):
        details = EVENTS.text(mark.events)
    elif isinstance(call, Shutdown):
        details = HOW.text(call.how)
    elif mark.kind == "peer-shut":
        details = call.name
    elif mark.kind == "accepted":
        details = f"fd {call.result}"
    elif mark.kind == "failed":
        details = call.error
    elif isinstance(call, Read | Write | Copy) and mark.kind in MOVED:
        details = _bytes(mark, call)
    return KINDS[mark.kind], details


def _control(mark: Mark, call: EpollCtl) -> str:
    if mark.kind == "refused":
        return f"{OPERATION.text(call.op)}: {call.error}"
    if mark.kind == "removed":
        return ""
    data = f", data {call.data:#x}" if call.data != call.fd else ""
    return EVENTS.text(call.events) + data


def _bytes(mark: Mark, call: Read | Write | Copy) -> str:
    words = f"{call.result or 0:,}"
    if mark.kind in ("read", "written"):
        words += f" of {call.n:,}"
    if mark.unread is not None and mark.kind in ("read", "sent"):
        words += f", {mark.unread:,} unread"
    return words


def ending(row: Row, columns: int) -> str:
    """Return what a row is at the end of the log; empty if it is over."""
    if row.removed or row.marks[-1].kind == "closed":
        return ""
    if row.over:
        armed = row.armed and row.armed[-1][1] >= row.last
        return "armed until its process or its epoll was gone" if armed else ""
    if row.armed and row.armed[-1][1] >= columns:
        return "armed to the end"
    if row.oneshot:
        return "not armed: reported once, and no MOD since"
    if row.epoll is None or row.told:
        return ""
    return "what it is armed for is not in the log"


def told(story: Story, whole: bool = False) -> Iterator[SpokenLine]:
    """Tell the rows of a timeline.

    Args:
        story: The rows.
        whole: Leave no line out.

    Yields:
        Lines.
    """
    start = next((c.time for c in story.calls if c.time is not None), None)
    threads = any(len(row.threads) > 1 for row in story.rows)
    rows = story.rows if whole else story.rows[:MOST_ROWS]
    for number, row in enumerate(rows):
        if number:
            yield SpokenLine("")
        yield SpokenLine(headed(row))
        yield from _row(row, start, threads, whole)
        end = ending(row, len(story.calls))
        if end:
            yield SpokenLine(f"        {end}")
    if len(rows) < len(story.rows):
        left = len(story.rows) - len(rows)
        yield SpokenLine(f"\n{left:,} more descriptors: --fd, --pid show them")


def _row(
    row: Row, start: float | None, threads: bool, whole: bool
) -> Iterator[SpokenLine]:
    """Tell the marks of a row, a round that repeats only once."""
    words = [said(mark) for mark in row.marks]
    width = max(len(kind) for kind, _ in words)
    lines: list[SpokenLine] = []
    place = 0
    while place < len(words):
        length, times = _round(words, place)
        for number in range(place, place + length):
            mark, (kind, details) = row.marks[number], words[number]
            when = _when(mark, start, threads)
            text = f"{when}  {kind:{width}}  {details}".rstrip()
            lines.append(SpokenLine(text, mark.kind))
        place += length * times
        if times > 1:
            last = row.marks[place - 1].call.line
            what = "this" if length == 1 else f"these {length} lines"
            where = f", to line {last:,}" if last else ""
            lines.append(SpokenLine(f"        {what}, {times:,} times{where}"))
    if whole or len(lines) <= MOST_LINES:
        yield from lines
        return
    half = MOST_LINES // 2
    yield from lines[:half]
    left = len(lines) - 2 * half
    yield SpokenLine(
        f"        {left:,} more lines: --fd, --from, --to show them"
    )
    yield from lines[-half:]


def _when(mark: Mark, start: float | None, threads: bool) -> str:
    """Return line, milliseconds and thread of a mark, as far as known."""
    words = f"{mark.call.line or mark.column + 1:>6}"
    if start is not None and mark.call.time is not None:
        words += f"  {(mark.call.time - start) * 1000:>11,.3f}"
    if threads:
        words += f"  {mark.call.pid:>7}"
    return words


def _round(words: Sequence[Words], start: int) -> tuple[int, int]:
    """Find what repeats from a place on: its length, and how often."""
    best, saved = (1, 1), 0
    for length in range(1, LONGEST_ROUND + 1):
        times, place = 1, start + length
        while place + length <= len(words) and all(
            words[start + n] == words[place + n] for n in range(length)
        ):
            times, place = times + 1, place + length
        # A line says how often: twice is told as quickly as it is counted.
        if times > 2 and length * (times - 1) > saved:
            best, saved = (length, times), length * (times - 1)
    return best
