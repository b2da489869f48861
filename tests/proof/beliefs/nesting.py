"""Epolls that watch epolls."""

from tests.proof.beliefs.belief import Belief

WAKE = "        self.epoll.ready[self] = None\n        self.epoll.queue"
ASK = "            if watch.poll():\n                return"

BELIEFS = (
    Belief(
        "only a new candidate is told outward",
        "epoll.py",
        WAKE,
        f"        if self in self.epoll.ready:\n            return\n{WAKE}",
    ),
    Belief(
        "an ADD of what is ready is not told outward",
        "epoll.py",
        "            self.queue.wake(EPOLLIN)\n",
        "            pass\n",
    ),
    Belief(
        "an inner epoll wakes as IN and RDNORM",
        "epoll.py",
        "self.epoll.queue.wake(EPOLLIN)",
        "self.epoll.queue.wake(EPOLLIN | EPOLLRDNORM)",
    ),
    Belief(
        "a wakeup is passed outward with its own key",
        "epoll.py",
        "self.epoll.queue.wake(EPOLLIN)",
        "self.epoll.queue.wake(key)",
    ),
    Belief(
        "an inner epoll is IN, not RDNORM",
        "epoll.py",
        "return EPOLLIN | EPOLLRDNORM",
        "return EPOLLIN",
    ),
    Belief(
        "polling an epoll leaves its list alone",
        "epoll.py",
        "            del self.ready[watch]\n        return 0",
        "        return 0",
    ),
    Belief(
        "polling an epoll drops every stale candidate",
        "epoll.py",
        ASK,
        "            if watch.poll():\n"
        "                for other in list(self.ready):\n"
        "                    if not other.poll():\n"
        "                        del self.ready[other]\n"
        "                return",
    ),
    Belief(
        "polling an epoll moves its first ready candidate to the end",
        "epoll.py",
        ASK,
        "            if watch.poll():\n"
        "                self.ready[watch] = self.ready.pop(watch)\n"
        "                return",
    ),
    Belief(
        "an epoll with candidates is ready",
        "epoll.py",
        ASK,
        "            if True:\n                return",
    ),
    Belief(
        "six epolls may stand one above the other",
        "nesting.py",
        "MOST_LINKS = 4",
        "MOST_LINKS = 5",
    ),
    Belief(
        "no more than four epolls may stand one above the other",
        "nesting.py",
        "MOST_LINKS = 4",
        "MOST_LINKS = 3",
    ),
    Belief(
        "only what is below counts",
        "nesting.py",
        "below + 1 + _links_above(outer) > MOST_LINKS",
        "below + 1 > MOST_LINKS",
    ),
    Belief(
        "only what is above counts",
        "nesting.py",
        "below + 1 + _links_above(outer) > MOST_LINKS",
        "1 + _links_above(outer) > MOST_LINKS",
    ),
    Belief(
        "only a circle of two is refused",
        "nesting.py",
        "            if below is None:\n                return None\n",
        "            if below is None:\n                continue\n",
    ),
    Belief(
        "any number of ways may lead to a file",
        "nesting.py",
        "if most is not None and ways[between] > most:",
        "if False:",
    ),
    Belief(
        "eleven ways may lead through four epolls",
        "nesting.py",
        "100, 50, 10)",
        "100, 50, 11)",
    ),
    Belief(
        "nine ways may lead through four epolls",
        "nesting.py",
        "100, 50, 10)",
        "100, 50, 9)",
    ),
    Belief(
        "no more than 49 ways may lead through three epolls",
        "nesting.py",
        "100, 50, 10)",
        "100, 49, 10)",
    ),
    Belief(
        "no more than 99 ways may lead through two epolls",
        "nesting.py",
        "100, 50, 10)",
        "99, 50, 10)",
    ),
    Belief(
        "no more than 499 ways may lead through one epoll",
        "nesting.py",
        "500, 100, 50",
        "499, 100, 50",
    ),
    Belief(
        "a watch that was refused for its ways stays",
        "kernel.py",
        "                epoll.forget(watch)\n                raise\n",
        "                raise\n",
    ),
)
