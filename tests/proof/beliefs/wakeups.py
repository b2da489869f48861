"""Who hears of a change: keys, candidates, exclusive watches."""

from tests.proof.beliefs.belief import Belief

BELIEFS = (
    Belief(
        "readiness is stored: a candidate is not asked again",
        "epoll.py",
        "if not events:\n                continue",
        "if not events:\n                events = EPOLLIN",
    ),
    Belief(
        "every wakeup makes every watch a candidate",
        "epoll.py",
        "or (key and not key & events)",
        "",
    ),
    Belief(
        "a wakeup without a key is for nobody",
        "epoll.py",
        "or (key and not key & events)",
        "or not key & events",
    ),
    Belief(
        "a spent one-shot still becomes a candidate",
        "epoll.py",
        "if not events & ~FLAGS or (key",
        "if (key",
    ),
    Belief(
        "data on a socket wakes as IN and RDNORM",
        "sockets.py",
        "DATA_KEY = EPOLLIN | EPOLLPRI | EPOLLRDNORM | EPOLLRDBAND",
        "DATA_KEY = EPOLLIN | EPOLLRDNORM",
    ),
    Belief(
        "space on a socket wakes as OUT alone",
        "sockets.py",
        "self.queue.wake(SPACE_KEY)",
        "self.queue.wake(EPOLLOUT)",
    ),
    Belief(
        "a half-close is an edge for readers only",
        "sockets.py",
        "self.queue.wake(0)",
        "self.queue.wake(EPOLLIN | EPOLLRDHUP)",
    ),
    Belief(
        "data in a pipe wakes as IN alone",
        "pipe.py",
        "ring.readable.queue.wake(EPOLLIN | EPOLLRDNORM)",
        "ring.readable.queue.wake(EPOLLIN)",
    ),
    Belief(
        "space in a pipe wakes as OUT alone",
        "pipe.py",
        "ring.writable.queue.wake(EPOLLOUT | EPOLLWRNORM)",
        "ring.writable.queue.wake(EPOLLOUT)",
    ),
    Belief(
        "an eventfd wakes as IN and RDNORM",
        "counters.py",
        "        self._count += added\n        self.queue.wake(EPOLLIN)",
        "        self._count += added\n        self.queue.wake(EPOLLIN | 0x40)",
    ),
    Belief(
        "EXCLUSIVE goes to the head like all others",
        "waitqueue.py",
        "if exclusive:",
        "if False:",
    ),
    Belief(
        "of exclusive watches the newest hears first",
        "waitqueue.py",
        "self._hooks.append(hook)",
        "self._hooks.insert(\n"
        "                sum(h.events >> 28 & 1 == 0 for h in self._hooks),\n"
        "                hook,\n            )",
    ),
    Belief(
        "only the first exclusive watch of a file hears",
        "waitqueue.py",
        "self._hooks.append(hook)",
        "if not any(h.events >> 28 & 1 for h in self._hooks):\n"
        "                self._hooks.append(hook)",
        also=(
            (
                "self._hooks.remove(hook)",
                "if hook in self._hooks:\n            self._hooks.remove(hook)",
            ),
        ),
    ),
    Belief(
        "who came first hears first",
        "waitqueue.py",
        "self._hooks.insert(0, hook)",
        "self._hooks.append(hook)",
    ),
    Belief(
        "a new watch hears after the newest, before the older ones",
        "waitqueue.py",
        "self._hooks.insert(0, hook)",
        "self._hooks.insert(1, hook)",
    ),
)
