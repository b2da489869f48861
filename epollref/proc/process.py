"""One process, held: its number may go to another, what is read may not.

A number is given anew when its process has ended and was waited for.  An open
folder ``/proc/PID`` belongs to the process itself (it keeps the kernel's
``struct pid``, fs/proc/base.c), so what is read below it is that process's or
fails.  Between two runs of a tool there is no open folder; there the start
time tells (``Process(pid, start=...)``).
"""

import errno
import os
import re
from collections.abc import Iterator
from typing import Final, Self

from epollref.proc.access import ProcessGoneError, no_process, refusal
from epollref.proc.procstat import ENDED, PF_KTHREAD, Stat, parse_stat

_FOLDER: Final = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
_PIECE: Final = 1 << 17
_SHORT: Final = 1 << 12

_ABOUT: Final = re.compile(rb"^(?:State|Threads|Uid):\s*(\w+)", re.MULTILINE)
"""State, real user ID and number of threads, in the order of ``status``."""


class Process:
    """A process, and the files that /proc has of it.

    Args:
        pid: Its number, or that of any of its threads; this process if left
            out.
        start: What ``stat().start`` was earlier: another process that has
            got the number since is not taken for it.

    Attributes:
        pid: The number of the process, also if a thread's was given.

    Raises:
        ProcessGoneError: There is no such process, or the one with that
            number started at another time.
        PermissionError: /proc hides it.

    Examples:
        >>> import os
        >>> from epollref.proc.process import Process
        >>> with Process() as process:
        ...     process.pid == os.getpid(), process.stat().state
        ...
        (True, 'R')
    """

    def __init__(
        self, pid: int | None = None, *, start: int | None = None
    ) -> None:
        asked = os.getpid() if pid is None else pid
        self.pid = asked
        self._folder = _open_folder(asked)
        try:
            leader = int(self.status()["Tgid"])
            if leader != asked:
                os.close(self._folder)
                self._folder = -1
                self._folder = _open_folder(leader)
                self.pid = leader
            if start is not None and self.stat().start != start:
                raise ProcessGoneError(
                    asked,
                    f"process {asked} has ended, and another one has its "
                    "number",
                )
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fileno(self) -> int:
        """Return our descriptor of the folder."""
        return self._folder

    def close(self) -> None:
        """Let go of it; a second call does nothing."""
        folder, self._folder = self._folder, -1
        if folder >= 0:
            os.close(folder)

    def read(self, path: str, *, attach: bool = False) -> bytes:
        """Read a file of it as a whole.

        Args:
            path: The file, below ``/proc/PID``.
            attach: Whether the kernel asks for the right to attach there.

        Raises:
            ProcessGoneError: The process has ended.
            FileNotFoundError: The process lives, and has no such file (any
                more): a descriptor that was closed, a thread that ended.
            PermissionError: It may not be read; the text says what helps.
        """
        return b"".join(self.pieces(path, attach=attach))

    def head(self, path: str) -> bytes:
        """Read a file of it once, which is all of a short one; see ``read``."""
        try:
            file = os.open(
                path, os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._folder
            )
            try:
                return os.read(file, _SHORT)
            finally:
                os.close(file)
        except OSError as error:
            raise self.explained(error) from None

    def pieces(self, path: str, *, attach: bool = False) -> Iterator[bytes]:
        """Read a file of it piece by piece; see ``read``."""
        try:
            file = os.open(
                path, os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._folder
            )
            try:
                while piece := os.read(file, _PIECE):
                    yield piece
            finally:
                os.close(file)
        except OSError as error:
            raise self.explained(error, attach=attach) from None

    def lines(self, path: str) -> Iterator[bytes]:
        """Read a file of it line by line, without their ends; see ``read``."""
        rest = b""
        for piece in self.pieces(path):
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
        if rest:
            yield rest

    def names(self, path: str) -> list[str]:
        """Return the names in a folder of it; errors as those of ``read``."""
        try:
            folder = os.open(
                path,
                os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC,
                dir_fd=self._folder,
            )
            try:
                return os.listdir(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise self.explained(error) from None

    def link(self, path: str) -> str:
        """Return where a link of it leads; errors as those of ``read``."""
        try:
            return os.readlink(path, dir_fd=self._folder)
        except OSError as error:
            raise self.explained(error) from None

    def stat(self) -> Stat:
        """Return what ``stat`` says of it.

        Raises:
            ProcessGoneError: It has ended, and was waited for.
        """
        return parse_stat(self.read("stat"))

    def status(self, path: str = "status") -> dict[str, str]:
        """Return the lines of proc_pid_status(5) by their names.

        Args:
            path: Its file, or that of one of its threads.
        """
        pairs = (line.partition(b":") for line in self.read(path).splitlines())
        return {
            name.decode(): value.decode(errors="backslashreplace").strip()
            for name, _, value in pairs
        }

    def command(self) -> list[str]:
        """Return how it was started; nothing of a thread of the kernel."""
        words = self.read("cmdline").split(b"\0")[:-1]
        return [word.decode(errors="backslashreplace") for word in words]

    def threads(self) -> list[int]:
        """Return the numbers of its threads, in the order of their birth."""
        return sorted(map(int, self.names("task")))

    def files(self) -> str:
        """Return where its ``fd`` and ``fdinfo`` are: below which folder.

        It is the process's own, unless its first thread has ended before
        the others (pthread_exit(3) in ``main``).  That thread has given its
        descriptors up; those of the others are still there.

        Raises:
            ProcessGoneError: All its threads have ended.
        """
        if not self.stat().ended:
            return ""
        for tid in self.threads():
            folder = f"task/{tid}/"
            try:
                if not parse_stat(self.read(f"{folder}stat")).ended:
                    return folder
            except FileNotFoundError:
                continue
        raise ProcessGoneError(self.pid)

    def check_traceable(self) -> None:
        """Ask the kernel whether this process may attach to it, as strace does.

        The file ``syscall`` is behind the same check as PTRACE_ATTACH, Yama
        included (proc_pid_syscall in fs/proc/base.c), and reading it
        disturbs nobody.

        Raises:
            ProcessGoneError: It has ended.
            PermissionError: It may not be traced; the text says what helps.
        """
        self.files()
        if self.stat().flags & PF_KTHREAD:
            raise PermissionError(
                errno.EPERM,
                f"process {self.pid} is a thread of the kernel, which nothing "
                "can trace",
            )
        tracer = int(self.status()["TracerPid"])
        if tracer:
            raise PermissionError(
                errno.EPERM,
                f"process {self.pid} is traced by process {tracer}, and can "
                "have one tracer only: end that one first",
            )
        try:
            self.read("syscall", attach=True)
        except FileNotFoundError:
            return  # This architecture has no such file: nothing is known.

    def explained(self, error: OSError, *, attach: bool = False) -> OSError:
        """Return an error in words that help.

        Args:
            error: What the kernel said to a look at a file of the process.
            attach: Whether the look needs the right to attach.
        """
        if not isinstance(
            error, (FileNotFoundError, ProcessLookupError, PermissionError)
        ):
            return error
        owner = self._owner()
        if owner is None:
            return ProcessGoneError(self.pid)
        if isinstance(error, PermissionError):
            return refusal(self.pid, owner, attach=attach)
        return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    def _owner(self) -> int | None:
        """Return its real user ID; ``None`` if all of it has ended.

        The files of a thread that is about to be gone belong to root, for it
        has no memory any more (task_dump_owner in fs/proc/base.c): then a
        refusal means that the process has ended.
        """
        try:
            file = os.open(
                "status", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._folder
            )
            try:
                text = os.read(file, 1 << 14)
            finally:
                os.close(file)
        except (FileNotFoundError, ProcessLookupError):
            return None
        state, owner, threads = _ABOUT.findall(text)
        if state.decode() in ENDED and int(threads) <= 1:
            return None
        return int(owner)


def _open_folder(pid: int) -> int:
    try:
        return os.open(f"/proc/{pid}", _FOLDER)
    except FileNotFoundError:
        raise no_process(pid) from None
