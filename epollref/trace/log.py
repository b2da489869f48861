"""strace logs, read back into calls.

``log_source.opened`` gives the lines of a file, compressed or not.

A log is read as a stream: one item after the other, and nothing is kept but
the calls that are unfinished.  A line that makes no sense is counted and
reported in ``coverage``, with its number; it never ends the reading.  Only a
log that hides what epoll was told ends it, with a ``LogError``.

A call that strace printed in two halves comes as ``Begun`` where it began
and as a finished call where it ended.

Examples:
    >>> from epollref.trace.log import Log
    >>> log = Log(["epoll_create1(EPOLL_CLOEXEC) = 3", "what is this"])
    >>> [call.name for call in log], log.coverage.unread
    (['epoll_create1'], 1)
"""

from collections.abc import Iterable, Iterator
from heapq import merge
from typing import Final

from epollref.trace.calls import Common, NotDecodedError, read_arguments
from epollref.trace.items import (
    Begun,
    Call,
    Exit,
    Item,
    Remark,
    Resumed,
    Signal,
    Stopped,
)
from epollref.trace.log_coverage import Coverage
from epollref.trace.log_joining import Half, Halves
from epollref.trace.log_lines import (
    BEGUN,
    CALL,
    ELSE,
    LEADING_FD,
    PERF,
    REMARK,
    REST,
    RESUMED,
    describe,
)
from epollref.trace.log_processes import Processes
from epollref.trace.log_source import LogError
from epollref.trace.log_times import Clock

UNFINISHED: Final = "<unfinished ...>"


class Log:
    """One log.  It can be iterated over once.

    Args:
        lines: Its lines without newlines, ``None`` for one that is too long
            (see ``log_source``).
        name: Its name, for messages.
        pid: Who wrote the lines without a number (``-ff``).

    Raises:
        LogError: While iterating: it cannot be read, or it was recorded in
            a way that hides what epoll was told.

    Examples:
        >>> from epollref.trace.log import Log
        >>> log = Log(["close(6)  = 0", "clse(6 = 0"])
        >>> [(call.name, call.line) for call in log]
        [('close', 1)]
        >>> [(unread.line, unread.text) for unread in log.coverage.samples]
        [(2, 'clse(6 = 0')]
    """

    def __init__(
        self,
        lines: Iterable[str | None],
        name: str = "log",
        pid: int = 0,
    ) -> None:
        self.name = name
        self.coverage = Coverage()
        self.processes = Processes(pid)
        self._lines = lines
        self._clock = Clock()
        self._halves = Halves()
        self._interrupted = ""

    def __iter__(self) -> Iterator[Item]:
        coverage = self.coverage
        number = 0
        try:
            for number, text in enumerate(self._lines, 1):
                coverage.lines = number
                item = self._item(text, number)
                if item is not None:
                    yield item
        except NotDecodedError as error:
            raise LogError(f"{self.name}: line {number}: {error}") from error
        finally:
            coverage.unfinished = self._halves.dropped + len(self._halves)

    def _item(self, text: str | None, number: int) -> Item | None:
        """Return what a line says; ``None`` if that is nothing."""
        if text is None:
            self.coverage.miss(number, "the line is too long", "")
            return None
        if self._interrupted:
            text, self._interrupted = self._interrupted + text, ""
        if text.endswith("...>"):
            return self._begun(text, number)
        found = CALL.fullmatch(text)
        if found is None:
            return self._no_call(text, number)
        bracket, column, when, name, args, *outcome = found.groups()
        common: Common = {
            "name": name,
            "pid": int(column) if column else self._pid(bracket),
            "time": self._clock.seconds(when) if when else None,
            "line": number,
        }
        describe(common, *outcome)
        return self._call(args, common, text)

    def _pid(self, bracket: str | None) -> int:
        """Return who wrote a line that does not begin with a number."""
        if bracket:
            return self.processes.numbered(int(bracket))
        return self.processes.unnumbered()

    def _call(self, args: str, common: Common, text: str) -> Item | None:
        """Return a call, once its two halves are together."""
        if args.endswith(UNFINISHED) and common["result"] is None:
            return Begun(
                common["name"],
                args.removesuffix(UNFINISHED).removesuffix(" "),
                "killed",
                fd=_leading_fd(args),
                pid=common["pid"],
                time=common["time"],
                line=common["line"],
            )
        name = common["name"]
        if name.startswith("epoll") and self.coverage.dialect in ("", "5.10"):
            self.coverage.learn_dialect(args)
        try:
            return read_arguments(name, args, common)
        except NotDecodedError:
            raise
        except ValueError as error:
            self.coverage.miss(common["line"], str(error), text)
            return None

    def _begun(self, text: str, number: int) -> Item | None:
        """Return the beginning of a call."""
        found = BEGUN.fullmatch(text)
        if found is None:
            return self._resumed(text, number)
        bracket, column, when, name, args, fate, other = found.groups()
        pid = int(column) if column else self._pid(bracket)
        time = self._clock.seconds(when) if when else None
        if fate != "detached":
            half = Half(name, args, number, time)
            owner = self.processes.numbered(int(other)) if other else pid
            if not self._halves.keep(owner, half):
                self.coverage.miss(number, "too many unfinished calls", text)
                return None
        return Begun(
            name,
            args,
            "detached" if fate == "detached" else "unfinished",
            self._early(name, args, pid, time, number),
            _leading_fd(args),
            pid=pid,
            time=time,
            line=number,
        )

    def _early(
        self, name: str, args: str, pid: int, time: float | None, number: int
    ) -> Call | None:
        """Return an unfinished call, if its arguments are all there."""
        common: Common = {
            "name": name,
            "pid": pid,
            "time": time,
            "line": number,
            "result": None,
        }
        try:
            return read_arguments(name, args, common)
        except NotDecodedError:
            raise
        except ValueError:
            return None

    def _resumed(self, text: str, number: int) -> Item | None:
        """Return a call of which this is the second half."""
        found = RESUMED.fullmatch(text)
        if found is None:
            return self._event(text, number)
        bracket, column, when, name, rest = found.groups()
        pid = int(column) if column else self._pid(bracket)
        time = self._clock.seconds(when) if when else None
        half = self._halves.take(pid, name)
        ended = REST.fullmatch(rest)
        if ended is None:
            self.coverage.miss(number, "the end of a call is cut", text)
            return None
        args, *outcome = ended.groups()
        common: Common = {"name": name, "pid": pid, "line": number}
        describe(common, *outcome)
        if half is None:
            common["time"] = time
            return Resumed(args, **common)
        common["name"] = half.name
        common["time"] = half.time
        common["begun"] = half.line
        return self._call(half.args + args, common, text)

    def _no_call(self, text: str, number: int) -> Item | None:
        """Return what a line says that is no whole call."""
        if "resumed>" in text:
            return self._resumed(text, number)
        return self._event(text, number)

    def _event(self, text: str, number: int) -> Item | None:
        """Return a signal or an exit."""
        found = ELSE.fullmatch(text)
        if found is None:
            return self._remark(text, number)
        bracket, column, when = found.group(1, 2, 3)
        pid = int(column) if column else self._pid(bracket)
        time = self._clock.seconds(when) if when else None
        if found["signal"]:
            return Signal(
                found["signal"],
                found["info"] or "",
                pid=pid,
                time=time,
                line=number,
            )
        if found["stopped"]:
            return Stopped(found["stopped"], pid=pid, time=time, line=number)
        self._halves.exited(pid)
        self.processes.gone(pid)
        return Exit(
            None if found["status"] is None else int(found["status"]),
            found["killer"] or "",
            found["core"] is not None,
            int(found["superseded"] or 0),
            pid=pid,
            time=time,
            line=number,
        )

    def _remark(self, text: str, number: int) -> Item | None:
        """Return what strace says about itself; anything else is unread."""
        if not text.strip():
            return None
        found = REMARK.fullmatch(text)
        if found is None:
            if "epoll_" in text and PERF.fullmatch(text):
                raise NotDecodedError(
                    "perf trace does not decode the struct: record with strace"
                )
            self.coverage.miss(number, "this is no line of strace", text)
            return None
        if found["pid"] and found["done"] == "attached":
            # strace may say so in the middle of the line of the clone.
            self._interrupted = found["half"]
            self.processes.attached(
                int(found["pid"]), born=bool(self._interrupted)
            )
        return Remark(found["text"] or found["other"], line=number)


def _leading_fd(args: str) -> int | None:
    """Return the first argument, if it is a descriptor."""
    found = LEADING_FD.match(args)
    return int(found[1]) if found else None


def merged(logs: Iterable[Log]) -> Iterator[Item]:
    """Yield the items of several logs in the order of their times.

    This is for the files of one ``strace -ff -ttt``: each thread has one.
    Without times the order between files is lost, and they follow each
    other.

    Args:
        logs: One log a file.

    Yields:
        The items of all.

    Raises:
        LogError: One of the logs cannot be used.
    """
    return merge(*logs, key=lambda item: item.time or 0.0)
