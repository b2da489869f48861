"""eventfd and timerfd."""

from tests.proof.beliefs.belief import Belief

ADDED = "        self._count += added\n        self.queue.wake(EPOLLIN)"

BELIEFS = (
    Belief(
        "an eventfd tells when it leaves 0",
        "counters.py",
        ADDED,
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
        "reading an eventfd is an OUT edge only if it was full",
        "counters.py",
        "        self.queue.wake(EPOLLOUT)\n",
        "        if self._count + taken == ULLONG_MAX - 1:\n"
        "            self.queue.wake(EPOLLOUT)\n",
    ),
    Belief(
        "an eventfd at its largest is writable",
        "counters.py",
        "if self._count < ULLONG_MAX - 1 else mask",
        "if self._count < ULLONG_MAX else mask",
    ),
    Belief(
        "an eventfd can be filled to 2^64-1 by writes",
        "counters.py",
        "if self._count + added >= ULLONG_MAX:",
        "if self._count + added > ULLONG_MAX:",
    ),
    Belief(
        "a read from a semaphore takes all",
        "counters.py",
        "taken = 1 if self._semaphore else self._count",
        "taken = self._count",
    ),
    Belief(
        "stopping a timer tells its watches",
        "counters.py",
        "        if expired:\n            self.queue",
        "        if True:\n            self.queue",
    ),
    Belief(
        "an expiration counts until it is read, whatever is set",
        "counters.py",
        "self._expirations = int(expired)",
        "self._expirations += int(expired)",
    ),
    Belief(
        "a timer that is set again is an edge only if it was read",
        "counters.py",
        "        self._expirations = int(expired)\n        if expired:",
        "        was, self._expirations = self._expirations, int(expired)\n"
        "        if expired and not was:",
    ),
    Belief(
        "a timer wakes as IN and RDNORM",
        "counters.py",
        "        if expired:\n            self.queue.wake(EPOLLIN)",
        "        if expired:\n            self.queue.wake(EPOLLIN | 0x40)",
    ),
)
