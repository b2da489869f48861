"""The system calls that a trace knows: a family is a module.

A class is a call.  Its fields are the arguments, with the names of
``epollref.kernel``: numbers are numbers (a mask is an ``int``) and strings
are bytes.  Beside them stand the three things that can be done with it:

- ``read`` makes the value from the arguments as strace prints them;
- ``arguments`` writes them again;
- ``make`` makes the call on a kernel, ``answered`` and ``refused`` say what
  came of it.  A call that is still to be made has the result ``None``.

A field that is not in the call but in what strace prints about it has a
default, so that a tracer gives only what it knows.  A ``pointer`` is the
address that strace prints in place of what it does not decode: 0 is NULL,
``None`` says that there is no address to show.  A ``file`` is what ``-y``
says about a descriptor: ``TCP:[127.0.0.1:80]``.

Read it in this order; each module imports only modules above it.

1. ``parts``    what arguments are made of
2. ``epoll``    instances and interest lists
3. ``waits``    waits for events, with the records of ``epoll``
4. ``transfer``, ``sockets``, ``descriptors``, ``counters``, ``polls``,
   ``processes``, ``io_uring``  the other families, each on its own
5. ``reading``  which reader reads which call

Examples:
    >>> from epollref.masks import EPOLL_CTL_ADD, EPOLLIN
    >>> from epollref.kernel import Ready
    >>> from epollref.trace.calls import EpollCtl, EpollWait, Eventfd, Read
    >>> added = EpollCtl(4, EPOLL_CTL_ADD, 6, EPOLLIN, 6)
    >>> waited = EpollWait(4, (Ready(EPOLLIN, 6),), 64, -1, result=1)
    >>> later = Read(6, None, 4096, result=-1, error="EAGAIN")
    >>> later.failed, added.failed
    (True, False)
    >>> asked = Eventfd(7, result=None)
    >>> asked.answered(5) == Eventfd(7, result=5)
    True
"""

from epollref.trace.calls.counters import (
    Eventfd,
    InotifyInit,
    PidfdOpen,
    Signalfd,
    TimerfdCreate,
    TimerfdSettime,
)
from epollref.trace.calls.descriptors import (
    Close,
    CloseRange,
    Dup,
    Fcntl,
    Ioctl,
    Pipe,
    Socketpair,
)
from epollref.trace.calls.epoll import (
    EpollCreate,
    EpollCreate1,
    EpollCtl,
    NotDecodedError,
    written_record,
)
from epollref.trace.calls.io_uring import IoUringEnter, IoUringSetup
from epollref.trace.calls.parts import Timespec, descriptor
from epollref.trace.calls.polls import Poll, Polled, Ppoll, Select
from epollref.trace.calls.processes import Clone, Execve, ExitCall
from epollref.trace.calls.reading import read_arguments
from epollref.trace.calls.sockets import (
    Accept,
    Connect,
    Getsockopt,
    Listen,
    Shutdown,
    Socket,
)
from epollref.trace.calls.transfer import Copy, Read, Transfer, Write
from epollref.trace.calls.waits import (
    EpollPwait,
    EpollPwait2,
    EpollWait,
    Wait,
)
from epollref.trace.items import Call, Common, OtherCall, Resumed

__all__ = [
    "Accept",
    "Call",
    "Clone",
    "Close",
    "CloseRange",
    "Common",
    "Connect",
    "Copy",
    "Dup",
    "EpollCreate",
    "EpollCreate1",
    "EpollCtl",
    "EpollPwait",
    "EpollPwait2",
    "EpollWait",
    "Eventfd",
    "Execve",
    "ExitCall",
    "Fcntl",
    "Getsockopt",
    "InotifyInit",
    "IoUringEnter",
    "IoUringSetup",
    "Ioctl",
    "Listen",
    "NotDecodedError",
    "OtherCall",
    "PidfdOpen",
    "Pipe",
    "Poll",
    "Polled",
    "Ppoll",
    "Read",
    "Resumed",
    "Select",
    "Shutdown",
    "Signalfd",
    "Socket",
    "Socketpair",
    "TimerfdCreate",
    "TimerfdSettime",
    "Timespec",
    "Transfer",
    "Wait",
    "Write",
    "descriptor",
    "read_arguments",
    "written_record",
]
