"""The smallest use of epoll: create, register, wait.

One end of a pipe is watched. While the pipe is empty, a wait with
timeout 0 returns no events; after one write it returns one.
"""

import os
import select


def main() -> None:
    reader, writer = os.pipe()

    # --8<-- [start:create]
    epoll = select.epoll()  # always with EPOLL_CLOEXEC
    # --8<-- [end:create]

    # --8<-- [start:register]
    epoll.register(reader, select.EPOLLIN)
    # --8<-- [end:register]

    # --8<-- [start:wait]
    events = epoll.poll(timeout=0)
    print("empty pipe:", len(events), "events")

    os.write(writer, b"hello")
    for fd, mask in epoll.poll():
        print("the reader:", fd == reader)
        print("EPOLLIN:", bool(mask & select.EPOLLIN))
        print("read:", os.read(fd, 100).decode())

    events = epoll.poll(timeout=0)
    print("drained pipe:", len(events), "events")
    # --8<-- [end:wait]

    epoll.close()
    os.close(reader)
    os.close(writer)


if __name__ == "__main__":
    main()
