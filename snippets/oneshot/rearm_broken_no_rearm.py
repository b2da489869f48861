"""One-shot on one thread, and the re-arm is forgotten.

breaks: EP004

Each connection is served once. Its second message is never read, and
if it hangs up, nobody notices.

An echo server with SLOTS places. A connection takes a slot when it
first speaks and keeps it until it leaves. Who speaks while all slots
are taken is parked: still watched for ERR and HUP, not read. When a
slot is free it is resumed, and what it said meanwhile is reported.

    python rearm_broken_no_rearm.py [PORT]
"""

import os
import select
import signal
import socket
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

SLOTS = 4
CHUNK = 4096
BROKEN = select.EPOLLERR | select.EPOLLHUP


@dataclass(eq=False)
class Connection:
    """One peer, and what it has sent and not yet got back."""

    sock: socket.socket
    owed: bytes = b""


epoll = select.epoll()
connections: dict[int, Connection] = {}
holders: set[Connection] = set()
parked: deque[Connection] = deque()


# --8<-- [start:register]
def register(conn: Connection) -> None:
    """Watch for the first message, and for one event only."""
    connections[conn.sock.fileno()] = conn
    epoll.register(conn.sock, select.EPOLLIN | select.EPOLLONESHOT)
    # --8<-- [end:register]


# --8<-- [start:handle]
def handle(conn: Connection) -> bool:
    """Read if nothing is owed, then send; False when it is over."""
    try:
        with suppress(BlockingIOError):  # a false event, or no room
            if not conn.owed:
                read_some(conn)
            flush(conn)
    except (EOFError, OSError):
        return False
    return True
    # --8<-- [end:handle]


# --8<-- [start:rearm]
def rearm(conn: Connection) -> None:
    """The event disarmed it: say what the next one shall be about."""
    mask = select.EPOLLOUT if conn.owed else select.EPOLLIN
    epoll.modify(conn.sock, mask | select.EPOLLONESHOT)
    # --8<-- [end:rearm]


# --8<-- [start:park]
def take_slot(conn: Connection) -> bool:
    """Take a free slot; True for whoever has one."""
    if len(holders) < SLOTS:
        holders.add(conn)
    return conn in holders


def park(conn: Connection) -> None:
    """EPOLLONESHOT alone: only ERR and HUP are still reported."""
    epoll.modify(conn.sock, select.EPOLLONESHOT)
    parked.append(conn)


def resume_next() -> None:
    """Give a free slot to whoever waits longest.

    If its data is already there, the re-arm reports it at once.
    """
    if parked and take_slot(parked[0]):
        rearm(parked.popleft())
    # --8<-- [end:park]


# --8<-- [start:loop]
def serve(conn: Connection, events: int) -> None:
    """One event, and its one consequence: leave, park or re-arm."""
    if take_slot(conn) and handle(conn):
        return  # the bug: who stays is not re-armed
    if conn in holders or events & BROKEN:
        close_connection(conn)
    else:
        park(conn)


def loop(listener: socket.socket) -> None:
    """Serve until SIGTERM."""
    while True:
        for fd, events in epoll.poll():
            if fd == listener.fileno():
                accept_one(listener)
            else:
                serve(connections[fd], events)
    # --8<-- [end:loop]


def close_connection(conn: Connection) -> None:
    """Forget it, unregister it, close it; its slot is free."""
    del connections[conn.sock.fileno()]
    epoll.unregister(conn.sock)
    conn.sock.close()
    holders.discard(conn)
    if conn in parked:
        parked.remove(conn)
    resume_next()


def read_some(conn: Connection) -> None:
    """Read once; to read nothing is the end of file."""
    conn.owed = conn.sock.recv(CHUNK)
    if not conn.owed:
        raise EOFError


def flush(conn: Connection) -> None:
    """Send what the kernel takes now."""
    conn.owed = conn.owed[conn.sock.send(conn.owed) :]


def accept_one(listener: socket.socket) -> None:
    """Take one connection; the listener is level-triggered."""
    try:
        sock, _ = listener.accept()
    except OSError:
        return  # out of descriptors: see accept/loop
    sock.setblocking(False)
    register(Connection(sock))


def exit_on_sigterm() -> None:
    """End with status 0; the pipe wakes a wait that has just begun."""
    wake, woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    epoll.register(wake, select.EPOLLIN)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())


def main() -> None:
    """Listen on 127.0.0.1 and serve."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    exit_on_sigterm()
    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.setblocking(False)
        epoll.register(listener, select.EPOLLIN)
        print("READY", listener.getsockname()[1], flush=True)
        loop(listener)


if __name__ == "__main__":
    main()
