"""A socket of one's own: fresh, connected at once, later, or not at all."""

import functools

from tests.proof.beliefs.belief import Belief

_Tcp = functools.partial(Belief, driver="connects")

BELIEFS = (
    # a fresh unix socket
    Belief(
        "a socket that was never connected has not hung up",
        "sockets.py",
        "        if not self.connected:\n            mask |= EPOLLHUP\n",
        "",
    ),
    Belief(
        "a unix socket that is not connected is not OUT",
        "sockets.py",
        "        if (self._owed + 1) * 4",
        "        if self.connected and (self._owed + 1) * 4",
    ),
    Belief(
        "a read of a fresh unix socket is ENOTCONN, as of TCP",
        "sockets.py",
        "            if not self.connected:\n"
        "                raise failure(errno.EINVAL)",
        "            if not self.connected:\n"
        "                raise failure(errno.ENOTCONN)",
    ),
    Belief(
        "a write to a fresh unix socket is EPIPE, as to TCP",
        "sockets.py",
        "raise failure(errno.ENOTCONN)",
        "raise failure(errno.EPIPE)",
    ),
    Belief(
        "a connect begins with both directions open",
        "sockets.py",
        "        self.connected = other.connected = True",
        "        self.connected = other.connected = True\n"
        "        self.shut = 0",
    ),
    Belief(
        "the peer hears at the connect what was shut before",
        "sockets.py",
        "        self.connected = other.connected = True",
        "        self.connected = other.connected = True\n"
        "        if self.shut:\n"
        "            other.shut = SHUT_BOTH - self.shut or SHUT_BOTH",
    ),
    # a unix connect
    Belief(
        "connect wakes the client's own watch",
        "sockets.py",
        "        self.connected = other.connected = True",
        "        self.connected = other.connected = True\n"
        "        self.queue.wake(SPACE_KEY)",
    ),
    Belief(
        "until it is accepted a connection reports HUP",
        "listeners.py",
        "        client.join(served)\n",
        "        client.join(served)\n        client.connected = False\n",
        also=(
            (
                "        return self._waiting.popleft()",
                "        served = self._waiting.popleft()\n"
                "        served.peer.connected = True\n"
                "        return served",
            ),
        ),
    ),
    Belief(
        "EAGAIN from a unix connect means that it is in progress",
        "listeners.py",
        "        if len(self._waiting) > self._backlog:\n",
        "        if len(self._waiting) > self._backlog:\n"
        "            if not getattr(client, 'connected', True):\n"
        "                client.join(StreamSocket(self._profile, self))\n",
    ),
    Belief(
        "room in the backlog is told to who got EAGAIN",
        "listeners.py",
        "            raise failure(errno.EAGAIN)\n        if isinstance",
        "            self._away.append(client)\n"
        "            raise failure(errno.EAGAIN)\n        if isinstance",
        also=(
            ('"_waiting")', '"_waiting", "_away")'),
            (
                "        self._backlog = backlog\n",
                "        self._backlog = backlog\n        self._away = []\n",
            ),
            (
                "        return self._waiting.popleft()",
                "        for client in self._away:\n"
                "            client.queue.wake(0)\n"
                "        return self._waiting.popleft()",
            ),
        ),
    ),
    Belief(
        "a full unix backlog is EINPROGRESS",
        "listeners.py",
        "            raise failure(errno.EAGAIN)\n        if isinstance",
        "            raise failure(errno.EINPROGRESS)\n        if isinstance",
    ),
    Belief(
        "EISCONN comes before what the listener says",
        "listeners.py",
        "        if self._closed or self.shut & SHUT_READ:\n",
        "        if getattr(client, 'connected', False):\n"
        "            raise failure(errno.EISCONN)\n"
        "        if self._closed or self.shut & SHUT_READ:\n",
    ),
    Belief(
        "who writes to a client that was shut before hears nothing",
        "sockets.py",
        "            self.queue.wake(SPACE_KEY)  # The message is made,",
        "            # The message is made,",
    ),
    # TCP
    _Tcp(
        "a fresh TCP socket has not hung up",
        "tcp.py",
        "(EPOLLHUP if self._closed else 0)",
        "0",
    ),
    _Tcp(
        "a read of a fresh TCP socket is EINVAL, as of a unix one",
        "tcp.py",
        "failure(errno.ENOTCONN if alone",
        "failure(errno.EINVAL if alone",
    ),
    _Tcp(
        "a TCP connect that succeeds is no edge, as of a unix socket",
        "tcp.py",
        "        self._progress = served._progress = Progress.OVER\n"
        "        self.queue.wake(0)\n",
        "        self._progress = served._progress = Progress.OVER\n",
    ),
    _Tcp(
        "a TCP connect that succeeds is an edge for who waits for OUT",
        "tcp.py",
        "        self._progress = served._progress = Progress.OVER\n"
        "        self.queue.wake(0)\n",
        "        self._progress = served._progress = Progress.OVER\n"
        "        self.queue.wake(ROOM)\n",
    ),
    _Tcp(
        "a second connect says EISCONN at once",
        "connecting.py",
        "            self._progress = Progress.OVER\n            return\n",
        "            self._progress = Progress.OVER\n"
        "            raise failure(errno.EISCONN)\n",
    ),
    _Tcp(
        "ECONNREFUSED is no end of a stream that never was",
        "connecting.py",
        "            self._fail(errno.ECONNREFUSED)",
        "            self.error = errno.ECONNREFUSED\n"
        "            self.queue.wake(EPOLLERR)",
    ),
    _Tcp(
        "a refused connect says so at once",
        "connecting.py",
        "            self._fail(errno.ECONNREFUSED)",
        "            raise",
    ),
    _Tcp(
        "a refused connect leaves the error for ever",
        "connecting.py",
        "        self._begin()\n        self.queue.wake(EPOLLERR)\n",
        "",
    ),
    _Tcp(
        "the error that a read has taken is told to connect again",
        "connecting.py",
        "errno.ECONNABORTED",
        "errno.ECONNREFUSED",
    ),
    _Tcp(
        "the connect that takes the error makes no edge",
        "connecting.py",
        "        self._begin()\n        self.queue.wake(EPOLLERR)\n",
        "        self._begin()\n",
    ),
    _Tcp(
        "after a shutdown a failed connect can be tried again",
        "tcp.py",
        "Progress.GIVEN_UP if closed else Progress.OVER",
        "Progress.BEGUN if closed else Progress.OVER",
    ),
    _Tcp(
        "a connect after a shutdown still says 0 once",
        "tcp.py",
        "Progress.GIVEN_UP if closed else Progress.OVER",
        "Progress.GIVEN_UP if closed else Progress.BEGUN",
    ),
    # TCP, in progress
    _Tcp(
        "a connect in progress is OUT, and a write would wait",
        "tcp.py",
        "        if self._asking is not None:\n            return mask\n",
        "",
    ),
    _Tcp(
        "a second connect in progress says EINPROGRESS, too",
        "connecting.py",
        "errno.EALREADY",
        "errno.EINPROGRESS",
    ),
    _Tcp(
        "a read of a connect in progress is ENOTCONN",
        "tcp.py",
        "        alone = self._closed and self._asking is None",
        "        alone = self._closed",
    ),
    _Tcp(
        "a write to a connect in progress is ENOTCONN",
        "tcp.py",
        "        if self._asking is not None:\n"
        "            raise failure(errno.EAGAIN)",
        "        if self._asking is not None:\n"
        "            raise failure(errno.ENOTCONN)",
    ),
    _Tcp(
        "a shutdown of a connect in progress is ENOTCONN",
        "tcp.py",
        "            self._ask_no_more()\n"
        "            self.queue.wake(0)\n            return\n",
        "            self._ask_no_more()\n"
        "            self.queue.wake(0)\n"
        "            raise failure(errno.ENOTCONN)\n",
    ),
    _Tcp(
        "a connect that is given up leaves no error",
        "connecting.py",
        "            self.error = errno.ECONNRESET\n",
        "",
    ),
)
