"""What each descriptor of a process is.

``/proc/PID/fd`` has a link for each, and the link's text says what the file
is: a path, ``socket:[INODE]``, ``pipe:[INODE]``, ``anon_inode:[eventpoll]``.
``/proc/PID/fdinfo`` adds how the file is open (proc_pid_fdinfo(5)).

Descriptors come and go while they are read.  One that was closed meanwhile is
left out, so each value was true at one moment, and all together at none.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from epollref.proc.process import Process

_LINK: Final = re.compile(r"([a-z_]+):\[?([^\]]*)\]?")

_HEAD: Final = re.compile(
    rb"pos:\s*(\d+)\s+flags:\s*([0-7]+)(?:\s+mnt_id:\s*\d+)?(?:\s+ino:\s*(\d+))?"
)


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A descriptor of a process.

    Attributes:
        fd: Its number.
        link: What the link in ``/proc/PID/fd`` says, as it stands there.
        kind: ``epoll``, ``eventfd``, ``timerfd``, ``signalfd``, ``inotify``,
            ``io_uring``, ``pidfd``, ``socket``, ``pipe``, ``memfd``; for
            another file without a name the kernel's word, and ``file`` for
            what has a path.
        inode: The inode's number; ``None`` where the kernel does not say
            (before Linux 5.14, of what is neither socket nor pipe).  All
            files of one anonymous kind may share an inode.
        flags: The flags of open(2) as bits: access mode, ``O_NONBLOCK`` and,
            which belongs to the descriptor, ``O_CLOEXEC``.
        position: The offset in the file, in bytes.
    """

    fd: int
    link: str
    kind: str
    inode: int | None
    flags: int
    position: int

    @property
    def nonblocking(self) -> bool:
        """Whether ``O_NONBLOCK`` is set."""
        return bool(self.flags & os.O_NONBLOCK)


def kind_of(link: str) -> tuple[str, int | None]:
    """Return the kind of file that a link names, and its inode.

    Args:
        link: The text of a link in ``/proc/PID/fd``.

    Returns:
        The kind, as in ``Descriptor.kind``; and the inode, where the text
        has it.

    Examples:
        >>> from epollref.proc.descriptors import kind_of
        >>> kind_of("socket:[333360]"), kind_of("anon_inode:[eventpoll]")
        (('socket', 333360), ('epoll', None))
        >>> kind_of("/var/log/app (deleted)")
        ('file', None)
    """
    if link.startswith("/"):
        return ("memfd" if link.startswith("/memfd:") else "file"), None
    found = _LINK.fullmatch(link)
    if found is None:
        return "file", None
    kind, name = found.groups()
    if kind != "anon_inode":
        return kind, int(name) if name.isdigit() else None
    return ("epoll" if name == "eventpoll" else name), None


def links(process: Process) -> Iterator[tuple[int, str]]:
    """Go through the descriptors of a process, and what their links say.

    Our own hold on the process is no part of it, and is left out.

    Args:
        process: The process.

    Yields:
        Each number and its link, in the order of the numbers.

    Raises:
        ProcessGoneError: The process has ended.
        PermissionError: They may not be read; the text says what helps.
    """
    folder = f"{process.files()}fd"
    ours = process.fileno() if process.pid == os.getpid() else -1
    numbers = sorted(map(int, process.names(folder)))
    for fd in numbers:
        if fd == ours:
            continue
        try:
            yield fd, process.link(f"{folder}/{fd}")
        except FileNotFoundError:
            continue  # Closed by now, as that of the listing itself.


def descriptors(process: Process) -> Iterator[Descriptor]:
    """Go through the descriptors of a process.

    Args:
        process: The process.

    Yields:
        Each descriptor, in the order of the numbers.

    Raises:
        ProcessGoneError: The process has ended.
        PermissionError: They may not be read; the text says what helps.

    Examples:
        >>> import select
        >>> from epollref.proc.descriptors import descriptors
        >>> from epollref.proc.process import Process
        >>> with select.epoll() as ep, Process() as process:
        ...     for each in descriptors(process):
        ...         if each.fd == ep.fileno():
        ...             print(each.kind, each.link)
        ...
        epoll anon_inode:[eventpoll]
    """
    folder = f"{process.files()}fdinfo"
    for fd, link in links(process):
        try:
            found = _HEAD.match(process.head(f"{folder}/{fd}"))
        except FileNotFoundError:
            continue
        if found is None:
            continue  # Closed between open(2) and read(2).
        kind, inode = kind_of(link)
        if inode is None and found[3] is not None:
            inode = int(found[3])
        yield Descriptor(fd, link, kind, inode, int(found[2], 8), int(found[1]))
