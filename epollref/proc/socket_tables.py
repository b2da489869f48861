"""Sockets out of the tables in /proc/PID/net: of any network namespace.

The tables are text (proc_pid_net(5)), an address is the hexadecimal of its
32-bit words as they lie in memory.  They have all of TCP and UDP but the
backlog, and of unix sockets neither queues nor peers.
"""

import socket
import struct
from collections.abc import Collection, Iterator

from epollref.proc.process import Process
from epollref.proc.socket_values import (
    UNIX_PROTOCOLS,
    SocketInfo,
    endpoint,
    state_name,
)

_ACCEPTS = 1 << 16
"""The flag of a unix socket that listens (``__SO_ACCEPTCON``)."""

_UNIX_STATES = {1: "CLOSE", 2: "SYN_SENT", 3: "ESTABLISHED", 4: "CLOSING"}
"""``SS_UNCONNECTED`` and what follows (include/uapi/linux/net.h)."""


def from_tables(
    process: Process, wanted: Collection[int] | None
) -> Iterator[SocketInfo]:
    """Read the tables of a process's network namespace.

    Args:
        process: The process.
        wanted: The inodes of the sockets that are asked for; all sockets if
            ``None``.

    Yields:
        Each socket.

    Raises:
        ProcessGoneError: The process has ended.
        PermissionError: A table may not be read; the text says what helps.
    """
    keep = None if wanted is None else {b"%d" % inode for inode in wanted}
    for protocol in ("tcp", "tcp6", "udp", "udp6"):
        for row in _rows(process, protocol):
            if len(row) > 9 and (keep is None or row[9] in keep):
                yield _internet(protocol, row)
    for row in _rows(process, "unix"):
        if len(row) > 6 and (keep is None or row[6] in keep):
            yield _unix(row)


def _rows(process: Process, table: str) -> Iterator[list[bytes]]:
    try:
        lines = process.lines(f"net/{table}")
        next(lines, None)  # The names of the columns.
        for line in lines:
            # A path may hold blanks: it is the eighth field, and the last.
            yield line.split(None, 7) if table == "unix" else line.split()
    except FileNotFoundError:
        return  # A kernel without IPv6.


def _internet(protocol: str, row: list[bytes]) -> SocketInfo:
    state = state_name(int(row[3], 16))
    sent, received = (int(half, 16) for half in row[4].split(b":"))
    listens = state == "LISTEN"
    return SocketInfo(
        inode=int(row[9]),
        protocol=protocol,
        state=state,
        local=_endpoint(row[1]),
        peer=_endpoint(row[2]),
        receive_queue=0 if listens else received,
        send_queue=0 if listens else sent,
        accept_queue=received if listens else None,
    )


def _endpoint(text: bytes) -> str:
    address, port = text.split(b":")
    size = len(address) // 8
    words = (int(address[8 * i : 8 * i + 8], 16) for i in range(size))
    raw = struct.pack(f"={size}I", *words)
    family = socket.AF_INET if size == 1 else socket.AF_INET6
    return endpoint(socket.inet_ntop(family, raw), int(port, 16))


def _unix(row: list[bytes]) -> SocketInfo:
    listens = int(row[3], 16) & _ACCEPTS
    number = int(row[5], 16)
    return SocketInfo(
        inode=int(row[6]),
        protocol=UNIX_PROTOCOLS.get(int(row[4], 16), "unix"),
        state="LISTEN" if listens else _UNIX_STATES.get(number, str(number)),
        local=row[7].decode(errors="backslashreplace") if row[7:] else "",
    )
