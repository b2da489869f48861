"""Pipes: pages, merging, and what wakes whom."""

from tests.proof.beliefs.belief import Belief

PUT = "        done = ring.put(bytes(data))\n        ring"

BELIEFS = (
    Belief(
        "a write to a pipe is an edge only when it was empty",
        "pipe.py",
        PUT,
        "        was_empty = not ring.pages\n"
        "        done = ring.put(bytes(data))\n        if was_empty: ring",
    ),
    Belief(
        "a write that fails is no edge",
        "pipe.py",
        PUT,
        "        done = ring.put(bytes(data))\n        if done: ring",
    ),
    Belief(
        "any read of a full pipe is an OUT edge",
        "pipe.py",
        "freed = self.full() and self.profile.partial_read_wakes",
        "freed = self.full()",
    ),
    Belief(
        "every page that is read is an OUT edge, full or not",
        "pipe.py",
        "freed = freed or self.full()",
        "freed = True",
    ),
    Belief(
        "a pipe counts bytes",
        "pipe.py",
        "if not rest or not self.pages:",
        "if True:",
    ),
    Belief(
        "the last page is filled before another is taken",
        "pipe.py",
        "        if len(last.data) + rest > self.profile.page_size:\n"
        "            return 0\n",
        "        rest = min(len(data), "
        "self.profile.page_size - len(last.data))\n",
    ),
    Belief(
        "room that was read is used again",
        "pipe.py",
        "if len(last.data) + rest > self.profile.page_size:",
        "if len(last.data) - last.start + rest > self.profile.page_size:",
    ),
    Belief(
        "nothing is merged into a page that was read from",
        "pipe.py",
        "if len(last.data) + rest > self.profile.page_size:",
        "if last.start or len(last.data) + rest > self.profile.page_size:",
    ),
    Belief(
        "what is merged has to leave a byte of the page",
        "pipe.py",
        "if len(last.data) + rest > self.profile.page_size:",
        "if len(last.data) + rest >= self.profile.page_size:",
    ),
    Belief(
        "a closed writer is RDHUP",
        "pipe.py",
        "return mask if ring.writable else mask | EPOLLHUP",
        "return mask if ring.writable else mask | EPOLLHUP | 0x2000",
    ),
    Belief(
        "a closed writer is IN",
        "pipe.py",
        "return mask if ring.writable else mask | EPOLLHUP",
        "return mask if ring.writable else EPOLLIN | EPOLLRDNORM | EPOLLHUP",
    ),
    Belief(
        "a closed reader is HUP",
        "pipe.py",
        "return mask if ring.readable else mask | EPOLLERR",
        "return mask if ring.readable else mask | EPOLLERR | EPOLLHUP",
    ),
    Belief(
        "a pipe without a reader is not OUT",
        "pipe.py",
        "return mask if ring.readable else mask | EPOLLERR",
        "return mask if ring.readable else EPOLLERR",
    ),
)
