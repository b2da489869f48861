"""What two runs of a console session may differ in, rule by rule.

A session is compared after these rules have been applied to what the
page shows and to what the run printed. Whatever no rule names must be
equal. A rule that a page asks for (``normalise="fds"`` on its fence) is
marked so. The evidence page lists them all.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One named difference that does not count.

    Attributes:
        name: how the evidence page and a fence's option call it.
        what: what it lets differ, in one line.
        patterns: what it finds; group 1 stays, the rest is replaced.
        stands_for: what it puts there, or a function that makes it.
        asked: whether a fence has to ask for it.
    """

    name: str
    what: str
    patterns: tuple[re.Pattern[str], ...]
    stands_for: str | Callable[[re.Match[str]], str]
    asked: bool = False

    def apply(self, line: str) -> str:
        """The line with everything that the rule finds replaced."""
        for pattern in self.patterns:
            line = pattern.sub(self._replacement, line)
        return line

    def _replacement(self, found: re.Match[str]) -> str:
        if callable(self.stands_for):
            return self.stands_for(found)
        return f"{found[1]}{self.stands_for}"


# /proc/sys/net/ipv4/ip_local_port_range, as Linux ships: 32768 to 60999.
_CHOSEN = r"(?:3[2-9]|[45]\d|60)\d{3}"


def _patterns(*sources: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(source) for source in sources)


def _word_of_613(found: re.Match[str]) -> str:
    """The data word as strace 6.13 prints it."""
    word = int(found[1])
    return f"data={word:#x}" if word else "data=0"


RULES = (
    Rule(
        "dialect",
        "the data word as strace prints it before 6.13 and since",
        _patterns(r"\bdata=\{u32=\d+, u64=(\d+)\}"),
        _word_of_613,
    ),
    Rule(
        "pids",
        "process and thread numbers",
        _patterns(
            r"(\bpid[ =:]\s*|\bPid:\s+|[Pp]rocess |LWP |/proc/)\d+",
            r"(\[pid )\s*\d+(?=\])",
            r"(^\[\d+\] )\d+$",
            r"(^)\d+\s+(?=\w+\(|\+\+\+|---|<\.\.\.)",
            r"(\b_pid=|\bsi_pid=|==)\d+",
        ),
        "PID",
    ),
    Rule(
        "users",
        "the number of the user who sent a signal",
        _patterns(r"(\bsi_uid=)\d+"),
        "UID",
    ),
    Rule(
        "addresses",
        "addresses in memory, and pointers used as data words",
        _patterns(
            r"(\b)0x[0-9a-f]{9,16}\b",
            r"(\bu64=)\d{9,20}\b",
            r"(\bu32=)\d{6,10}\b",
            r"(\bdata:\s+)[0-9a-f]{9,16}\b",
            # An interpreter at a fixed address, as Debian builds it, has
            # its heap low: such a pointer is known by where it stands.
            r"(\bepoll_p?wait2?\(\d+(?:<[^>]*>)?, )0x[0-9a-f]+\b",
            r"(\bEPOLL_CTL_DEL, \d+(?:<[^>]*>)?, )0x[0-9a-f]+\b",
        ),
        "ADDRESS",
    ),
    Rule(
        "ports",
        "port numbers that the kernel chose",
        _patterns(
            rf"(\b(?:\d{{1,3}}\.){{3}}\d{{1,3}}:|\[?::1\]?:){_CHOSEN}\b",
            rf"(\bhtons\(|', ){_CHOSEN}(?=\))",
        ),
        "PORT",
    ),
    Rule(
        "times",
        "clock times and durations",
        _patterns(
            r"(\b)\d\d:\d\d:\d\d(?:\.\d+)?\b",
            r"(<)\d+\.\d{6}(?=>)",
            r"(\b)1\d{9}\.\d{6}\b",
            r"(^(?:real|user|sys)\s+)\d+m\d+\.\d+s",
        ),
        "TIME",
    ),
    Rule(
        "inodes",
        "inode numbers and kernel cookies",
        _patterns(
            r"((?:socket|pipe):\[)\d+(?=\])",
            r"(\b(?:ino|sdev|sk|mnt_id):\s*)[0-9a-f]+\b",
        ),
        "INODE",
    ),
    Rule(
        "columns",
        "how many blanks stand between two columns",
        _patterns(r"(\S) {2,}(?=\S)"),
        " ",
    ),
    Rule(
        "fds",
        "descriptor numbers",
        _patterns(
            r"(\b(?:fd|tfd)[=:]\s*)\d+",
            r"(\b(?:epoll_\w+|read|write|close|accept4?|fcntl)\()\d+",
        ),
        "FD",
        asked=True,
    ),
    Rule(
        "counts",
        "decimal numbers; what counts is the shape",
        _patterns(r"(\b)\d+(?:\.\d+)?\b"),
        "N",
        asked=True,
    ),
)


def normalised(line: str, asked: Iterable[str] = ()) -> str:
    """A line as it is compared.

    Args:
        line: one line of output.
        asked: the names of further rules that the fence asks for.

    Raises:
        ValueError: a rule that does not exist is asked for.
    """
    names = set(asked)
    known = {rule.name for rule in RULES if rule.asked}
    if names - known:
        raise ValueError(f"no rule to ask for: {sorted(names - known)}")
    line = line.rstrip()
    for rule in RULES:
        if not rule.asked or rule.name in names:
            line = rule.apply(line)
    return line
