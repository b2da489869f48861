"""Another thread wakes a loop that sleeps in epoll_wait.

The bell is an eventfd. Who has a job puts it in the mailbox first and
rings then; the loop resets the bell first and empties the mailbox
then. In this order no job is left behind while the loop sleeps. Rings
add up: three before the loop wakes are one event.
"""

import os
import select
import threading
from collections import deque

mailbox: deque[str] = deque()
emptied = threading.Semaphore(0)

# --8<-- [start:create]
epoll = select.epoll()
bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
epoll.register(bell, select.EPOLLIN)
# --8<-- [end:create]


# --8<-- [start:wake]
def post(job: str) -> None:
    """Hand a job to the loop; any thread may call this."""
    mailbox.append(job)
    os.eventfd_write(bell, 1)
    # --8<-- [end:wake]


# --8<-- [start:loop]
def do_jobs() -> bool:
    """Do all that is in the mailbox; False when told to stop."""
    go_on = True
    while mailbox:
        job = mailbox.popleft()
        print("  job:", job)
        go_on = go_on and job != "stop"
    return go_on


def loop() -> None:
    """Sleep until the bell rings, do what is in the mailbox."""
    go_on = True
    while go_on:
        epoll.poll()
        print("woken, rings:", os.eventfd_read(bell))
        go_on = do_jobs()
        emptied.release()
    # --8<-- [end:loop]


def helper() -> None:
    """Post one job at a time, each when the last one is done."""
    for job in ("telegram", "stop"):
        emptied.acquire()
        post(job)


def main() -> None:
    for job in ("letter", "card", "parcel"):
        post(job)
    thread = threading.Thread(target=helper)
    thread.start()
    loop()
    thread.join()
    epoll.close()
    os.close(bell)


if __name__ == "__main__":
    main()
