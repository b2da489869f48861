"""The errors of epoll_ctl and epoll_wait, and their order."""

from tests.proof.beliefs.belief import Belief

EPERM = (
    "        if not file.pollable:\n            raise failure(errno.EPERM)\n"
)
NO_EPOLL = (
    "        if epoll is file or not isinstance(epoll, Epoll):\n"
    "            raise failure(errno.EINVAL)\n"
)
NO_MOD = (
    "        if op == EPOLL_CTL_MOD and events & EPOLLEXCLUSIVE:\n"
    "            raise failure(errno.EINVAL)\n"
)
LINKS = (
    "        if isinstance(file, Epoll):\n"
    "            check_links(epoll, file)\n"
)
EXISTS = (
    "        if (file, fd) in epoll.interest:\n"
    "            raise failure(errno.EEXIST)\n"
)
COMPANY = "if events & EPOLLEXCLUSIVE and (nested or"

BELIEFS = (
    Belief(
        "a regular file is EINVAL",
        "kernel.py",
        EPERM,
        EPERM.replace("EPERM", "EINVAL"),
    ),
    Belief(
        "EPERM is checked after what is no epoll",
        "kernel.py",
        EPERM,
        "",
        also=((NO_EPOLL, NO_EPOLL + EPERM),),
    ),
    Belief(
        "an epoll that watches itself is ELOOP",
        "kernel.py",
        NO_EPOLL,
        "        if epoll is file:\n"
        "            raise failure(errno.ELOOP)\n"
        "        if not isinstance(epoll, Epoll):\n"
        "            raise failure(errno.EINVAL)\n",
    ),
    Belief(
        "an unknown operation is EINVAL before all else",
        "kernel.py",
        "        epoll, file = self._file(epfd), self._file(fd)\n",
        "        if not 1 <= op <= 3:\n"
        "            raise failure(errno.EINVAL)\n"
        "        epoll, file = self._file(epfd), self._file(fd)\n",
    ),
    Belief(
        "an unknown operation on what is not watched is ENOENT",
        "kernel.py",
        "        if op not in (EPOLL_CTL_MOD, EPOLL_CTL_DEL):\n",
        "        if watch is not None and"
        " op not in (EPOLL_CTL_MOD, EPOLL_CTL_DEL):\n",
    ),
    Belief(
        "EXCLUSIVE may be given by MOD",
        "kernel.py",
        NO_MOD,
        "",
    ),
    Belief(
        "ENOENT is checked before a MOD to EXCLUSIVE",
        "kernel.py",
        NO_MOD,
        "",
        also=(
            (
                "            raise failure(errno.ENOENT)\n",
                f"            raise failure(errno.ENOENT)\n{NO_MOD}",
            ),
        ),
    ),
    Belief(
        "EXCLUSIVE may be modified away",
        "epoll.py",
        "if watch.events & EPOLLEXCLUSIVE:",
        "if False:",
    ),
    Belief(
        "RDHUP may stand beside EXCLUSIVE",
        "kernel.py",
        "events & ~EXCLUSIVE_COMPANY)",
        "events & ~EXCLUSIVE_COMPANY & ~0x2000)",
    ),
    Belief(
        "ONESHOT may stand beside EXCLUSIVE",
        "kernel.py",
        "events & ~EXCLUSIVE_COMPANY)",
        "events & ~EXCLUSIVE_COMPANY & ~(1 << 30))",
    ),
    Belief(
        "an epoll may be watched with EXCLUSIVE",
        "kernel.py",
        COMPANY,
        "if events & EPOLLEXCLUSIVE and (",
    ),
    Belief(
        "EEXIST is checked before EXCLUSIVE's company",
        "kernel.py",
        EXISTS,
        "",
        also=(
            (
                "        nested = isinstance(file, Epoll)\n",
                f"        nested = isinstance(file, Epoll)\n{EXISTS}",
            ),
        ),
    ),
    Belief(
        "EEXIST is checked before ELOOP",
        "kernel.py",
        LINKS,
        LINKS.replace(":", " and (file, fd) not in epoll.interest:", 1),
        harmless="what is watched already has passed: its links are legal",
    ),
    Belief(
        "maxevents may be 0",
        "kernel.py",
        "not 0 < maxevents <=",
        "not 0 <= maxevents <=",
    ),
    Belief(
        "any maxevents above 0 will do",
        "kernel.py",
        "not 0 < maxevents <= self._profile.max_events",
        "not 0 < maxevents",
    ),
)
