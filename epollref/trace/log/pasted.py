"""What stands before and around the lines of a log that somebody pasted.

Mail quotes, diffs mark, ``grep -n`` numbers, journald stamps, web pages
escape.  A reader that took all that off unasked would now and then take off
what belongs to the log (``20619 close(3)`` may begin with a process), so it
only says what it sees; ``mending`` takes it off where it is told to.
"""

import html
import re
from dataclasses import dataclass
from typing import Final

PASTE: Final = "read the log as pasted text (paste=True, --paste)"

STARTS: Final = re.compile(
    r"(?:\[pid {1,5}\d{1,10}(?:<[^<>]*+>)?\] ?|\d{1,10} {1,8})?"
    r"(?: {0,8}(?:\d{1,12}\.\d{1,9}|\d\d?:\d\d:\d\d(?:\.\d{1,9})?) )?"
    r"(?:\[[\da-f? ]{4,16}\] )?"
    r"(?:\w{2,40}\(|<\.\.\. \w|--- (?:SIG|stopped)|\+\+\+ (?:exit|kill|super)"
    r"|strace: |\?{3,4}\(|$)",
    re.ASCII,
)
"""How a line of strace begins, up to where one can tell."""

STRAY: Final = {
    "\ufeff": "",
    "\xef\xbb\xbf": "",
    "\xe2\x80\x8b": "",
    "\u200b": "",
    "\xc2\xa0": " ",
    "\xa0": " ",
    "\t": " ",
}
"""What editors and terminals put in, and strace prints nowhere: byte order
marks, blanks without width, blanks that do not break, tabs."""

TYPOGRAPHY: Final = {
    "\xe2\x80\x9c": '"',
    "\xe2\x80\x9d": '"',
    "\u201c": '"',
    "\u201d": '"',
    "\xe2\x80\xa6": "...",
    "\u2026": "...",
    "\xe2\x80\x93": "-",
    "\u2013": "-",
    "\xe2\x88\x92": "-",
    "\u2212": "-",
}
"""What word processors make of quotes, dots and minus signs."""

_COLOUR: Final = re.compile(r"\x1b\[[\d;]{0,20}[A-Za-z]", re.ASCII)
_ENTITY: Final = re.compile(
    r"&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,6}|#x[\da-fA-F]{1,5});", re.ASCII
)
_STRING: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*"?', re.DOTALL)
_REMARKS: Final = (
    *(" #", " //", " /*", " <-", " <=", " <<", " --", "\t"),
    *(" \xe2\x86\x90", " \u2190"),
)
"""How a remark begins that somebody put behind a line."""

ALONE: Final = re.compile(
    r"(?:\[pid {1,5}\d{1,10}(?:<[^<>]*+>)?\] ?|\d{1,10} {1,8})?"
    r"(?:\[pid {1,5}\d{1,10}(?:<[^<>]*+>)?\]"
    r"|\d{1,12}\.\d{1,9}|\d\d?:\d\d:\d\d(?:\.\d{1,9})?)",
    re.ASCII,
)
"""Who and when, and nothing behind it: the line is broken there."""

TABBED: Final = re.compile(r"[ \t]*+\d{1,9}\t", re.ASCII)
"""The number of a line, as ``cat -n`` prints it: no process has a tab."""

NUMBERED: Final = re.compile(r"[ \t]*+(\d{1,9})[ \t]", re.ASCII)
"""A number that may be that of a line."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """A kind of prefix."""

    words: str
    """What it is, behind ``lines begin with``."""
    pattern: re.Pattern[str]


_QUOTE: Final = re.compile(r"(?:[>|] ?){1,20}")
_DIFF: Final = re.compile(r"[-+*\u2022] ?")
_NUMBER: Final = re.compile(
    r"(?:[\w./@-]{1,100}[:-])?\d{1,9}[:\-)] ?|[ \t]{0,8}\d{1,9}\t"
    r"|\d{1,9} +(?=\[pid )|[A-Za-z_./@][\w./@-]{0,100}: ?",
    re.ASCII,
)
_STAMP: Final = re.compile(
    r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
    r"(?:Z|[+-]\d\d:?\d\d)?\]?:? "
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,64} [^\s:]{1,64}: "
    r"|[\w.-]{1,64} {1,16}\| "
    r"|\[?\d{4}-\d\d-\d\d ",
    re.ASCII,
)
_COMMENT: Final = re.compile(r"(?:#|//|;|%|\$) {0,2}")
_MARKUP: Final = re.compile(
    r"(?:<(?:pre|code|tt|p|br|div|span|samp)\b[^<>]{0,100}>"
    r"|`{1,3}|\{(?:code|noformat)[^{}]{0,40}\}|\[code\])\s*"
)
_MARKUP_END: Final = re.compile(
    r"(?:</(?:pre|code|tt|p|div|span|samp)>|<br ?/?>|`{1,3}"
    r"|\{(?:code|noformat)\}|\[/code\])\s*\Z"
)

PREFIXES: Final = (
    Prefix("marks of quoted text", _QUOTE),
    Prefix("marks of a diff or of a list", _DIFF),
    Prefix("line numbers or file names, as of grep -n", _NUMBER),
    Prefix("another program's time stamps or names", _STAMP),
    Prefix("marks of a comment", _COMMENT),
    Prefix("markup", _MARKUP),
)


def prefix_of(text: str, most: int = 3) -> tuple[Prefix, int] | None:
    """Return what stands before a line of strace, and where it ends.

    Args:
        text: A line.
        most: Prefixes that may stand one behind the other.

    Returns:
        The first prefix; ``None`` where nothing known stands before a line.
    """
    if _starts(text):
        return None
    for prefix in PREFIXES:
        found = prefix.pattern.match(text)
        if not found:
            continue
        rest = text[found.end() :]
        if _starts(rest) or (most > 1 and prefix_of(rest, most - 1)):
            return prefix, found.end()
    return None


def _starts(text: str) -> bool:
    """Whether a line begins as strace's do."""
    found = STARTS.match(text.lstrip())
    return found is not None and found.end() > 0


def tidied(text: str) -> str:
    """Return a line without what can only have come in by accident.

    Args:
        text: A line.

    Returns:
        The line without colours, stray marks and the blanks round it.
    """
    if not text.isascii() or "\t" in text:
        for stray, instead in STRAY.items():
            text = text.replace(stray, instead)
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    return text.strip()


def has_entities(text: str) -> bool:
    """Whether a line has entities of HTML outside of its strings.

    Inside of them they may be what a web server sent.
    """
    return "&" in text and _ENTITY.search(_STRING.sub("", text)) is not None


def without_entities(text: str) -> str:
    """Return a line as a browser would show it."""
    return html.unescape(text).replace("\xa0", " ")


def without_typography(text: str) -> str:
    """Return a line with the quotes, dots and minus signs that were typed."""
    if text.isascii():
        return text
    for sign, instead in TYPOGRAPHY.items():
        text = text.replace(sign, instead)
    return text


def is_markup(text: str) -> bool:
    """Whether a line is nothing but markup: a fence, a tag."""
    return bool(_MARKUP.fullmatch(text) or _MARKUP_END.fullmatch(text))


def without_markup(text: str) -> str:
    """Return a line without the markup at its end."""
    for _ in range(3):
        text = _MARKUP_END.sub("", text).rstrip()
    return text


def without_remark(text: str) -> str:
    """Return a line without what somebody put behind its last string."""
    strings = text.rfind('"') + 1
    found = [text.find(mark, strings) for mark in _REMARKS]
    return text[: min((at for at in found if at > 0), default=len(text))]
