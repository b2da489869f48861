"""The interest list of an epoll, as the kernel shows it.

``fdinfo`` of an epoll has a line for each registration
(``ep_show_fdinfo`` in fs/eventpoll.c).  All its numbers are hexadecimal but
``tfd`` and ``pos``.  The list is taken under the lock of the epoll, so it is
true at one moment; the order is that of the kernel's tree, which sorts by the
file's address and then by the number.

A registration belongs to a number *and* an open file.  Where the number now
leads to another file, or to none, it is a phantom.  Another ``inode`` than the
descriptor's proves that.  The same inode proves it of sockets and pipes only:
all eventfds share one, as do all timerfds, signalfds and epolls.  There
kcmp(2) with ``KCMP_EPOLL_TFD`` compares the files themselves.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from epollref.masks import ALWAYS_REPORTED, FLAGS
from epollref.proc.process import Process

_LINE: Final = re.compile(
    rb"tfd:\s*(\d+) events:\s*([0-9a-f]+) data:\s*([0-9a-f]+)"
    rb"(?:\s+pos:(-?\d+) ino:([0-9a-f]+) sdev:([0-9a-f]+))?"
)


@dataclass(frozen=True, slots=True)
class Registration:
    """A line of an interest list.

    Attributes:
        fd: The number under which the file was added.
        events: The mask.  The kernel has added ``EPOLLERR`` and ``EPOLLHUP``;
            a one-shot that has fired has kept its flags only.
        data: The data word, 64 bits.
        position: The offset in the watched file, in bytes.
        inode: The inode of the watched file; ``None`` before Linux 4.18.
        device: The device of that inode, as the kernel numbers it; ``None``
            before Linux 4.18.
    """

    fd: int
    events: int
    data: int
    position: int | None
    inode: int | None
    device: int | None

    @property
    def armed(self) -> bool:
        """Whether it can report at all: no one-shot that has fired."""
        return bool(self.events & ~FLAGS)

    @property
    def parked(self) -> bool:
        """Whether it reports nothing but what every watch reports."""
        return self.events & ~FLAGS == ALWAYS_REPORTED


def interest_list(process: Process, epfd: int) -> Iterator[Registration]:
    """Go through the interest list of an epoll of a process.

    Args:
        process: The process.
        epfd: The descriptor of the epoll in that process.

    Yields:
        Each registration, in the kernel's order; nothing for a descriptor
        that is no epoll.

    Raises:
        ProcessGoneError: The process has ended.
        FileNotFoundError: It has no such descriptor.
        PermissionError: It may not be read; the text says what helps.

    Examples:
        >>> import select, socket
        >>> from epollref.proc.interest import interest_list
        >>> from epollref.proc.process import Process
        >>> a, b = socket.socketpair()
        >>> with a, b, select.epoll() as ep, Process() as process:
        ...     ep.register(a, select.EPOLLIN | select.EPOLLONESHOT)
        ...     for each in interest_list(process, ep.fileno()):
        ...         each.fd == a.fileno(), hex(each.events), each.armed
        ...
        (True, '0x40000019', True)
    """
    for line in process.lines(f"{process.files()}fdinfo/{epfd}"):
        found = _LINE.match(line)
        if found is not None:
            fd, events, data, position, inode, device = found.groups()
            yield Registration(
                int(fd),
                int(events, 16),
                int(data, 16),
                None if position is None else int(position),
                None if inode is None else int(inode, 16),
                None if device is None else int(device, 16),
            )
