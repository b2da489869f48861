"""Wrong beliefs about epoll, each as a change of the model's source.

Popular ones first, then those that only somebody who has read the kernel
could hold.  ``tests.model.mutants`` tries them.
"""

from typing import NamedTuple


class Belief(NamedTuple):
    """What somebody might believe, and how the model would then read."""

    words: str
    file: str
    old: str
    new: str
    harmless: str = ""
    """Why no call can tell, where none can."""


BELIEFS = (
    Belief(
        "an edge comes only when nothing was there",
        "sockets.py",
        "self._received.append(message)\n        self.queue.wake(DATA_KEY)",
        "self._received.append(message)\n"
        "        if len(self._received) == 1:\n"
        "            self.queue.wake(DATA_KEY)",
    ),
    Belief(
        "MOD does not re-arm",
        "epoll.py",
        "watch.data = data\n        self.look(watch)",
        "watch.data = data",
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
        "a one-shot deletes its watch",
        "epoll.py",
        "watch.events &= FLAGS\n",
        "watch.leave()\n",
    ),
    Belief(
        "level entries keep their place",
        "epoll.py",
        "candidates.update(again)",
        "self.ready = {**again, **candidates}",
    ),
    Belief(
        "an edge is reported twice",
        "epoll.py",
        "elif not watch.events & EPOLLET:",
        "else:",
    ),
    Belief(
        "readiness is stored: a candidate is not asked again",
        "epoll.py",
        "if not events:\n                continue",
        "if not events:\n                events = EPOLLIN",
    ),
    Belief(
        "a MOD moves a candidate to the end",
        "epoll.py",
        "if watch.poll() and watch not in self.ready:",
        "if watch.poll():\n            self.ready.pop(watch, None)",
    ),
    Belief(
        "a MOD that fits nothing takes a candidate off",
        "epoll.py",
        "watch.data = data\n",
        "watch.data = data\n"
        "        if not watch.poll():\n"
        "            self.ready.pop(watch, None)\n",
    ),
    Belief(
        "every wakeup makes every watch a candidate",
        "epoll.py",
        "or (key and not key & events)",
        "",
    ),
    Belief(
        "a wakeup moves a candidate to the end",
        "epoll.py",
        "        self.epoll.ready[self] = None\n        self.epoll.queue",
        "        self.epoll.ready.pop(self, None)\n"
        "        self.epoll.ready[self] = None\n        self.epoll.queue",
    ),
    Belief(
        "only a new candidate is told outward",
        "epoll.py",
        "        self.epoll.ready[self] = None\n        self.epoll.queue",
        "        if self in self.epoll.ready:\n            return\n"
        "        self.epoll.ready[self] = None\n        self.epoll.queue",
    ),
    Belief(
        "an inner epoll wakes as IN and RDNORM",
        "epoll.py",
        "self.epoll.queue.wake(EPOLLIN)",
        "self.epoll.queue.wake(EPOLLIN | EPOLLRDNORM)",
    ),
    Belief(
        "polling an epoll leaves its list alone",
        "epoll.py",
        "            del self.ready[watch]\n        return 0",
        "        return 0",
    ),
    Belief(
        "five links are one too few",
        "nesting.py",
        "MOST_LINKS = 4",
        "MOST_LINKS = 5",
    ),
    Belief(
        "only what is below counts",
        "nesting.py",
        "below + 1 + _links_above(outer) > MOST_LINKS",
        "below + 1 > MOST_LINKS",
    ),
    Belief(
        "any number of ways may lead to a file",
        "nesting.py",
        "if most is not None and ways[between] > most:",
        "if False:",
    ),
    Belief(
        "EXCLUSIVE goes to the head like all others",
        "waitqueue.py",
        "if exclusive:",
        "if False:",
    ),
    Belief(
        "who came first hears first",
        "waitqueue.py",
        "self._hooks.insert(0, hook)",
        "self._hooks.append(hook)",
    ),
    Belief(
        "a partial read of a message is an OUT edge",
        "sockets.py",
        "parts.append(part)\n",
        "parts.append(part)\n            self.peer.queue.wake(SPACE_KEY)\n",
    ),
    Belief(
        "OUT comes back as soon as a write would pass",
        "sockets.py",
        "if (self._owed + 1) * 4 <= self._profile.send_buffer:",
        "if self._owed < self._profile.send_buffer:",
    ),
    Belief(
        "an OUT edge needs a socket that was full",
        "sockets.py",
        "        self._owed -= message.cost\n",
        "        was, self._owed = self._owed, self._owed - message.cost\n"
        "        if was * 4 <= self._profile.send_buffer:\n"
        "            return\n",
    ),
    Belief(
        "a message costs what it has bytes",
        "sockets.py",
        "Message(part, profile.message_cost(len(part)))",
        "Message(part, len(part))",
    ),
    Belief(
        "a half-close is no RDHUP without HUP",
        "sockets.py",
        "mask |= EPOLLRDHUP | EPOLLIN | EPOLLRDNORM",
        "mask |= EPOLLIN | EPOLLRDNORM",
    ),
    Belief(
        "a half-close is a hang-up",
        "sockets.py",
        "if self.shut == SHUT_BOTH:",
        "if self.shut & SHUT_READ:",
    ),
    Belief(
        "unread data makes no reset",
        "sockets.py",
        "self.hang_up(reset=bool(self._received))",
        "self.hang_up(reset=False)",
    ),
    Belief(
        "a reset is told for ever",
        "sockets.py",
        "number, self.error = self.error, 0",
        "number = self.error",
    ),
    Belief(
        "the backlog is what listen was told",
        "sockets.py",
        "len(self._waiting) > self._backlog",
        "len(self._waiting) >= self._backlog",
    ),
    Belief(
        "a shutdown tells the peer only",
        "sockets.py",
        "self.shut_and_tell(mine)",
        "self.shut |= mine",
    ),
    Belief(
        "a write to a pipe is an edge only when it was empty",
        "pipe.py",
        "        done = ring.put(bytes(data))\n        ring",
        "        was_empty = not ring.pages\n"
        "        done = ring.put(bytes(data))\n        if was_empty: ring",
    ),
    Belief(
        "a write that fails is no edge",
        "pipe.py",
        "        done = ring.put(bytes(data))\n        ring",
        "        done = ring.put(bytes(data))\n        if done: ring",
    ),
    Belief(
        "any read of a full pipe is an OUT edge",
        "pipe.py",
        "freed = self.full() and self.profile.partial_read_wakes",
        "freed = self.full()",
    ),
    Belief(
        "a pipe counts bytes",
        "pipe.py",
        "if not rest or not self.pages:",
        "if True:",
    ),
    Belief(
        "a closed writer is RDHUP",
        "pipe.py",
        "return mask if ring.writable else mask | EPOLLHUP",
        "return mask if ring.writable else mask | EPOLLHUP | 0x2000",
    ),
    Belief(
        "an eventfd tells when it leaves 0",
        "counters.py",
        "        self._count += added\n        self.queue.wake(EPOLLIN)",
        "        self._count += added\n"
        "        if self._count == added:\n"
        "            self.queue.wake(EPOLLIN)",
    ),
    Belief(
        "writing 0 to an eventfd is nothing",
        "counters.py",
        "        self.queue.wake(EPOLLIN)\n        return WIDTH",
        "        if added:\n"
        "            self.queue.wake(EPOLLIN)\n        return WIDTH",
    ),
    Belief(
        "reading an eventfd is no OUT edge",
        "counters.py",
        "        self.queue.wake(EPOLLOUT)\n",
        "",
    ),
    Belief(
        "stopping a timer tells its watches",
        "counters.py",
        "        if expired:\n            self.queue",
        "        if True:\n            self.queue",
    ),
    Belief(
        "a watch ends with the descriptor that made it",
        "kernel.py",
        "        file.descriptors -= 1\n",
        "        file.descriptors -= 1\n"
        "        for watch in list(file.watches):\n"
        "            if watch.fd == fd:\n"
        "                watch.leave()\n",
    ),
    Belief(
        "EEXIST is checked before ELOOP",
        "kernel.py",
        "        if isinstance(file, Epoll):\n            check_links",
        "        if isinstance(file, Epoll) and (file, fd) not in"
        " epoll.interest:\n            check_links",
        harmless="what is watched already has passed: its links are legal",
    ),
    Belief(
        "EXCLUSIVE may be modified away",
        "epoll.py",
        "if watch.events & EPOLLEXCLUSIVE:",
        "if False:",
    ),
    Belief(
        "RDHUP may stand beside EXCLUSIVE",
        "kernel.py",
        "(nested or events & ~EXCLUSIVE_COMPANY)",
        "(nested or events & ~EXCLUSIVE_COMPANY & ~0x2000)",
    ),
)
