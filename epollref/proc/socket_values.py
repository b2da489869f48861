"""A socket as a value, in the words of tcp(7) and of the kernel's states."""

from dataclasses import dataclass
from typing import Final

STATES: Final = (
    "",
    "ESTABLISHED",
    "SYN_SENT",
    "SYN_RECV",
    "FIN_WAIT1",
    "FIN_WAIT2",
    "TIME_WAIT",
    "CLOSE",
    "CLOSE_WAIT",
    "LAST_ACK",
    "LISTEN",
    "CLOSING",
    "NEW_SYN_RECV",
    "BOUND_INACTIVE",
)
"""States by their number (``include/net/tcp_states.h``), of all protocols."""


@dataclass(frozen=True, slots=True)
class SocketInfo:
    """A socket of a network namespace.

    Attributes:
        inode: The inode of its file, as in the link of a descriptor; 0 if no
            process has it (any more): TIME_WAIT, not accepted yet.
        protocol: ``tcp``, ``tcp6``, ``udp``, ``udp6``; ``unix``,
            ``unix-dgram``, ``unix-seqpacket``.
        state: A word of ``STATES``.  ``CLOSE`` is what is bound or not even
            that; datagram sockets with a fixed peer are ESTABLISHED.
        local: ``127.0.0.1:80``, ``[::1]:80``, a path, ``@`` and an abstract
            name (unix(7)), or nothing.
        peer: The same of the other end, of TCP and UDP.
        peer_inode: The inode of the other end, of a unix socket; ``None``
            where the kernel does not say.
        receive_queue: Bytes that came and were not read; 0 for a listener,
            ``None`` where the kernel does not say.
        send_queue: Bytes that were written and the peer has not
            acknowledged, or, of a unix socket, has not read.
        accept_queue: Connections that wait for accept(2); ``None`` if it
            does not listen, or where the kernel does not say.
        backlog: The most connections that may wait; like ``accept_queue``.
    """

    inode: int
    protocol: str
    state: str
    local: str
    peer: str = ""
    peer_inode: int | None = None
    receive_queue: int | None = None
    send_queue: int | None = None
    accept_queue: int | None = None
    backlog: int | None = None


def state_name(number: int) -> str:
    """Return the name of a state, or its number where it has none here."""
    return STATES[number] if 0 < number < len(STATES) else str(number)


UNIX_PROTOCOLS: Final = {1: "unix", 2: "unix-dgram", 5: "unix-seqpacket"}
"""Names of unix sockets by their type (SOCK_STREAM is 1)."""


def endpoint(address: str, port: int) -> str:
    """Return an address and a port in one text.

    Args:
        address: IPv4 or IPv6, as text.
        port: The port.
    """
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
