"""The arguments of calls that our own tracer never sees.

They are here so that every value that the log reader makes can be written
again: what is printed is what was read.
"""

from epollref.trace.calls_descriptors import (
    CloseRange,
    Connect,
    Copy,
    Dup,
    Fcntl,
    Getsockopt,
    Ioctl,
    Listen,
    Pipe,
    Socket,
    Socketpair,
)
from epollref.trace.calls_processes import (
    Clone,
    Execve,
    ExitCall,
    IoUringEnter,
    IoUringSetup,
)
from epollref.trace.notation_args import (
    Style,
    address,
    arguments,
    descriptor,
)

__all__ = ["arguments"]


@arguments.register
def _(call: Socket, style: Style) -> str:
    return f"{call.domain}, {call.kind}, {call.protocol}"


def _both(call: Pipe | Socketpair) -> str:
    """Return the two descriptors that a call made."""
    if call.fds is None:
        return address(call.pointer)
    first, second = map(descriptor, call.fds, call.files)
    return f"[{first}, {second}]"


@arguments.register
def _(call: Socketpair, style: Style) -> str:
    return f"{call.domain}, {call.kind}, {call.protocol}, {_both(call)}"


@arguments.register
def _(call: Pipe, style: Style) -> str:
    if call.name == "pipe":
        return _both(call)
    return f"{_both(call)}, {call.flags}"


@arguments.register
def _(call: Dup, style: Style) -> str:
    text = descriptor(call.fd, call.file)
    if call.target is not None:
        text += f", {descriptor(call.target, call.target_file)}"
    return f"{text}, {call.flags}" if call.name == "dup3" else text


@arguments.register
def _(call: CloseRange, style: Style) -> str:
    return f"{call.first}, {call.last}, {call.flags}"


@arguments.register
def _(call: Listen, style: Style) -> str:
    return f"{descriptor(call.fd, call.file)}, {call.backlog}"


@arguments.register
def _(call: Connect, style: Style) -> str:
    fd = descriptor(call.fd, call.file)
    return f"{fd}, {call.address}, {call.length}"


@arguments.register
def _(call: Fcntl, style: Style) -> str:
    text = f"{descriptor(call.fd, call.file)}, {call.command}"
    return text if call.argument is None else f"{text}, {call.argument}"


@arguments.register
def _(call: Ioctl, style: Style) -> str:
    text = f"{descriptor(call.fd, call.file)}, {call.request}"
    return text if call.argument is None else f"{text}, {call.argument}"


@arguments.register
def _(call: Getsockopt, style: Style) -> str:
    fd = descriptor(call.fd, call.file)
    return f"{fd}, {call.level}, {call.option}, {call.value}, {call.length}"


@arguments.register(Clone)
@arguments.register(Copy)
@arguments.register(Execve)
@arguments.register(IoUringEnter)
@arguments.register(IoUringSetup)
def _(
    call: Clone | Copy | Execve | IoUringEnter | IoUringSetup, style: Style
) -> str:
    return call.args


@arguments.register
def _(call: ExitCall, style: Style) -> str:
    return str(call.status)
