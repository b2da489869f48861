"""Unregister before close, or an open copy keeps the registration.

The interest list holds an open file, not a descriptor number. While a
dup (or a forked child) keeps it open, close() alone does not end
the registration. DEL does. shutdown() tells the peer, whoever else
still holds the socket.
"""

import os
import select
import socket
from collections.abc import Callable


def show(what: str, epoll: select.epoll) -> None:
    """Print the interest list as the kernel has it."""
    with open(f"/proc/self/fdinfo/{epoll.fileno()}") as info:
        words = [line.split() for line in info]
    listed = " ".join(word[1] for word in words if word[0] == "tfd:")
    print(f"{what:27} interest list: {listed or 'empty'}")


def attempt(call: Callable[[int], None], fd: int) -> str:
    """Try a call on a descriptor, and say how it went."""
    try:
        call(fd)
    except OSError as error:
        return os.strerror(error.errno or 0)
    return "done"


def what_it_reads(peer: socket.socket) -> str:
    """What the peer learns about our end, without waiting."""
    try:
        data = peer.recv(1, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return "nothing yet"
    return "end of file" if data == b"" else "data"


# --8<-- [start:dup]
def register(epoll: select.epoll, ours: socket.socket) -> int:
    """Watch a socket, of which somebody else holds a copy."""
    epoll.register(ours, select.EPOLLIN)
    copy = os.dup(ours.fileno())
    show(f"register {ours.fileno()}, dup it to {copy}", epoll)
    return copy
    # --8<-- [end:dup]


# --8<-- [start:unregister]
def unregister(epoll: select.epoll, fd: int) -> None:
    """Take it off the interest list; this needs the open descriptor."""
    result = attempt(epoll.unregister, fd)
    show(f"DEL {fd}: {result}", epoll)
    # --8<-- [end:unregister]


# --8<-- [start:shut_and_close]
def shut_and_close(epoll: select.epoll, ours: socket.socket) -> None:
    """End the connection for all its holders, then give the fd back."""
    fd = ours.fileno()
    ours.shutdown(socket.SHUT_WR)
    ours.close()
    show(f"close {fd}", epoll)
    # --8<-- [end:shut_and_close]


# --8<-- [start:events]
def report_events(epoll: select.epoll, peer: socket.socket) -> None:
    """Let the peer speak, and see who hears it."""
    peer.send(b"hello")
    print("the peer writes")
    for _ in range(2):
        heard = [f"EPOLLIN for {fd}" for fd, _ in epoll.poll(0)]
        print("  a wait returns:", *heard or ["nothing"])
    print("the peer reads:", what_it_reads(peer))
    # --8<-- [end:events]


def main() -> None:
    epoll = select.epoll()
    ours, peer = socket.socketpair()
    fd = ours.fileno()
    copy = register(epoll, ours)
    unregister(epoll, fd)
    shut_and_close(epoll, ours)
    report_events(epoll, peer)
    os.close(copy)
    show(f"close {copy}", epoll)
    peer.close()
    epoll.close()


if __name__ == "__main__":
    main()
