"""Calls that make processes and end them, and io_uring's.

Who shares a table of descriptors with whom is decided here: threads share
it (``CLONE_FILES``), a forked child has a copy, and execve closes what is
close-on-exec.  io_uring is here because it hides calls from strace.
"""

from dataclasses import KW_ONLY, dataclass

from epollref.trace.items import Call


@dataclass(frozen=True, slots=True)
class Clone(Call):
    """clone(2), clone3, fork and vfork: ``result`` is the child."""

    flags: str = ""
    """As printed; empty for fork and vfork."""
    args: str = ""
    """All arguments as printed."""
    _: KW_ONLY
    name: str = "clone"

    @property
    def thread(self) -> bool:
        """Whether the child is a thread of the same process."""
        return "CLONE_THREAD" in self.flags

    @property
    def shares_files(self) -> bool:
        """Whether parent and child share one table of descriptors."""
        return "CLONE_FILES" in self.flags


@dataclass(frozen=True, slots=True)
class Execve(Call):
    """execve(2) and execveat."""

    path: bytes | None
    """The program; ``None`` where strace shows an address."""
    args: str
    """All arguments as printed."""
    _: KW_ONLY
    name: str = "execve"


@dataclass(frozen=True, slots=True)
class ExitCall(Call):
    """exit_group(2) and exit(2), which ends one thread."""

    status: int
    _: KW_ONLY
    name: str = "exit_group"


@dataclass(frozen=True, slots=True)
class IoUringSetup(Call):
    """io_uring_setup(2): ``result`` is the descriptor of the ring."""

    entries: int
    args: str
    """All arguments as printed."""
    _: KW_ONLY
    name: str = "io_uring_setup"


@dataclass(frozen=True, slots=True)
class IoUringEnter(Call):
    """io_uring_enter(2): what is submitted here is in no log."""

    fd: int
    to_submit: int
    args: str
    """All arguments as printed."""
    _: KW_ONLY
    name: str = "io_uring_enter"
    file: str = ""
