"""A strace log of two processes, without what is an accident of the run.

`strace -f` prints lines in the order in which it saw the processes stop,
and cuts a call in two wherever another process was seen in between.  A
call of the client that wakes the server may so end before or after the
server's next line.  Here each call of the client stands where it began,
and a call of the server is in two halves only if the client called
something in between.

Numbers that differ from run to run are replaced: processes (100 is the
server, 200 the client), ports, addresses in memory; times become those
of `strace -r`, the seconds since the line before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SERVER, CLIENT = "100", "200"
SERVER_PORT, CLIENT_PORT = "7000", "50000"
ADDRESS = "0x5500000"

_LINE = re.compile(r"(\d+) +(\d+\.\d+) (.*)")
_BEGUN = re.compile(r"(.*) <unfinished \.\.\.>")
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>(.*)")
_PORT = re.compile(r"(?<=sin_port=htons\()\d+")
_POINTER = re.compile(r"\b0x[0-9a-f]+\b")
_WORD = re.compile(r"data=\{u32=(\d+), u64=\d+\}")
"""Python sets 32 of the 64 bits; the others are what was in memory."""


@dataclass
class Call:
    """A call of either process; its places are lines of the raw log."""

    pid: str
    text: str
    begun: int
    entered: float
    ended: int | None = None
    left: float = 0.0
    rest: str = ""
    """What is printed at its end, if it was printed in two halves."""

    def spans(self, place: int) -> bool:
        """Whether it was in progress at a place of the log."""
        after = self.ended is not None and self.ended <= place
        return self.begun < place and not after


def tidied(raw: str) -> str:
    """Return the log from the first epoll call to the client's last.

    Raises:
        ValueError: No client connects in this log.
    """
    calls = list(_calls(raw))
    ours = _both_ends(calls)
    acts = [call.begun for call in ours if call.pid == CLIENT]
    halves: list[tuple[int, float, str, str]] = []
    for call in ours:
        if call.begun <= acts[-1]:
            halves += _halves(call, acts)
    halves = [half for half in sorted(halves) if half[0] <= acts[-1]]
    lines: list[str] = []
    before = halves[0][1]
    for _place, time, pid, text in halves:
        passed = max(time - before, 0)
        before = time
        lines.append(f"{pid} {passed:12.6f} {_without_accidents(text)}\n")
    return "".join(lines)


def _calls(raw: str) -> Iterator[Call]:
    unfinished: dict[str, Call] = {}
    for place, line in enumerate(raw.splitlines()):
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        pid, time, text = match[1], float(match[2]), match[3]
        if resumed := _RESUMED.fullmatch(text):
            call = unfinished.pop(pid)
            call.ended, call.left, call.rest = place, time, resumed[1]
        elif begun := _BEGUN.fullmatch(text):
            unfinished[pid] = Call(pid, begun[1], place, time)
            yield unfinished[pid]
        elif text[0].isalpha():
            yield Call(pid, text, place, time, place, time)


def _both_ends(calls: Iterable[Call]) -> list[Call]:
    """Leave the server's calls from its epoll on, and the client's acts."""
    every = list(calls)
    connects = [call for call in every if call.text.startswith("connect(")]
    if not connects:
        raise ValueError("no client connects in this log")
    client = connects[-1].pid
    end = connects[-1].text.removeprefix("connect(").partition(",")[0]
    acting = re.compile(rf"(?:connect|sendto|recvfrom|shutdown)\({end},")
    created = [
        call
        for call in every
        if call.text.startswith("epoll_create1(") and call.pid != client
    ]
    server, start = created[-1].pid, created[-1].begun
    found: list[Call] = []
    for call in every:
        if call.pid == server and call.begun >= start:
            call.pid = SERVER
            found.append(call)
        elif call.pid == client and acting.match(call.text):
            call.pid = CLIENT
            found.append(call)
    return found


def _halves(
    call: Call, acts: list[int]
) -> Iterator[tuple[int, float, str, str]]:
    """Write a call as one line, or as two round an act of the client."""
    cut = call.pid == SERVER and any(call.spans(act) for act in acts)
    if not cut:
        yield call.begun, call.entered, call.pid, call.text + call.rest
        return
    name = call.text.partition("(")[0]
    begun = f"{call.text} <unfinished ...>"
    yield call.begun, call.entered, call.pid, begun
    if call.ended is not None:
        resumed = f"<... {name} resumed>{call.rest}"
        yield call.ended, call.left, call.pid, resumed


def _without_accidents(text: str) -> str:
    """Replace what the kernel or the memory chose."""
    port = SERVER_PORT if text.startswith("connect(") else CLIENT_PORT
    text = _PORT.sub(port, text)
    text = _WORD.sub(r"data={u32=\1, u64=\1}", text)
    return _POINTER.sub(ADDRESS, text)
