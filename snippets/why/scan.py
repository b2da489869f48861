"""The same question to select, poll and epoll: who is ready?

Many descriptors are idle and one is ready. select and poll are handed
the whole list with every question. epoll is handed it once; after that
a question carries nothing, and the answer names the ready one only.
"""

import os
import select

IDLE = 900
QUESTIONS = 10


def report(name: str, handed_over: int, ready: int) -> None:
    print(f"{name}: {handed_over} handed over, {ready} ready")


# --8<-- [start:select]
def ask_select(fds: list[int]) -> None:
    handed_over = ready = 0
    for _ in range(QUESTIONS):
        handed_over += len(fds)
        readable, _, _ = select.select(fds, [], [])
        ready += len(readable)
    report("select", handed_over, ready)


# --8<-- [end:select]


# --8<-- [start:poll]
def ask_poll(fds: list[int]) -> None:
    poll = select.poll()  # the list lives in Python, not in the kernel
    for fd in fds:
        poll.register(fd, select.POLLIN)
    handed_over = ready = 0
    for _ in range(QUESTIONS):
        handed_over += len(fds)
        ready += len(poll.poll())
    report("poll", handed_over, ready)


# --8<-- [end:poll]


# --8<-- [start:epoll]
def ask_epoll(fds: list[int]) -> None:
    epoll = select.epoll()
    handed_over = ready = 0
    for fd in fds:
        epoll.register(fd, select.EPOLLIN)
        handed_over += 1
    for _ in range(QUESTIONS):
        ready += len(epoll.poll())
    report("epoll", handed_over, ready)
    epoll.close()


# --8<-- [end:epoll]


def main() -> None:
    idle, silent = os.pipe()
    ready, writer = os.pipe()
    os.write(writer, b"!")
    fds = [os.dup(idle) for _ in range(IDLE)] + [ready]

    print(f"{IDLE} idle, 1 ready, {QUESTIONS} questions")
    ask_select(fds)
    ask_poll(fds)
    ask_epoll(fds)

    for fd in [*fds, idle, silent, writer]:
        os.close(fd)


if __name__ == "__main__":
    main()
