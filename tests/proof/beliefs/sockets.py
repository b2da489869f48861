"""Unix sockets: shutdown, close, reset, and the backlog of a listener."""

from tests.proof.beliefs.belief import Belief

BELIEFS = (
    Belief(
        "a half-close is no RDHUP without HUP",
        "sockets.py",
        "mask |= EPOLLRDHUP | EPOLLIN | EPOLLRDNORM",
        "mask |= EPOLLIN | EPOLLRDNORM",
    ),
    Belief(
        "a half-close is RDHUP, and IN only with data",
        "sockets.py",
        "mask |= EPOLLRDHUP | EPOLLIN | EPOLLRDNORM",
        "mask |= EPOLLRDHUP",
    ),
    Belief(
        "a half-close is a hang-up",
        "sockets.py",
        "if self.shut == SHUT_BOTH:",
        "if self.shut & SHUT_READ:",
    ),
    Belief(
        "SHUT_RD is nothing that the peer sees",
        "sockets.py",
        "theirs = mine if mine == SHUT_BOTH else SHUT_BOTH - mine",
        "theirs = SHUT_READ if mine & SHUT_WRITE else 0",
    ),
    Belief(
        "a shutdown tells the peer only",
        "sockets.py",
        "self.shut_and_tell(mine)",
        "self.shut |= mine",
    ),
    Belief(
        "a shutdown that changes nothing is no edge",
        "sockets.py",
        "        self.shut |= how\n        self.queue.wake(0)",
        "        if self.shut | how != self.shut:\n"
        "            self.shut |= how\n"
        "            self.queue.wake(0)",
    ),
    Belief(
        "a socket that cannot be written to is not OUT",
        "sockets.py",
        "        if (self._owed + 1) * 4 <= self._profile.send_buffer:\n"
        "            mask |= SPACE_KEY",
        "        if (self._owed + 1) * 4 <= self._profile.send_buffer:\n"
        "            mask |= 0 if self.shut & SHUT_WRITE else SPACE_KEY",
    ),
    Belief(
        "unread data makes no reset",
        "sockets.py",
        "self.hang_up(reset=bool(self._received))",
        "self.hang_up(reset=False)",
    ),
    Belief(
        "every close is a reset",
        "sockets.py",
        "self.hang_up(reset=bool(self._received))",
        "self.hang_up(reset=True)",
    ),
    Belief(
        "a reset throws away what can still be read",
        "sockets.py",
        "        received = self._received\n        if not received:",
        "        received = self._received\n"
        "        if self.error:\n"
        "            number, self.error = self.error, 0\n"
        "            raise failure(number)\n"
        "        if not received:",
    ),
    Belief(
        "a reset is told for ever",
        "sockets.py",
        "number, self.error = self.error, 0",
        "number = self.error",
    ),
    Belief(
        "a write after a reset says ECONNRESET",
        "sockets.py",
        "            raise failure(errno.EPIPE)",
        "            raise failure(self.error or errno.EPIPE)",
    ),
    Belief(
        "the backlog is what listen was told",
        "listeners.py",
        "len(self._waiting) > self._backlog",
        "len(self._waiting) >= self._backlog",
    ),
    Belief(
        "a connect is an edge only while nobody waits",
        "listeners.py",
        "self._waiting.append(served)\n",
        "self._waiting.append(served)\n"
        "        if len(self._waiting) > 1:\n"
        "            return\n",
    ),
    Belief(
        "a listener is writable",
        "listeners.py",
        "return self._state(bool(self._waiting))",
        "return self._state(bool(self._waiting)) | EPOLLOUT",
    ),
    Belief(
        "accept after SHUT_RD is EINVAL",
        "listeners.py",
        "        if not self._waiting:\n"
        "            raise failure(errno.EAGAIN)",
        "        if not self._waiting:\n"
        "            shut = self.shut & SHUT_READ\n"
        "            raise failure(errno.EINVAL if shut else errno.EAGAIN)",
    ),
    Belief(
        "accept takes who came last",
        "listeners.py",
        "return self._waiting.popleft()",
        "return self._waiting.pop()",
    ),
    Belief(
        "a closed listener is the end for those who wait, not a reset",
        "listeners.py",
        "self._waiting.popleft().hang_up(reset=True)",
        "self._waiting.popleft().hang_up(reset=False)",
    ),
    Belief(
        "a closed listener leaves those alone who wait",
        "listeners.py",
        "self._waiting.popleft().hang_up(reset=True)",
        "self._waiting.popleft()",
    ),
    Belief(
        "only a listener can be connected to",
        "sockets.py",
        "        if self._listener is None:",
        "        if True:",
    ),
)
