"""TCP over loopback: what it tells, and what a unix socket would."""

import functools

from tests.proof.beliefs.belief import Belief

_Belief = functools.partial(Belief, driver="tcp")

BELIEFS = (
    # data
    _Belief(
        "a message that is consumed is an OUT edge, as on a unix socket",
        "tcp.py",
        "                self._unread -= WRITE_COST\n",
        "                self._unread -= WRITE_COST\n"
        "                self.peer.queue.wake(ROOM)\n",
    ),
    _Belief(
        "what the peer acknowledges is an OUT edge",
        "tcp.py",
        "            self.peer.arrive(bytes(data))\n",
        "            self.peer.arrive(bytes(data))\n"
        "            self.queue.wake(ROOM)\n",
    ),
    _Belief(
        "TCP data is an edge only when nothing was there",
        "tcp.py",
        "self._received.append(memoryview(data))\n"
        "        self.queue.wake(DATA_KEY)",
        "self._received.append(memoryview(data))\n"
        "        if len(self._received) == 1:\n"
        "            self.queue.wake(DATA_KEY)",
    ),
    _Belief(
        "TCP data wakes as IN and RDNORM",
        "tcp.py",
        "self._received.append(memoryview(data))\n"
        "        self.queue.wake(DATA_KEY)",
        "self._received.append(memoryview(data))\n"
        "        self.queue.wake(0x1 | 0x40)",
    ),
    _Belief(
        "TCP data is an edge for writers too",
        "tcp.py",
        "self._received.append(memoryview(data))\n"
        "        self.queue.wake(DATA_KEY)",
        "self._received.append(memoryview(data))\n"
        "        self.queue.wake(DATA_KEY | ROOM)",
    ),
    _Belief(
        "OUT has WRBAND beside it, as on a unix socket",
        "tcp.py",
        "ROOM = EPOLLOUT | EPOLLWRNORM",
        "ROOM = EPOLLOUT | EPOLLWRNORM | 0x200",
    ),
    _Belief(
        "a read stops where a write has ended",
        "tcp.py",
        "while n and self._received:",
        "while n and self._received and not parts:",
    ),
    _Belief(
        "a write of nothing never fails",
        "tcp.py",
        "        if self.error:\n"
        "            raise self._told()\n"
        "        if self._asking",
        "        if not data:\n"
        "            return 0\n"
        "        if self.error:\n"
        "            raise self._told()\n"
        "        if self._asking",
    ),
    # one direction shut
    _Belief(
        "a FIN is a hang-up",
        "tcp.py",
        "(EPOLLHUP if self._closed else 0)",
        "(EPOLLHUP if self._closed or self._ended else 0)",
    ),
    _Belief(
        "after SHUT_WR there is no OUT",
        "tcp.py",
        "return mask | ROOM |",
        "room = 0 if self.shut & SHUT_WRITE else ROOM\n"
        "        return mask | room |",
    ),
    _Belief(
        "a FIN is no edge",
        "tcp.py",
        "        self.shut_and_tell(SHUT_READ)\n"
        "        if self._finished:\n"
        "            self._close()\n"
        "        self.queue.wake(DATA_KEY)",
        "        self.shut |= SHUT_READ\n"
        "        if self._finished:\n"
        "            self._close()",
    ),
    _Belief(
        "a FIN is an edge as data is, and for nobody else",
        "tcp.py",
        "        self.shut_and_tell(SHUT_READ)\n",
        "        self.shut |= SHUT_READ\n",
    ),
    _Belief(
        "who has sent a FIN hears nothing of it",
        "tcp.py",
        "            self._close()\n"
        "        else:\n"
        "            self.queue.wake(0)",
        "            self._close()",
        also=(
            (
                "        self.queue.wake(0)\n        if closed:",
                "        if closed:",
            ),
        ),
    ),
    _Belief(
        "SHUT_RD is something that the peer sees, as on a unix socket",
        "tcp.py",
        "        self.shut |= how + 1\n",
        "        self.shut |= how + 1\n"
        "        if how + 1 & SHUT_READ:\n"
        "            self.peer.shut_and_tell(SHUT_WRITE)\n",
    ),
    _Belief(
        "after SHUT_RD a read finds nothing any more",
        "tcp.py",
        '            return b""\n        if self._received:',
        '            return b""\n'
        "        if self.shut & SHUT_READ and not self._ended:\n"
        '            return b""\n'
        "        if self._received:",
    ),
    _Belief(
        "the end overtakes data that is not read",
        "tcp.py",
        "        if self._received:\n            return self._take(n)",
        "        if self._received and not self._ended:\n"
        "            return self._take(n)",
    ),
    # both directions shut, close
    _Belief(
        "a shutdown after both FINs is 0",
        "tcp.py",
        "        if closed:\n            raise failure(errno.ENOTCONN)\n",
        "",
    ),
    _Belief(
        "who was first to send a FIN stays connected",
        "tcp.py",
        "        if self._finished:\n            self._close()\n",
        "",
    ),
    _Belief(
        "who is last to send a FIN stays connected",
        "tcp.py",
        "        if self._ended:\n            self._close()\n",
        "        if self._ended:\n            self.queue.wake(0)\n",
    ),
    _Belief(
        "a close is a hang-up for the peer",
        "tcp.py",
        "        else:\n            self._finish()\n",
        "        else:\n"
        "            self._finish()\n"
        "            self.peer.shut_and_tell(SHUT_BOTH)\n",
    ),
    _Belief(
        "the first write after the peer's close is EPIPE",
        "tcp.py",
        "        if self._closed or self.shut & SHUT_WRITE:\n",
        "        left = self._closed or self.peer._gone\n"
        "        if left or self.shut & SHUT_WRITE:\n",
    ),
    _Belief(
        "data for who has closed vanishes",
        "tcp.py",
        "            self.reset()\n            self.peer.reset()\n",
        "",
    ),
    _Belief(
        "data for who shut both ways resets the sender alone",
        "tcp.py",
        "            self.reset()\n            self.peer.reset()\n",
        "            self.peer.reset()\n",
    ),
    _Belief(
        "data for who shut both ways can still be read",
        "tcp.py",
        "if self._gone or (self._finished and self.shut == SHUT_BOTH):",
        "if self._gone:",
    ),
    # reset
    _Belief(
        "a close with unread data is no reset",
        "tcp.py",
        "self.leave(reset=bool(self._received))",
        "self.leave(reset=False)",
    ),
    _Belief(
        "every close of a TCP socket is a reset",
        "tcp.py",
        "self.leave(reset=bool(self._received))",
        "self.leave(reset=True)",
    ),
    _Belief(
        "a reset is no edge",
        "tcp.py",
        "        self._close()\n        self.queue.wake(EPOLLERR)",
        "        self._closed = True\n        self.shut = SHUT_BOTH",
    ),
    _Belief(
        "a TCP reset is told for ever",
        "tcp.py",
        "number, self.error = self.error, 0",
        "number = self.error",
    ),
    _Belief(
        "a reset after a FIN is ECONNRESET",
        "tcp.py",
        "errno.EPIPE if self._ended else errno.ECONNRESET",
        "errno.ECONNRESET",
    ),
    _Belief(
        "a reset after a FIN is told to a read",
        "tcp.py",
        "if self.error and not self._ended:",
        "if self.error:",
    ),
    _Belief(
        "a reset is told to a read alone, a write is EPIPE",
        "tcp.py",
        "        if self.error:\n"
        "            raise self._told()\n"
        "        if self._asking",
        "        if self._asking",
    ),
    _Belief(
        "a TCP reset throws away what can still be read",
        "tcp.py",
        "        if self._received:\n            return self._take(n)",
        "        if self._received and not self.error:\n"
        "            return self._take(n)",
    ),
)
