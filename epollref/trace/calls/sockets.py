"""Reading the arguments of calls that make descriptors and processes."""

import re
from typing import Final

from epollref.trace.calls_descriptors import (
    CloseRange,
    Connect,
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
from epollref.trace.items import Call
from epollref.trace.log_building import Common, quick
from epollref.trace.log_epoll import FD, POINTER, matched, pointer
from epollref.trace.notation_strings import QUOTED, unquoted

_WORD = r"[^,\s]++(?: /\* [^*]*+\*/)?"
_TWO = rf"(?:\[{FD}, {FD}\]|({POINTER}))"


_ANY: Final = re.ASCII | re.DOTALL
_SOCKET: Final = re.compile(rf"({_WORD}), ({_WORD}), ({_WORD})", _ANY)
_SOCKETPAIR: Final = re.compile(
    rf"({_WORD}), ({_WORD}), ({_WORD}), {_TWO}", _ANY
)
_PIPE: Final = re.compile(rf"{_TWO}(?:, ({_WORD}))?", _ANY)
_DUP: Final = re.compile(rf"{FD}(?:, {FD})?(?:, ({_WORD}))?", _ANY)
_RANGE: Final = re.compile(rf"(\d{{1,20}}), (\d{{1,20}}), ({_WORD})", _ANY)
_LISTEN: Final = re.compile(rf"{FD}, (-?\d{{1,10}})", _ANY)
_CONNECT: Final = re.compile(rf"{FD}, (.+), (\d{{1,10}})", _ANY)
_FCNTL: Final = re.compile(rf"{FD}, ({_WORD})(?:, (.++))?", _ANY)
_GETSOCKOPT: Final = re.compile(
    rf"{FD}, ({_WORD}), ({_WORD}), (.+), (\[[^\[\]]*+\]|{POINTER})", _ANY
)
_FLAGS: Final = re.compile(r"(?:^|[{ ])flags=([^,}\s]++)", _ANY)
_EXECVE: Final = re.compile(
    rf"(?:[^\",]++, )?(?:{QUOTED}|({POINTER})), .*+", _ANY
)
_EXIT: Final = re.compile(r"-?\d{1,10}", _ANY)
_SETUP: Final = re.compile(r"(\d{1,10}), .++", _ANY)
_ENTER: Final = re.compile(rf"{FD}, (\d{{1,10}}), .++", _ANY)

socket: Final = quick(Socket)
socketpair: Final = quick(Socketpair)
pipe: Final = quick(Pipe)
dup: Final = quick(Dup)
close_range: Final = quick(CloseRange)
listen: Final = quick(Listen)
connect: Final = quick(Connect)
fcntl: Final = quick(Fcntl)
ioctl: Final = quick(Ioctl)
getsockopt: Final = quick(Getsockopt)
clone: Final = quick(Clone)
execve: Final = quick(Execve)
exit_call: Final = quick(ExitCall)
io_uring_setup: Final = quick(IoUringSetup)
io_uring_enter: Final = quick(IoUringEnter)


def read_socket(args: str, common: Common) -> Call:
    """Read socket."""
    domain, kind, protocol = matched(_SOCKET, args).groups()
    return socket(domain, kind, protocol, **common)


def read_socketpair(args: str, common: Common) -> Call:
    """Read socketpair."""
    found = matched(_SOCKETPAIR, args).groups()
    domain, kind, protocol, first, a, second, b, at = found
    return socketpair(
        domain,
        kind,
        protocol,
        None if first is None else (int(first), int(second)),
        pointer=pointer(at),
        files=(a or "", b or ""),
        **common,
    )


def read_pipe(args: str, common: Common) -> Call:
    """Read pipe and pipe2."""
    first, a, second, b, at, flags = matched(_PIPE, args).groups()
    return pipe(
        None if first is None else (int(first), int(second)),
        flags or "0",
        pointer=pointer(at),
        files=(a or "", b or ""),
        **common,
    )


def read_dup(args: str, common: Common) -> Call:
    """Read dup, dup2 and dup3."""
    fd, file, target, target_file, flags = matched(_DUP, args).groups()
    return dup(
        int(fd),
        None if target is None else int(target),
        flags or "0",
        file=file or "",
        target_file=target_file or "",
        **common,
    )


def read_close_range(args: str, common: Common) -> Call:
    """Read close_range."""
    first, last, flags = matched(_RANGE, args).groups()
    return close_range(int(first), int(last), flags, **common)


def read_listen(args: str, common: Common) -> Call:
    """Read listen."""
    fd, file, backlog = matched(_LISTEN, args).groups()
    return listen(int(fd), int(backlog), file=file or "", **common)


def read_connect(args: str, common: Common) -> Call:
    """Read connect."""
    fd, file, address, length = matched(_CONNECT, args).groups()
    return connect(int(fd), address, int(length), file=file or "", **common)


def read_fcntl(args: str, common: Common) -> Call:
    """Read fcntl."""
    fd, file, command, argument = matched(_FCNTL, args).groups()
    return fcntl(int(fd), command, argument, file=file or "", **common)


def read_ioctl(args: str, common: Common) -> Call:
    """Read ioctl."""
    fd, file, request, argument = matched(_FCNTL, args).groups()
    return ioctl(int(fd), request, argument, file=file or "", **common)


def read_getsockopt(args: str, common: Common) -> Call:
    """Read getsockopt."""
    found = matched(_GETSOCKOPT, args).groups()
    fd, file, level, option, value, length = found
    return getsockopt(
        int(fd), level, option, value, length, file=file or "", **common
    )


def read_clone(args: str, common: Common) -> Call:
    """Read clone, clone3, fork and vfork."""
    flags = _FLAGS.search(args)
    return clone(flags[1] if flags else "", args, **common)


def read_execve(args: str, common: Common) -> Call:
    """Read execve and execveat."""
    inside = matched(_EXECVE, args)[1]
    return execve(None if inside is None else unquoted(inside), args, **common)


def read_exit(args: str, common: Common) -> Call:
    """Read exit_group and exit."""
    return exit_call(int(matched(_EXIT, args)[0]), **common)


def read_io_uring_setup(args: str, common: Common) -> Call:
    """Read io_uring_setup."""
    return io_uring_setup(int(matched(_SETUP, args)[1]), args, **common)


def read_io_uring_enter(args: str, common: Common) -> Call:
    """Read io_uring_enter."""
    fd, file, count = matched(_ENTER, args).groups()
    return io_uring_enter(int(fd), int(count), args, file=file or "", **common)
