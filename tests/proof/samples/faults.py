"""What a broken twin may say that it breaks: one table.

A number is a rule of the auditor: it finds that mistake in a trace.  Some
mistakes are seen by a sanitizer, or only in what the peer gets back.
"""

from typing import Final

RULES: Final = {
    "EP001": "et-no-drain",
    "EP002": "et-accept-once",
    "EP003": "et-short-read-no-rdhup",
    "EP004": "oneshot-not-rearmed",
    "EP005": "lt-spin: hup",
    "EP006": "lt-spin: out",
    "EP007": "lt-spin: in",
    "EP008": "eof-ignored",
    "EP009": "emfile-spin",
    "EP010": "et-blocking-fd",
    "EP011": "phantom",
    "EP012": "stale-in-batch",
    "EP013": "ctl-error",
    "EP014": "epfd-over-exec",
    "EP015": "epfd-over-fork",
    "EP016": "herd",
    "EP017": "write-eagain-no-out",
    "EP018": "eof-not-closed",
    "EP019": "mixed-triggering",
    "EP020": "deaf",
    "EP021": "connect-no-so-error",
    "EP022": "et-event-never-read",
    "EP023": "rearm-spin",
    "EP024": "connect-never-watched",
}
"""The rules by number; a number is never used for another one."""

FAULTS: Final = frozenset(
    {*RULES, "asan heap-use-after-free", "lsan leak", "lost data"}
)
"""All that the line `breaks:` of a header may hold."""


def known(fault: str | None) -> str:
    """The fault that a header names, if there is such a one.

    Raises:
        ValueError: no rule and no sanitizer is called so.
    """
    if fault not in FAULTS:
        raise ValueError(f"no rule is called {fault!r}: see {__name__}")
    return fault
