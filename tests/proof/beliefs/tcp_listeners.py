"""TCP listeners: who waits, and what is left when one stops."""

import functools

from tests.proof.beliefs.belief import Belief

_Belief = functools.partial(Belief, driver="tcp")

BELIEFS = (
    _Belief(
        "a TCP connection is an edge only while nobody waits",
        "tcp_listeners.py",
        "        self.queue.wake(DATA_KEY)\n",
        "        if len(self._waiting) == 1:\n"
        "            self.queue.wake(DATA_KEY)\n",
    ),
    _Belief(
        "accept takes the TCP connection that came last",
        "tcp_listeners.py",
        "return self._waiting.popleft()",
        "return self._waiting.pop()",
    ),
    _Belief(
        "shut for reading, a TCP listener still has who waits",
        "tcp_listeners.py",
        "            self._stop()\n            self.queue.wake(EPOLLERR)",
        "            self.shut |= SHUT_READ\n"
        "            self.queue.wake(EPOLLERR)",
    ),
    _Belief(
        "SHUT_WR stops a TCP listener",
        "tcp_listeners.py",
        "        if mine & SHUT_READ:\n            self.check",
        "        if mine:\n            self.check",
    ),
    _Belief(
        "a listener that has stopped is not OUT",
        "tcp_listeners.py",
        "mask | ROOM | EPOLLHUP",
        "mask | EPOLLHUP",
    ),
    _Belief(
        "a listener that has stopped is no hang-up",
        "tcp_listeners.py",
        "mask | ROOM | EPOLLHUP",
        "mask | ROOM",
    ),
    _Belief(
        "accept from a listener that has stopped is EAGAIN",
        "tcp_listeners.py",
        "        if not self._listening:\n"
        "            raise failure(errno.EINVAL)\n",
        "",
    ),
    _Belief(
        "a shutdown of a listener that has stopped is 0",
        "tcp_listeners.py",
        "            self.shut_and_tell(mine)\n"
        "            raise failure(errno.ENOTCONN)\n",
        "            self.shut_and_tell(mine)\n            return\n",
    ),
    _Belief(
        "a read of a TCP listener is EINVAL, as of a unix one",
        "tcp_listeners.py",
        "            raise failure(errno.ENOTCONN)\n        return b",
        "            raise failure(errno.EINVAL)\n        return b",
    ),
    _Belief(
        "a write to a TCP listener is ENOTCONN, as to a unix one",
        "tcp_listeners.py",
        '"""Refuse: a listener is not connected."""\n'
        "        raise failure(errno.EPIPE)",
        '"""Refuse: a listener is not connected."""\n'
        "        raise failure(errno.ENOTCONN)",
    ),
    _Belief(
        "a TCP listener's end is the end of who waits, not a reset",
        "tcp_listeners.py",
        "self._waiting.popleft().leave(reset=True)",
        "self._waiting.popleft().leave(reset=False)",
    ),
    _Belief(
        "a TCP listener's end leaves those alone who wait",
        "tcp_listeners.py",
        "self._waiting.popleft().leave(reset=True)",
        "self._waiting.popleft()",
    ),
    _Belief(
        "only a TCP listener can be connected to",
        "tcp.py",
        "        if self._listener is None:",
        "        if True:",
    ),
    _Belief(
        "a connect to a client's port is EINVAL, as to an unnamed socket",
        "tcp.py",
        "        if self._listener is None:\n"
        "            raise failure(errno.ECONNREFUSED)",
        "        if self._listener is None:\n"
        "            raise failure(errno.EINVAL)",
    ),
)
