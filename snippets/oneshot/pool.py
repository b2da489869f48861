"""One-shot and worker threads: a connection has one owner at a time.

The loop only waits and hands over. The event has disarmed the
connection, so no second worker can get it: what arrives meanwhile
waits in the kernel. The worker that has done its work re-arms it, and
that is its last step. So each connection is answered in order, without
a lock of its own.

    python pool.py [PORT]
"""

import os
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue

WORKERS = 4
CHUNK = 4096


@dataclass
class Connection:
    """One peer, and what it has sent and not yet got back."""

    sock: socket.socket
    owed: bytes = b""


epoll = select.epoll()
connections: dict[int, Connection] = {}
jobs: SimpleQueue[Connection | None] = SimpleQueue()


# --8<-- [start:hand_over]
def hand_over(conn: Connection) -> None:
    """Its one event has come: from here one worker alone owns it."""
    jobs.put(conn)
    # --8<-- [end:hand_over]


# --8<-- [start:work]
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


def work() -> None:
    """What each worker does: own a connection, then let it go."""
    while conn := jobs.get():
        if handle(conn):
            rearm(conn)  # another worker may have it now
        else:
            close_connection(conn)
    # --8<-- [end:work]


# --8<-- [start:rearm]
def rearm(conn: Connection) -> None:
    """Give it back to epoll, which reports at once what has come."""
    mask = select.EPOLLOUT if conn.owed else select.EPOLLIN
    epoll.modify(conn.sock, mask | select.EPOLLONESHOT)
    # --8<-- [end:rearm]


# --8<-- [start:loop]
def loop(listener: socket.socket) -> None:
    """Wait and hand over, until SIGTERM."""
    while True:
        for fd, _ in epoll.poll():
            if fd == listener.fileno():
                accept_one(listener)
            else:
                hand_over(connections[fd])
    # --8<-- [end:loop]


def close_connection(conn: Connection) -> None:
    """Forget it, unregister it, close it: then its number is free."""
    del connections[conn.sock.fileno()]
    epoll.unregister(conn.sock)
    conn.sock.close()


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
    connections[sock.fileno()] = Connection(sock)
    epoll.register(sock, select.EPOLLIN | select.EPOLLONESHOT)


def exit_on_sigterm() -> None:
    """End with status 0; the pipe wakes a wait that has just begun."""
    wake, woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    epoll.register(wake, select.EPOLLIN)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())


def start_workers() -> list[threading.Thread]:
    """Start the threads that wait for jobs."""
    workers = [threading.Thread(target=work) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    return workers


def stop(workers: list[threading.Thread]) -> None:
    """Let each worker end its last job first."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough
    for _ in workers:
        jobs.put(None)
    for worker in workers:
        worker.join()


def main() -> None:
    """Listen on 127.0.0.1 and serve."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    workers = start_workers()
    try:
        exit_on_sigterm()
        with socket.create_server(("127.0.0.1", port)) as listener:
            listener.setblocking(False)
            epoll.register(listener, select.EPOLLIN)
            print("READY", listener.getsockname()[1], flush=True)
            loop(listener)
    finally:
        stop(workers)


if __name__ == "__main__":
    main()
