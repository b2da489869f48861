"""Logs that other tools wrote: each is known by its lines, and refused.

Some read well and mean nothing, because the tool does not decode the struct
of epoll; others are not about Linux at all.  Whoever has one needs to hear
which tool wrote it, and what to record instead.
"""

import re
from dataclasses import dataclass
from typing import Final

from epollref.trace.log.coverage import Coverage
from epollref.trace.log.source import LogError

ENOUGH: Final = 100
"""Lines of another tool after which the rest of a log is not awaited."""

_RECORD = "record the program with strace"
_KQUEUE = "it has kqueue instead of epoll: run the program on Linux"


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool whose output is taken for strace's."""

    name: str
    remedy: str
    pattern: re.Pattern[str]
    """How its lines begin."""

    @property
    def reason(self) -> str:
        """Why a line of it is unread."""
        return f"this is output of {self.name}"


_GVISOR: Final = re.compile(
    r"(?:[A-Z]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ )?(?:strace\.go:\d+\] )?"
    r"\[ *\d{1,9}: *\d{1,9}(?:\(\d+\))?\] \S+ [EX] \w+\(",
    re.ASCII,
)
_SHADOW: Final = re.compile(
    r"(?:\d\d:\d\d:\d\d\.\d{9}|\d{18}) \[tid \d{1,9}\] ", re.ASCII
)
_SUMMARY: Final = re.compile(r"% time +seconds +usecs/call +calls ", re.ASCII)
_PERF: Final = re.compile(
    r" *+[\d.?]++ \( *+(?:[\d.]++ *+)?(?:ms)?(?: \.\.\.)?\):", re.ASCII
)
_FTRACE: Final = re.compile(
    r" *+\S+-\d+ +(?:\(\s*\S+\) )?\[\d+\] [\w.]{4,5} +[\d.]+: sys_", re.ASCII
)
_SYSDIG: Final = re.compile(
    r"\d+ [\d:]+\.\d{9} \d+ \S+ \(\d+(?:\.\d+)?\) [<>] ", re.ASCII
)
_KDUMP: Final = re.compile(
    r" *\d+(?: +\d+)? \S+ +(?:CALL|RET|GIO|NAMI|PSIG|STRU|CSW|CAP) ", re.ASCII
)
_DTRUSS: Final = re.compile(
    r"SYSCALL\(args\)\s+= return|dtrace: |(?:[^\t=]*+)\t++ = "
    r"(?:-?\d+|0x[\dA-F]+) (?:\d+|Err#-?\d+)\s*\Z",
    re.ASCII,
)
_TRUSS: Final = re.compile(
    r"[^\t=]*+\t++(?: = -?\d++ \(0x[0-9a-f]+\)|(?: ERR#| *Err#)\d+ )|/\d+:\t",
    re.ASCII,
)
_LTRACE: Final = re.compile(r"(?:[^ ]*+ ++)?(?:SYS_[a-z]|\w+@SYS\()", re.ASCII)

TOOLS: Final = (
    Tool("gVisor", f"{_RECORD} outside of the sandbox", _GVISOR),
    Tool("Shadow", f"{_RECORD} outside of the simulation", _SHADOW),
    Tool(
        "strace -c",
        "it counts calls and shows none: record without -c, or with -C",
        _SUMMARY,
    ),
    Tool("perf trace", f"it does not decode the struct: {_RECORD}", _PERF),
    Tool("ftrace", f"it does not decode the struct: {_RECORD}", _FTRACE),
    Tool("sysdig", f"it does not decode the struct: {_RECORD}", _SYSDIG),
    Tool("ktrace", _KQUEUE, _KDUMP),
    Tool("dtruss", _KQUEUE, _DTRUSS),
    Tool("truss", f"it does not decode the struct: {_RECORD}", _TRUSS),
    Tool("ltrace", f"it does not decode the struct: {_RECORD}", _LTRACE),
)


def tool_of(text: str) -> Tool | None:
    """Return the tool that wrote a line, if its form is that of no strace."""
    for tool in TOOLS:
        if tool.pattern.match(text):
            return tool
    return None


class Refusal:
    """Decides whether a log is another tool's.

    A single foreign line proves little: people paste two logs in one, and
    ``-C`` prints its summary behind the calls.

    Args:
        name: The name of the log, for messages.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._tool: Tool | None = None
        self._line = 0
        self._count = 0

    @property
    def due(self) -> bool:
        """Whether the rest of the log need not be awaited."""
        return self._count >= ENOUGH

    def met(self, tool: Tool, line: int) -> None:
        """Count a line of another tool."""
        if self._tool is None:
            self._tool, self._line = tool, line
        self._count += 1

    def judge(self, calls: int, coverage: Coverage) -> None:
        """Refuse the log, unless it has more calls than foreign lines.

        Args:
            calls: Calls that were read, unfinished ones too.
            coverage: What gets a hint, if there are more of them.

        Raises:
            LogError: Another tool wrote it.
        """
        tool = self._tool
        if tool is None:
            return
        words = f"output of {tool.name}, not a log of strace"
        if self._count >= calls:
            raise LogError(
                f"{self._name}: line {self._line}: this is {words}: "
                f"{tool.remedy}"
            )
        if tool.pattern is not _SUMMARY:  # -C prints one behind the calls
            coverage.hint(f"line {self._line} is {words}: {tool.remedy}")
