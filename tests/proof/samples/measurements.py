"""Figures that somebody typed: a time, a share or a rate in the prose.

What was measured stands in a file of docs/data, which the command that
measured it wrote, and a ``chart`` or ``results`` fence shows it.  A figure
in a sentence ages, and nobody can measure it again.  So the prose holds
none, except those of `CONSTANTS`: what the kernel's source or a manual page
says, what a sample gives as an argument, and what follows from arithmetic.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_FIGURE: Final = re.compile(
    rf"""
    (?<![\w.`])
    (?: {_NUMBER}\ ?(?:µs|us|ns|ms|s|[kMGT]i?B(?:/s)?|%|\u00d7)(?!\w)
      | {_NUMBER}\ (?:times|(?:micro|milli|nano)?seconds?|minutes?)\b
      | about\ {_NUMBER}\ bytes
      | {_NUMBER}\ (?:to|of)\ {_NUMBER}\ [\w\ ]{{0,30}}?(?:a|per)\ second
      | {_NUMBER}\ [\w\ ]{{0,30}}?(?:a|per)\ (?:second|message)
      | \d+,\d{{3}}\ to\ \d+,\d{{3}}\b
      | (?:ten|twenty|fifty|a\ hundred|a\ thousand)\ times\ (?:what|as|more)
      | (?:twice|half|thrice)\ as\ (?:fast|slow|quick)
    )
    """,
    re.VERBOSE,
)
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_TARGET = re.compile(r"\]\([^)]*\)")
_BUSY = re.compile(r"100 ?%$")
"""What top shows of a loop that spins: a symptom, no measurement."""

CONSTANTS: Final[Mapping[str, Mapping[str, str]]] = {
    "calls/wait.md": {
        "0.001 s": "an argument of the session below it",
        "0.00099 s": "an argument of the session below it",
        "2,147,483.647 s": "INT_MAX milliseconds",
        "50 µs": "timer_slack_ns of init_task, init/init_task.c",
        "0.1 %": "MAX_SLACK and __estimate_accuracy, fs/select.c",
        "0.5 %": "__estimate_accuracy, fs/select.c",
        "100 ms": "MAX_SLACK, fs/select.c",
    },
    "concepts/half-close.md": {"1 MB": "what the question supposes"},
    "concepts/writing.md": {"100 MB": "what the session above sends"},
    "debugging/asyncio.md": {
        "9 ms": "arithmetic",
        "9 times": "arithmetic",
    },
    "debugging/strace.md": {"1000 ms": "the timeout in the log above"},
    "mistakes.md": {
        "0.1 %": "see calls/wait.md",
        "1 ms": "the belief that the row corrects",
    },
    "model/limits.md": {"40 ms": "TCP_DELACK_MIN, include/net/tcp.h"},
    "security/attack.md": {"100 MB": "what the session sends"},
    "why.md": {
        "4 %": "epoll(7), /proc interfaces",
        "19 MB": "arithmetic: 100,000 entries of 192 bytes",
    },
}
"""By page: each figure that may stand there, and where it comes from."""


def typed_figures(page: str, line: str) -> Iterator[str]:
    """Find the figures of a line of prose that no source stands for.

    Args:
        page: The page below docs, "calls/wait.md".
        line: A line outside the fences.
    """
    constants = CONSTANTS.get(page, {})
    for figure in figures(line):
        if figure not in constants:
            yield figure


def figures(line: str) -> Iterator[str]:
    """Find every figure in a line; code and addresses do not count."""
    prose = _TARGET.sub("]", _CODE.sub("`", line))
    for found in _FIGURE.finditer(prose):
        if not _BUSY.match(found[0]):
            yield found[0]
