"""strace logs, read back into calls.

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

import re
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
from epollref.trace.log.coverage import Coverage
from epollref.trace.log.foreign import Refusal, tool_of
from epollref.trace.log.joining import Halves
from epollref.trace.log.lines import AnyLine, Beginning, Event, Whole
from epollref.trace.log.mending import mended
from epollref.trace.log.processes import Processes
from epollref.trace.log.recognized import Recognizer
from epollref.trace.log.source import LogError
from epollref.trace.log.survey import Survey
from epollref.trace.log.times import Clock
from epollref.trace.words import ERROR_TEXTS

_LEADING_FD: Final = re.compile(r"(-?\d{1,10})(?=[<,]|$)", re.ASCII)
"""A first argument that may be a descriptor."""


class Log:
    """One log.  It can be iterated over once.

    Args:
        lines: Its lines without newlines, ``None`` for one that is too long
            (see ``source``).
        name: Its name, for messages.
        pid: Who wrote the lines without a number (``-ff``).
        paste: Take off what stands before and around the lines of a log
            that somebody pasted, and put wrapped lines together.

    Raises:
        LogError: While iterating: it cannot be read, another tool wrote it,
            or it was recorded in a way that hides what epoll was told.

    Examples:
        >>> from epollref.trace.log import Log
        >>> log = Log(["close(6)  = 0", "close 6 = 0"])
        >>> [(call.name, call.line) for call in log]
        [('close', 1)]
        >>> [(unread.line, unread.text) for unread in log.coverage.samples]
        [(2, 'close 6 = 0')]
    """

    def __init__(
        self,
        lines: Iterable[str | None],
        name: str = "log",
        pid: int = 0,
        *,
        paste: bool = False,
    ) -> None:
        self.name = name
        self.coverage = Coverage()
        self.processes = Processes(self.coverage, pid)
        self._lines = lines
        self._paste = paste
        self._survey = Survey(self.coverage)
        self._refusal = Refusal(name)

    def __iter__(self) -> Iterator[Item]:
        coverage = self.coverage
        texts = self._numbered()
        if self._paste:
            texts = mended(texts, coverage)
        lines = Recognizer(coverage, self._refusal).lines(texts)
        owned = self.processes.owned(lines)
        timed = Clock(coverage).timed(owned)
        joined = Halves(coverage).joined(timed)
        try:
            yield from self._items(joined)
        except NotDecodedError as error:
            raise LogError(
                f"{self.name}: line {coverage.lines}: {error}"
            ) from error
        self._survey.finish()
        self._judge()

    def _numbered(self) -> Iterator[tuple[int, str | None]]:
        """Yield the lines with their numbers, and count them."""
        coverage = self.coverage
        for numbered in enumerate(self._lines, 1):
            coverage.lines = numbered[0]
            yield numbered
            if self._refusal.due:
                self._judge()

    def _judge(self) -> None:
        """Refuse the log if another tool wrote it.

        Raises:
            LogError: It did.
        """
        calls = self._survey.calls + self._survey.begun_calls
        self._refusal.judge(calls, self.coverage)

    def _items(self, lines: Iterable[AnyLine]) -> Iterator[Item]:
        """Yield what lines say; arguments that make no sense are unread.

        Args:
            lines: Joined lines, with their processes and times.

        Raises:
            NotDecodedError: strace was told to hide what epoll was told.
        """
        survey = self._survey
        for line in lines:
            if isinstance(line, Whole):
                call = self._call(line)
                if call is not None:
                    survey.note(call)
                    yield call
            elif isinstance(line, Beginning):
                begun = _begun(line)
                survey.begun(begun.call)
                yield begun
            elif isinstance(line, Event):
                yield _event(line)
            else:
                yield Remark(line.words, line=line.number)

    def _call(self, line: Whole) -> Call | None:
        """Return a call; ``None`` where its arguments make no sense."""
        common = _common(line)
        if line.second_half:
            return Resumed(line.args, **common)
        name = line.name
        if name.startswith("SYS_") and (tool := tool_of(f"{name}(")):
            self._refusal.met(tool, line.number)
            self.coverage.miss(line.number, tool.reason, line.text)
            return None
        if name.startswith("epoll") and self.coverage.dialect in ("", "5.10"):
            self.coverage.learn_dialect(line.args)
        try:
            return read_arguments(name, line.args, common)
        except NotDecodedError:
            raise
        except ValueError:
            self.coverage.miss(
                line.number,
                f"the arguments of {name} are not as strace prints them",
                line.text,
            )
            return None


def _common(line: Whole) -> Common:
    """Return what is known of a call beside its arguments."""
    result = line.result
    common: Common = {
        "name": line.name,
        "pid": line.pid,
        "time": line.time,
        "line": line.number,
    }
    if result == "?":
        common["result"] = None
    else:
        common["result"] = int(result, 16 if result.startswith("0x") else 10)
    if line.duration is not None:
        common["duration"] = float(line.duration)
    if line.made is not None:
        common["made"] = line.made
    if line.error is not None:
        common["error"] = line.error
    if line.note is not None or line.injected is not None:
        _annotate(common, line.note or "", line.injected or "")
    if line.first is not None:
        common["begun"] = line.first.number
    return common


def _annotate(common: Common, note: str, injected: str) -> None:
    """Keep what stands in brackets, if it says something new."""
    if note in ("INJECTED", "DELAYED") and not injected:
        note, injected = "", note
    if note and note != ERROR_TEXTS.get(common.get("error", "")):
        common["note"] = note
    if "INJECTED" in injected:
        common["injected"] = True


def _begun(line: Beginning) -> Begun:
    """Return the beginning of a call.

    Raises:
        NotDecodedError: strace was told to hide what epoll was told.
    """
    found = _LEADING_FD.match(line.args)
    return Begun(
        line.name,
        line.args,
        line.fate,
        None if line.fate == "killed" else _early(line),
        int(found[1]) if found else None,
        pid=line.pid,
        time=line.time,
        line=line.number,
    )


def _early(line: Beginning) -> Call | None:
    """Return an unfinished call, if its arguments are all there.

    Raises:
        NotDecodedError: strace was told to hide what epoll was told.
    """
    common: Common = {
        "name": line.name,
        "pid": line.pid,
        "time": line.time,
        "line": line.number,
        "result": None,
    }
    try:
        return read_arguments(line.name, line.args, common)
    except NotDecodedError:
        raise
    except ValueError:
        return None


def _event(line: Event) -> Item:
    """Return a signal, a stop or an exit."""
    found = line.found
    pid, time, number = line.pid, line.time, line.number
    if found["signal"]:
        info = found["info"] or ""
        return Signal(found["signal"], info, pid=pid, time=time, line=number)
    if found["stopped"]:
        return Stopped(found["stopped"], pid=pid, time=time, line=number)
    return Exit(
        None if found["status"] is None else int(found["status"]),
        found["killer"] or "",
        found["core"] is not None,
        int(found["superseded"] or 0),
        pid=pid,
        time=time,
        line=number,
    )


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
