"""Level, edge, one-shot, and the masks they stand in."""

from tests.proof.beliefs.belief import Belief

BELIEFS = (
    Belief(
        "an ADD of what is ready waits for the next edge",
        "epoll.py",
        "watch.file.queue.add(watch, exclusive)\n        self.look(watch)",
        "watch.file.queue.add(watch, exclusive)",
    ),
    Belief(
        "MOD does not re-arm",
        "epoll.py",
        "watch.data = data\n        self.look(watch)",
        "watch.data = data",
    ),
    Belief(
        "MOD re-arms a spent one-shot only, not an edge",
        "epoll.py",
        "        watch.events = events | ALWAYS_REPORTED\n",
        "        armed = watch.events & ~FLAGS\n"
        "        watch.events = events | ALWAYS_REPORTED\n",
        also=(
            (
                "watch.data = data\n        self.look(watch)",
                "watch.data = data\n"
                "        if not armed:\n            self.look(watch)",
            ),
        ),
    ),
    Belief(
        "a MOD to the mask that it has does nothing",
        "epoll.py",
        "        watch.events = events | ALWAYS_REPORTED\n",
        "        same = watch.events == events | ALWAYS_REPORTED\n"
        "        watch.events = events | ALWAYS_REPORTED\n",
        also=(
            (
                "watch.data = data\n        self.look(watch)",
                "watch.data = data\n"
                "        if not same:\n            self.look(watch)",
            ),
        ),
    ),
    Belief(
        "MOD keeps the old data word",
        "epoll.py",
        "        watch.data = data\n        self.look",
        "        self.look",
    ),
    Belief(
        "ERR and HUP have to be asked for",
        "epoll.py",
        "fd, events | ALWAYS_REPORTED, data)",
        "fd, events, data)",
    ),
    Belief(
        "HUP has to be asked for, ERR need not",
        "epoll.py",
        "fd, events | ALWAYS_REPORTED, data)",
        "fd, events | ALWAYS_REPORTED & ~0x10, data)",
    ),
    Belief(
        "MOD drops ERR and HUP",
        "epoll.py",
        "watch.events = events | ALWAYS_REPORTED",
        "watch.events = events",
    ),
    Belief(
        "a spent one-shot still hears of a hang-up",
        "epoll.py",
        "watch.events &= FLAGS\n",
        "watch.events &= FLAGS | ALWAYS_REPORTED\n",
    ),
    Belief(
        "a spent one-shot forgets that it was edge-triggered",
        "epoll.py",
        "watch.events &= FLAGS\n",
        "watch.events &= EPOLLONESHOT\n",
    ),
    Belief(
        "a one-shot deletes its watch",
        "epoll.py",
        "watch.events &= FLAGS\n",
        "watch.leave()\n",
    ),
    Belief(
        "ONESHOT means nothing beside ET",
        "epoll.py",
        "            if watch.events & EPOLLONESHOT:",
        "            if watch.events & (EPOLLONESHOT | EPOLLET)"
        " == EPOLLONESHOT:",
    ),
    Belief(
        "an edge is reported twice",
        "epoll.py",
        "elif not watch.events & EPOLLET:",
        "else:",
    ),
    Belief(
        "an edge of IN says nothing of OUT",
        "epoll.py",
        "        self.epoll.ready[self] = None\n        self.epoll.queue",
        "        self.epoll.ready[self] = key\n        self.epoll.queue",
        also=(
            (
                "            del candidates[watch]\n"
                "            events = watch.poll()\n",
                "            key = candidates.pop(watch)\n"
                "            events = watch.poll()\n"
                "            if watch.events & EPOLLET and key:\n"
                "                events &= key | ALWAYS_REPORTED\n",
            ),
        ),
    ),
    Belief(
        "the data word has 32 bits",
        "kernel.py",
        "data & DATA_MASK",
        "data & 0xFFFFFFFF",
    ),
    Belief(
        "bits that mean nothing are dropped from a mask",
        "kernel.py",
        "events &= 0xFFFFFFFF",
        "events &= 0xF00027FF",
    ),
)
