"""Blocked threads: who is woken, who comes back, who keeps what."""

import functools

from tests.proof.beliefs.belief import Belief

_Belief = functools.partial(Belief, driver="threads")

_ONE_BY_ONE = (
    "nobody sleeps while there is a candidate, so two of them come by two "
    "wakeups in one call: that call has raced"
)

BELIEFS = (
    # one epoll
    _Belief(
        "the oldest thread is woken first",
        "waiters.py",
        "epoll.waiters.add(waiter, exclusive=False)",
        "epoll.waiters.add(waiter, exclusive=True)",
    ),
    _Belief(
        "an edge ends every wait, as a level does",
        "waiters.py",
        "self._back.append((waiter.number, records))",
        "back = [waiter]\n"
        "        if waiter.woken:\n"
        "            back += [h for h in epoll.waiters._hooks if not h.woken]\n"
        "        for other in back[1:]:\n"
        "            epoll.waiters.remove(other)\n"
        "            epoll.descriptors -= 1\n"
        "        self._back += ((one.number, records) for one in back)",
    ),
    _Belief(
        "an edge wakes every thread, and those in vain sleep again",
        "epoll.py",
        "woke = self.epoll.waiters.wake(EPOLLIN)",
        "woke = bool(self.epoll.waiters._hooks)\n"
        "        self.epoll.waiters.wake(0)",
    ),
    _Belief(
        "a level ends one wait, as an edge does",
        "epoll.py",
        "        if candidates:\n            self.waiters.wake(EPOLLIN)\n",
        "",
    ),
    _Belief(
        "the next thread is woken for a level, not for what did not fit",
        "epoll.py",
        "        if candidates:\n            self.waiters",
        "        if again:\n            self.waiters",
        harmless=_ONE_BY_ONE,
    ),
    _Belief(
        "the next thread is woken for what did not fit, not for a level",
        "epoll.py",
        "candidates.update(again)\n        if candidates:",
        "left = bool(candidates)\n"
        "        candidates.update(again)\n"
        "        if left:",
    ),
    _Belief(
        "a wait that leaves something wakes all who sleep",
        "epoll.py",
        "        if candidates:\n            self.waiters.wake(EPOLLIN)",
        "        if candidates:\n            self.waiters.wake(0)",
        harmless="a level that is left ends all waits either way, and an edge "
        f"is never left: {_ONE_BY_ONE}",
    ),
    _Belief(
        "a woken thread that finds nothing is back with nothing",
        "waiters.py",
        "if not records:",
        "if not records and not waiter.woken:",
    ),
    _Belief(
        "a woken thread that finds nothing keeps its place",
        "waiters.py",
        "            waiter.epoll.waiters.remove(waiter)\n"
        "            self._look(waiter)",
        "            hooks = waiter.epoll.waiters._hooks\n"
        "            place = hooks.index(waiter)\n"
        "            hooks.remove(waiter)\n"
        "            self._look(waiter)\n"
        "            if waiter in hooks:\n"
        "                hooks.remove(waiter)\n"
        "                hooks.insert(place, waiter)",
        harmless="it was the first, which is why it was woken, and who falls "
        "asleep becomes the first",
    ),
    _Belief(
        "a woken thread that finds nothing is the oldest again",
        "waiters.py",
        "            waiter.woken = False\n"
        "            epoll.waiters.add(waiter, exclusive=False)",
        "            epoll.waiters.add(waiter, exclusive=waiter.woken)\n"
        "            waiter.woken = False",
    ),
    _Belief(
        "a wait that may sleep takes all that is ready",
        "waiters.py",
        "records = epoll.take(waiter.maxevents)",
        "records = epoll.take(1 << 20)",
    ),
    _Belief(
        "a thread that slept takes all that is ready",
        "waiters.py",
        "records = epoll.take(waiter.maxevents)",
        "most = 1 << 20 if waiter.woken else waiter.maxevents\n"
        "        records = epoll.take(most)",
        harmless=_ONE_BY_ONE,
    ),
    _Belief(
        "a wakeup is for the thread that has it: a second one is the next's",
        "waiters.py",
        "            self.raced = True\n            return False",
        "            self.raced = True\n            return True",
        harmless="it takes two wakeups in one call: that call has raced, and "
        "Linux may do either",
    ),
    _Belief(
        "MOD of what is ready wakes no thread",
        "epoll.py",
        "        watch.data = data\n        self.look(watch)",
        "        watch.data = data\n"
        "        if watch.poll() and watch not in self.ready:\n"
        "            self.ready[watch] = None\n"
        "            self.queue.wake(EPOLLIN)",
    ),
    _Belief(
        "ADD of what is ready wakes no thread",
        "epoll.py",
        "watch.file.queue.add(watch, exclusive)\n        self.look(watch)",
        "watch.file.queue.add(watch, exclusive)\n"
        "        if watch.poll():\n"
        "            self.ready[watch] = None\n"
        "            self.queue.wake(EPOLLIN)",
    ),
    _Belief(
        "DEL and the last close of a watched file end a wait",
        "epoll.py",
        "self.epoll.forget(self)\n",
        "self.epoll.forget(self)\n"
        "        for waiter in self.epoll.waiters._hooks[:1]:\n"
        "            if not waiter.woken:\n"
        "                self.epoll.waiters.remove(waiter)\n"
        "                self.epoll.descriptors -= 1\n"
        "                record = Ready(0x10, self.data)\n"
        "                back = waiter._threads._back\n"
        "                back.append((waiter.number, [record]))\n",
    ),
    # one file, many epolls
    _Belief(
        "EXCLUSIVE or not, a thread of every epoll is woken",
        "epoll.py",
        "return woke and bool(events & EPOLLEXCLUSIVE)",
        "return False",
    ),
    _Belief(
        "an epoll whose thread is woken ends the walk, EXCLUSIVE or not",
        "epoll.py",
        "return woke and bool(events & EPOLLEXCLUSIVE)",
        "return woke",
    ),
    _Belief(
        "the first exclusive epoll takes it, even if no thread waits there",
        "epoll.py",
        "return woke and bool(events & EPOLLEXCLUSIVE)",
        "return bool(events & EPOLLEXCLUSIVE)",
    ),
    _Belief(
        "exclusive epolls that come later still get the candidate",
        "waitqueue.py",
        "        for hook in self._hooks:  "
        "# noqa: SIM110, a generator is slower\n"
        "            if hook.wake(key) and key:\n",
        "        for place, hook in enumerate(self._hooks):\n"
        "            if hook.wake(key) and key:\n"
        "                for later in self._hooks[place + 1 :]:\n"
        "                    if hasattr(later, 'fd'):\n"
        "                        later.epoll.ready[later] = None\n",
    ),
    _Belief(
        "a hang-up is for one exclusive epoll, as data is",
        "waitqueue.py",
        "if hook.wake(key) and key:",
        "if hook.wake(key):",
    ),
    _Belief(
        "exclusive epolls take turns",
        "waitqueue.py",
        "            if hook.wake(key) and key:\n",
        "            if hook.wake(key) and key:\n"
        "                if hasattr(hook, 'fd'):\n"
        "                    self._hooks.remove(hook)\n"
        "                    self._hooks.append(hook)\n",
    ),
    _Belief(
        "EXCLUSIVE lets a level end one wait in its epoll as well",
        "epoll.py",
        "        if candidates:\n            self.waiters",
        "        if any(not w.events & EPOLLEXCLUSIVE for w in candidates):\n"
        "            self.waiters",
    ),
    _Belief(
        "an epoll that wakes a thread of its own tells no epoll outside",
        "epoll.py",
        "self.epoll.queue.wake(EPOLLIN)\n        return",
        "if not woke:\n"
        "            self.epoll.queue.wake(EPOLLIN)\n"
        "        return",
    ),
    # the end
    _Belief(
        "closing an epoll ends the waits in it",
        "kernel.py",
        "        file.descriptors -= 1\n",
        "        file.descriptors -= 1\n"
        "        sleepers = getattr(file, 'waiters', None)\n"
        "        if sleepers and file.descriptors == len(sleepers._hooks):\n"
        "            for one in sleepers._hooks:\n"
        "                self._threads._back.append((one.number, []))\n"
        "            sleepers._hooks.clear()\n"
        "            file.descriptors = 0\n",
    ),
    _Belief(
        "closing an epoll ends its watches, whoever sleeps in it",
        "waiters.py",
        "        self._started += 1\n        epoll.descriptors += 1\n",
        "        self._started += 1\n",
        also=(
            (
                "        epoll.descriptors -= 1\n"
                "        if not epoll.descriptors:\n"
                "            epoll.release()\n",
                "",
            ),
        ),
    ),
    _Belief(
        "a closed epoll stays after the last thread is back",
        "waiters.py",
        "        if not epoll.descriptors:\n            epoll.release()\n",
        "",
    ),
)
