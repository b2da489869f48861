"""Bytes on unix stream sockets: messages, their price, their edges."""

from tests.proof.beliefs.belief import Belief

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
        "a read stops at the end of a message",
        "sockets.py",
        "while n and received:",
        "while n and received and not parts:",
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
        "OUT stays while exactly a quarter is owed",
        "sockets.py",
        "if (self._owed + 1) * 4 <= self._profile.send_buffer:",
        "if self._owed * 4 <= self._profile.send_buffer:",
    ),
    Belief(
        "a write is refused as soon as OUT is gone",
        "sockets.py",
        "self._owed < profile.send_buffer:",
        "(self._owed + 1) * 4 <= profile.send_buffer:",
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
        "every message that is consumed is an OUT edge",
        "sockets.py",
        "if (self._owed + 2) * 4 <= self._profile.send_buffer:",
        "if True:",
    ),
    Belief(
        "of the two bytes that are still held the kernel counts one",
        "sockets.py",
        "if (self._owed + 2) * 4 <= self._profile.send_buffer:",
        "if (self._owed + 1) * 4 <= self._profile.send_buffer:",
        harmless="both are the same where a cost and a quarter of the send "
        "buffer are multiples of 256, and memory comes in such sizes",
    ),
    Belief(
        "a message costs what it has bytes",
        "sockets.py",
        "Message(part, profile.message_cost(len(part)))",
        "Message(part, len(part))",
    ),
    Belief(
        "a write of any size is one message",
        "sockets.py",
        "most = min(profile.message_limit, profile.send_buffer // 2 - 64)",
        "most = len(data) or 1",
    ),
    Belief(
        "a message may take all of the send buffer",
        "sockets.py",
        "most = min(profile.message_limit, profile.send_buffer // 2 - 64)",
        "most = min(profile.message_limit, profile.send_buffer)",
    ),
    Belief(
        "what is thrown away unread is not paid back",
        "sockets.py",
        "peer.paid(self._received.popleft())",
        "self._received.popleft()",
    ),
)
