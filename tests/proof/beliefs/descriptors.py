"""What a watch is tied to: a file, a number, or both."""

from tests.proof.beliefs.belief import Belief

BELIEFS = (
    Belief(
        "a watch ends with the descriptor that made it",
        "kernel.py",
        "        file.descriptors -= 1\n",
        "        file.descriptors -= 1\n"
        "        for watch in list(file.watches):\n"
        "            if watch.fd == fd:\n"
        "                watch.leave()\n",
    ),
    Belief(
        "a watch ends with any descriptor of its file",
        "kernel.py",
        "        if not file.descriptors:\n            file.release()",
        "        for watch in list(file.watches):\n"
        "            watch.leave()\n"
        "        if not file.descriptors:\n            file.release()",
    ),
    Belief(
        "a watch outlives its file",
        "files.py",
        "        for watch in list(self.watches):\n            watch.leave()\n",
        "",
    ),
    Belief(
        "a watch is keyed by its descriptor alone",
        "kernel.py",
        "watch = epoll.interest.get((file, fd))",
        "watch = next(\n"
        "            (w for w in epoll.interest.values() if w.fd == fd), None\n"
        "        )",
        also=(
            (
                "if (file, fd) in epoll.interest:",
                "if any(n == fd for _, n in epoll.interest):",
            ),
        ),
    ),
    Belief(
        "ADD refuses a number that is watched, whatever is open there now",
        "kernel.py",
        "if (file, fd) in epoll.interest:",
        "if any(n == fd for _, n in epoll.interest):",
    ),
    Belief(
        "MOD and DEL find a watch by its number, whatever is open there now",
        "kernel.py",
        "watch = epoll.interest.get((file, fd))",
        "watch = next(\n"
        "            (w for w in epoll.interest.values() if w.fd == fd), None\n"
        "        )",
    ),
    Belief(
        "a watch is keyed by its file alone: a dup is EEXIST",
        "kernel.py",
        "if (file, fd) in epoll.interest:",
        "if any(f is file for f, _ in epoll.interest):",
    ),
    Belief(
        "MOD and DEL find the watch of another descriptor of the file",
        "kernel.py",
        "watch = epoll.interest.get((file, fd))",
        "watch = epoll.interest.get((file, fd)) or next(\n"
        "            (w for w in epoll.interest.values() if w.file is file),\n"
        "            None,\n"
        "        )",
    ),
    Belief(
        "an epoll that is closed stays hooked in",
        "epoll.py",
        "        super().release()\n        for watch in "
        "list(self.interest.values()):\n            watch.leave()\n",
        "        super().release()\n",
    ),
)
