"""Every server endures what the kernel may answer: nobody else suffers.

The servers are found, not listed: the sound programs that say READY. Which
calls of theirs can fail is seen in a trace of one that is left in peace.
"""

import re
from contextlib import ExitStack
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from tests.proof.programs.enduring import (
    ENOUGH,
    Manner,
    observe,
    suffering,
)
from tests.proof.programs.harness import SNIPPETS, serving, until
from tests.proof.programs.injecting import (
    ACCEPTS,
    READS,
    WAITS,
    WRITES,
    Fault,
    Tracing,
    attached,
)
from tests.proof.programs.scenarios import in_both_languages, snippet
from tests.proof.project import ROOT
from tests.proof.required import require_strace
from tests.proof.volume import LONG

SERVERS = sorted(
    path
    for path in SNIPPETS.rglob("*")
    if path.suffix in {".py", ".c"}
    and "_broken_" not in path.name
    and "READY" in path.read_text()
)
TRANSFER = ("EAGAIN", "EINTR", "ECONNRESET", "ETIMEDOUT", "EPIPE")
OF_ACCEPT = (
    "ECONNABORTED",
    "EMFILE",
    "ENFILE",
    "ENOBUFS",
    "ENOMEM",
    "EPERM",
)
TABLE = "| call | what it may say | what a server does |"
NAME = re.compile(r"`(E[A-Z]+)`")
NEW, KNOWN = False, True
MATRIX = {
    "read": (READS, TRANSFER, ("1",), (NEW, KNOWN)),
    "write": (WRITES, TRANSFER, ("1",), (NEW, KNOWN)),
    "accept": (ACCEPTS, OF_ACCEPT, ("1", "2", "1..2"), (NEW,)),
    "wait": (WAITS, ("EINTR",), ("1", "2"), (NEW, KNOWN)),
}


def name(path: Path) -> str:
    """The name of a program in a test id: `edge/echo.c`."""
    return str(path.relative_to(SNIPPETS))


@cache
def manner(source: Path) -> Manner:
    """How a server behaves while all is well; watched once."""
    return observe(source)


@pytest.mark.parametrize(
    ("kind", "error"),
    [(kind, error) for kind in MATRIX for error in MATRIX[kind][1]],
)
@pytest.mark.parametrize("source", SERVERS, ids=name)
def test_nobody_else_suffers_by_a_fault(
    source: Path, kind: str, error: str
) -> None:
    """Each error of each call, of a new client and of one that is known."""
    require_strace()
    calls, _, places, clients = MATRIX[kind]
    made = calls & manner(source).calls
    assert made, f"it makes no call to {kind}"
    if kind == "write" and not manner(source).echoes:
        clients = (NEW,)
    suffered = {}
    # Of each call the last place, which holds the others, and one client.
    chosen = (places, clients) if LONG else (places[-1:], clients[-1:])
    for when, known in product(*chosen):
        fault = Fault(made, error, when)
        said = suffering(source, manner(source), fault, known=known)
        if said:
            suffered[f"{fault} {'known' if known else 'new'} client"] = said
    assert suffered == {}


@pytest.mark.parametrize("error", ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"])
@in_both_languages
def test_accepting_waits_while_the_lack_lasts(
    language: str, error: str
) -> None:
    """Try, sleep, try again; then nobody waits any more.

    Out of descriptors, the last try may be one to turn the client away.
    """
    require_strace()
    source = snippet("accept/loop", language)
    lack = Fault(manner(source).calls & ACCEPTS, error, when="1+")
    with serving(source) as program, ExitStack() as stack:
        with attached(program, lack) as tracing:
            waiting = stack.enter_context(program.connect())
            until(
                lambda: sleeps(tracing) >= 3 or len(tracing.lines()) > ENOUGH,
                "it has tried three times",
            )
            assert sleeps(tracing) >= 3, "it spins"
        turned_away = {b""} if error in {"EMFILE", "ENFILE"} else set()
        assert waiting.receive(6) in {b"hello\n"} | turned_away


def sleeps(tracing: Tracing) -> int:
    """How many waits have ended by their time limit alone."""
    return sum(
        "epoll_wait(" in line and line.endswith(" = 0")
        for line in tracing.lines()
    )


def test_the_page_lists_the_errors_that_are_tried() -> None:
    """What docs/security/defence.md says of a call is what it meets here."""
    text = (ROOT / "docs" / "security" / "defence.md").read_text()
    _, _, table = text.partition(TABLE)
    listed: dict[str, set[str]] = {}
    call = ""
    for row in table.splitlines()[2:]:
        if not row.startswith("|"):
            break
        calls, errors, _ = row.strip("|").split("|")
        call = calls.strip() or call
        listed.setdefault(call, set()).update(NAME.findall(errors))
    tried = [set(errors) for _, errors, *_ in MATRIX.values()]
    assert list(listed.values()) == tried
