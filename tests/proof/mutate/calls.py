"""Mutants of the calls of a trace: each has a class, a reader, a writer."""

from collections.abc import Iterator

from tests.proof.mutate.gates import Mutant, PytestGate
from tests.proof.mutate.tree import Tree

CALLS = "epollref/trace/calls_descriptors.py"
READERS = "epollref/trace/log_calls.py"
WRITERS = "epollref/trace/notation_foreign.py"
EXAMPLES = "tests/trace/made_calls.py"
ROUND_TRIP = PytestGate(("tests/trace/test_round_trip.py",))
BIND = '''

@dataclass(frozen=True, slots=True)
class Bind(Call):
    """bind(2)."""

    fd: int
    address: str
    length: int
    _: KW_ONLY
    name: str = "bind"
'''
READER = '''
from epollref.trace.calls_descriptors import Bind  # noqa: E402


def read_bind(args: str, common: Common) -> Call:
    """Read bind."""
    fd, address, length = args.split(", ")
    return Bind(int(fd), address, int(length), **common)


READERS["bind"] = read_bind
'''
WRITER = """
from epollref.trace.calls_descriptors import Bind  # noqa: E402


@arguments.register
def _(call: Bind, style: Style) -> str:
    return f"{call.fd}, {call.address}, {call.length}"
"""
EXAMPLE = """
from epollref.trace.calls_descriptors import Bind  # noqa: E402

MADE.append(made(Bind, FD, just("NULL"), just(16)))
"""


def _planted(tree: Tree, kind: str, more: dict[str, str]) -> Iterator[Mutant]:
    parts = {CALLS: BIND, **more}
    if all((tree.root / name).exists() for name in parts):
        files: dict[str, str | None] = {
            name: tree.read(name) + text for name, text in parts.items()
        }
        yield Mutant(kind, CALLS, files, (ROUND_TRIP,))


def unwritten(tree: Tree) -> Iterator[Mutant]:
    """A call with a class and a reader, which cannot be written."""
    more = {READERS: READER, EXAMPLES: EXAMPLE}
    yield from _planted(tree, "call: no writer", more)


def unread(tree: Tree) -> Iterator[Mutant]:
    """A call with a class and a writer, which cannot be read."""
    more = {WRITERS: WRITER, EXAMPLES: EXAMPLE}
    yield from _planted(tree, "call: no reader", more)


def untried(tree: Tree) -> Iterator[Mutant]:
    """A call of which no round trip is made."""
    more = {READERS: READER, WRITERS: WRITER}
    yield from _planted(tree, "call: no round trip", more)


KINDS = (unwritten, unread, untried)
