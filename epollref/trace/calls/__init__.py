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

``reading`` knows which reader reads which call.

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
    Eventfd as Eventfd,
)
from epollref.trace.calls.counters import (
    InotifyInit as InotifyInit,
)
from epollref.trace.calls.counters import (
    PidfdOpen as PidfdOpen,
)
from epollref.trace.calls.counters import (
    Signalfd as Signalfd,
)
from epollref.trace.calls.counters import (
    TimerfdCreate as TimerfdCreate,
)
from epollref.trace.calls.counters import (
    TimerfdSettime as TimerfdSettime,
)
from epollref.trace.calls.descriptors import (
    Close as Close,
)
from epollref.trace.calls.descriptors import (
    CloseRange as CloseRange,
)
from epollref.trace.calls.descriptors import (
    Dup as Dup,
)
from epollref.trace.calls.descriptors import (
    Fcntl as Fcntl,
)
from epollref.trace.calls.descriptors import (
    Ioctl as Ioctl,
)
from epollref.trace.calls.descriptors import (
    Pipe as Pipe,
)
from epollref.trace.calls.descriptors import (
    Socketpair as Socketpair,
)
from epollref.trace.calls.epoll import (
    EpollCreate as EpollCreate,
)
from epollref.trace.calls.epoll import (
    EpollCreate1 as EpollCreate1,
)
from epollref.trace.calls.epoll import (
    EpollCtl as EpollCtl,
)
from epollref.trace.calls.epoll import (
    NotDecodedError as NotDecodedError,
)
from epollref.trace.calls.epoll import (
    record as record,
)
from epollref.trace.calls.io_uring import (
    IoUringEnter as IoUringEnter,
)
from epollref.trace.calls.io_uring import (
    IoUringSetup as IoUringSetup,
)
from epollref.trace.calls.parts import (
    Timespec as Timespec,
)
from epollref.trace.calls.parts import (
    descriptor as descriptor,
)
from epollref.trace.calls.polls import (
    Poll as Poll,
)
from epollref.trace.calls.polls import (
    Polled as Polled,
)
from epollref.trace.calls.polls import (
    Ppoll as Ppoll,
)
from epollref.trace.calls.polls import (
    Select as Select,
)
from epollref.trace.calls.processes import (
    Clone as Clone,
)
from epollref.trace.calls.processes import (
    Execve as Execve,
)
from epollref.trace.calls.processes import (
    ExitCall as ExitCall,
)
from epollref.trace.calls.reading import (
    read_arguments as read_arguments,
)
from epollref.trace.calls.sockets import (
    Accept as Accept,
)
from epollref.trace.calls.sockets import (
    Connect as Connect,
)
from epollref.trace.calls.sockets import (
    Getsockopt as Getsockopt,
)
from epollref.trace.calls.sockets import (
    Listen as Listen,
)
from epollref.trace.calls.sockets import (
    Shutdown as Shutdown,
)
from epollref.trace.calls.sockets import (
    Socket as Socket,
)
from epollref.trace.calls.transfer import (
    Copy as Copy,
)
from epollref.trace.calls.transfer import (
    Read as Read,
)
from epollref.trace.calls.transfer import (
    Transfer as Transfer,
)
from epollref.trace.calls.transfer import (
    Write as Write,
)
from epollref.trace.calls.waits import (
    EpollPwait as EpollPwait,
)
from epollref.trace.calls.waits import (
    EpollPwait2 as EpollPwait2,
)
from epollref.trace.calls.waits import (
    EpollWait as EpollWait,
)
from epollref.trace.calls.waits import (
    Wait as Wait,
)
from epollref.trace.items import (
    Call as Call,
)
from epollref.trace.items import (
    Common as Common,
)
from epollref.trace.items import (
    OtherCall as OtherCall,
)
from epollref.trace.items import (
    Resumed as Resumed,
)
