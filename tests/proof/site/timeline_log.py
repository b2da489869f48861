"""A strace log of two processes, without what is an accident of the run.

`strace -f` prints lines in the order in which it saw the processes stop,
and cuts a call in two wherever another process was seen in between.  A
call of the client that wakes the server may so end before or after the
server's next line.  Here each call of the client stands where it began,
and a call of the server is in two halves only if the client called
something in between.

Numbers that differ from run to run are replaced: processes (100 is the
server, 200 the client), ports, inodes, addresses in memory.  Times are
left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from epollref.trace.calls import Accept, Connect, EpollCreate1
from epollref.trace.items import Begun, Call
from epollref.trace.log import Log
from epollref.trace.notation import Notation

SERVER, CLIENT = 100, 200
ACTS = ("connect", "sendto", "recvfrom", "shutdown")

_line = Notation(pid="column").line
_PORT = re.compile(r"sin_port=htons\((\d+)\)")
_ACCIDENTS = (
    (re.compile(r"\b0x[0-9a-f]+\b"), "0x5500000"),
    (re.compile(r"(?<=:\[)\d+(?=\])"), "1"),
    # Python sets 32 of the 64 bits; the others are what was in memory.
    (re.compile(r"data=\{u32=(\d+), u64=\d+\}"), r"data={u32=\1, u64=\1}"),
)

Half = tuple[int, str]
"""A place in the raw log, and a line."""


def tidied(raw: str) -> str:
    """Return the log from the first epoll call to the client's last.

    Raises:
        ValueError: No client connects in this log.
    """
    items = [i for i in Log(raw.splitlines()) if isinstance(i, Call | Begun)]
    connects = [item for item in items if isinstance(item, Connect)]
    if not connects:
        raise ValueError("no client connects in this log")
    ours = list(_both_ends(items, connects[-1]))
    acts = [
        i.first_line for i in ours if isinstance(i, Call) and i.pid == CLIENT
    ]
    lines = [
        text for place, text in sorted(_halves(ours, acts)) if place <= acts[-1]
    ]
    text = "".join(line + "\n" for line in lines)
    for old, new in _ports(ours).items():
        text = re.sub(rf"\b{old}\b", new, text)
    for accident, word in _ACCIDENTS:
        text = accident.sub(word, text)
    return text


def _both_ends(
    items: Sequence[Call | Begun], connect: Connect
) -> Iterator[Call | Begun]:
    """Leave the server's calls from its epoll on, and the client's acts."""
    created = [
        item
        for item in items
        if isinstance(item, EpollCreate1) and item.pid != connect.pid
    ]
    server, start = created[-1].pid, created[-1].line
    for item in items:
        if item.pid == server and item.line >= start:
            yield replace(item, pid=SERVER)
        elif item.pid == connect.pid and _acts(item, connect.fd):
            yield replace(item, pid=CLIENT)


def _acts(item: Call | Begun, fd: int) -> bool:
    return item.name in ACTS and getattr(item, "fd", None) == fd


def _halves(
    items: Sequence[Call | Begun], acts: Sequence[int]
) -> Iterator[Half]:
    """Write a call as one line, or as two round an act of the client."""
    begun = {i.line: i for i in items if isinstance(i, Begun)}
    for call in items:
        if isinstance(call, Begun):
            continue
        half = begun.pop(call.begun, None)
        between = any(call.first_line < act < call.line for act in acts)
        if half is None or call.pid == CLIENT or not between:
            yield call.first_line, _line(call)
            continue
        yield half.line, _line(half)
        whole = _line(replace(call, pid=SERVER))
        rest = whole.partition(f"{call.name}({half.args}")[2]
        yield call.line, f"{SERVER:<5} <... {call.name} resumed>{rest}"
    for half in begun.values():
        yield half.line, _line(half)


def _ports(items: Sequence[Call | Begun]) -> dict[str, str]:
    """Return the ports that the kernel chose, and what stands for them."""
    ports: dict[str, str] = {}
    for item in items:
        if isinstance(item, Connect | Accept):
            found = _PORT.search(item.address)
            if found is not None:
                name = "7000" if isinstance(item, Connect) else "50000"
                ports.setdefault(found[1], name)
    return ports
