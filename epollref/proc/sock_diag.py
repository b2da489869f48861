"""Sockets from the kernel itself, as ss asks for them: sock_diag(7).

A netlink socket answers for the network namespace in which it was made, so
this serves processes of our own namespace.  It knows what the tables in
/proc do not: the backlog, and the queues and the peer of a unix socket.
"""

import errno
import os
import socket
import struct
from collections.abc import Collection, Iterator
from typing import Final

from epollref.proc.socket_values import (
    UNIX_PROTOCOLS,
    SocketInfo,
    endpoint,
    state_name,
)

NETLINK_SOCK_DIAG: Final = 4
_SOCK_DIAG_BY_FAMILY: Final = 20
_REQUEST_DUMP: Final = 0x301
_ERROR, _DONE = 2, 3
_ALL_STATES: Final = 0xFFFFFFFF
_LONGEST: Final = 1 << 16
"""Bytes: longer than any message of a dump (net/netlink/af_netlink.c)."""

_HEADER: Final = struct.Struct("=IHHII")
_INET_REQUEST: Final = struct.Struct("=BBBxI48x")
_UNIX_REQUEST: Final = struct.Struct("=BBHIIIII")
_INET: Final = struct.Struct("!4xHH16s16s12x4x8x")
_INET_STATE: Final = struct.Struct("=BB")
_INET_END: Final = struct.Struct("=IIIII")
_UNIX: Final = struct.Struct("=BBBxI8x")
_ATTRIBUTE: Final = struct.Struct("=HH")

_SHOW: Final = 0x01 | 0x04 | 0x10
"""Name, peer and queues (``UDIAG_SHOW_NAME``, ``_PEER``, ``_RQLEN``)."""
_NAME, _PEER, _QUEUES = 0, 2, 4

_INTERNET: Final = (
    ("tcp", socket.AF_INET, socket.IPPROTO_TCP),
    ("tcp6", socket.AF_INET6, socket.IPPROTO_TCP),
    ("udp", socket.AF_INET, socket.IPPROTO_UDP),
    ("udp6", socket.AF_INET6, socket.IPPROTO_UDP),
)


def from_kernel(wanted: Collection[int] | None) -> Iterator[SocketInfo]:
    """Ask the kernel for the sockets of our own network namespace.

    Args:
        wanted: The inodes of the sockets that are asked for; all sockets if
            ``None``.

    Yields:
        Each socket.

    Raises:
        OSError: The kernel cannot answer (EPROTONOSUPPORT, ENOENT without
            its modules, EPERM in a sandbox).
    """
    with socket.socket(
        socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG
    ) as netlink:
        for protocol, family, number in _INTERNET:
            request = _INET_REQUEST.pack(family, number, 0, _ALL_STATES)
            for body in _answers(netlink, request):
                (inode,) = struct.unpack_from("=I", body, 68)
                if wanted is None or inode in wanted:
                    yield _internet(protocol, family, body)
        request = _UNIX_REQUEST.pack(
            socket.AF_UNIX, 0, 0, _ALL_STATES, 0, _SHOW, 0, 0
        )
        for body in _answers(netlink, request):
            (inode,) = struct.unpack_from("=I", body, 4)
            if wanted is None or inode in wanted:
                yield _unix(body)


def _answers(netlink: socket.socket, request: bytes) -> Iterator[memoryview]:
    """Send a request, and go through the messages that answer it."""
    size = _HEADER.size + len(request)
    netlink.send(
        _HEADER.pack(size, _SOCK_DIAG_BY_FAMILY, _REQUEST_DUMP, 0, 0) + request
    )
    while True:
        data = memoryview(netlink.recv(_LONGEST))
        while data:
            length, kind, _, _, _ = _HEADER.unpack_from(data)
            body = data[_HEADER.size : length]
            if kind == _DONE:
                return
            if kind == _ERROR:
                (number,) = struct.unpack_from("=i", body)
                raise OSError(-number, os.strerror(-number))
            if length < _HEADER.size:
                raise OSError(errno.EBADMSG, os.strerror(errno.EBADMSG))
            yield body
            data = data[length + 3 & ~3 :]


def _internet(protocol: str, family: int, body: memoryview) -> SocketInfo:
    """Take ``struct inet_diag_msg`` apart (linux/inet_diag.h)."""
    _, number = _INET_STATE.unpack_from(body)
    port, peer_port, address, peer_address = _INET.unpack_from(body)
    _, received, sent, _, inode = _INET_END.unpack_from(body, 52)
    state = state_name(number)
    listens = state == "LISTEN"
    size = 4 if family == socket.AF_INET else 16
    return SocketInfo(
        inode=inode,
        protocol=protocol,
        state=state,
        local=endpoint(socket.inet_ntop(family, address[:size]), port),
        peer=endpoint(socket.inet_ntop(family, peer_address[:size]), peer_port),
        receive_queue=0 if listens else received,
        send_queue=0 if listens else sent,
        accept_queue=received if listens else None,
        backlog=sent if listens else None,
    )


def _unix(body: memoryview) -> SocketInfo:
    """Take ``struct unix_diag_msg`` apart (linux/unix_diag.h)."""
    _, kind, number, inode = _UNIX.unpack_from(body)
    attributes = dict(_attributes(body[_UNIX.size :]))
    received, sent = struct.unpack("=II", attributes.get(_QUEUES, bytes(8)))
    peer = attributes.get(_PEER)
    state = state_name(number)
    listens = state == "LISTEN"
    known = _QUEUES in attributes
    return SocketInfo(
        inode=inode,
        protocol=UNIX_PROTOCOLS.get(kind, "unix"),
        state=state,
        local=_unix_name(bytes(attributes.get(_NAME, b""))),
        peer_inode=None if peer is None else struct.unpack("=I", peer)[0],
        receive_queue=0 if listens else received if known else None,
        send_queue=0 if listens else sent if known else None,
        accept_queue=received if listens and known else None,
        backlog=sent if listens and known else None,
    )


def _attributes(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    while len(data) >= _ATTRIBUTE.size:
        length, kind = _ATTRIBUTE.unpack_from(data)
        yield kind, data[_ATTRIBUTE.size : length]
        data = data[max(length, _ATTRIBUTE.size) + 3 & ~3 :]


def _unix_name(name: bytes) -> str:
    """Write a name as /proc/net/unix does: ``@`` stands for each zero byte."""
    if not name.startswith(b"\0"):
        name = name.rstrip(b"\0")
    return name.replace(b"\0", b"@").decode(errors="backslashreplace")
