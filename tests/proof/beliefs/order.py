"""Where a candidate stands in the ready list, and when it leaves it."""

from tests.proof.beliefs.belief import Belief

WAKE = "        self.epoll.ready[self] = None\n        self.epoll.queue"

BELIEFS = (
    Belief(
        "level entries keep their place",
        "epoll.py",
        "candidates.update(again)",
        "self.ready = {**again, **candidates}",
    ),
    Belief(
        "level entries go back in the reverse order",
        "epoll.py",
        "candidates.update(again)",
        "candidates.update(reversed(again.items()))",
    ),
    Belief(
        "a wait looks at no more candidates than it may report",
        "epoll.py",
        "for watch in list(candidates):\n            if len",
        "for watch in list(candidates)[:maxevents]:\n            if len",
    ),
    Belief(
        "a wait that is full drops the stale ones that follow",
        "epoll.py",
        "            if len(records) >= maxevents:\n                break\n",
        "            if len(records) >= maxevents:\n"
        "                if watch.poll():\n"
        "                    break\n"
        "                del candidates[watch]\n"
        "                continue\n",
    ),
    Belief(
        "a candidate that is not ready stays on the list",
        "epoll.py",
        "if not events:\n                continue",
        "if not events:\n                again[watch] = None\n"
        "                continue",
    ),
    Belief(
        "an ADD goes to the head of the list",
        "epoll.py",
        "watch not in self.ready:\n            self.ready[watch] = None",
        "watch not in self.ready:\n"
        "            self.ready = {watch: None, **self.ready}",
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
        "a wakeup moves a candidate to the end",
        "epoll.py",
        WAKE,
        "        self.epoll.ready.pop(self, None)\n" + WAKE,
    ),
    Belief(
        "a wakeup goes to the head of the list",
        "epoll.py",
        WAKE,
        "        if self not in self.epoll.ready:\n"
        "            self.epoll.ready = {self: None, **self.epoll.ready}\n"
        "        self.epoll.queue",
    ),
    Belief(
        "a DEL leaves a candidate to be dropped by the wait",
        "epoll.py",
        "        del watch.file.watches[watch]\n"
        "        self.ready.pop(watch, None)\n",
        "        del watch.file.watches[watch]\n        watch.events = 0\n",
    ),
    Belief(
        "a shutdown tells the peer first",
        "sockets.py",
        "        self.shut_and_tell(mine)\n",
        "",
        also=(
            (
                "        self.peer.shut_and_tell(theirs)\n",
                "        self.peer.shut_and_tell(theirs)\n"
                "        self.shut_and_tell(mine)\n",
            ),
        ),
    ),
)
