"""Mutants of the calls of a trace: each has a class, a reader, a writer."""

from collections.abc import Iterator

from tests.proof.mutate.gates import Mutant, PytestGate
from tests.proof.mutate.tree import Tree

FAMILY = "epollref/trace/calls/sockets.py"
EXAMPLES = "tests/trace/made_calls.py"
ROUND_TRIP = PytestGate(("tests/trace/test_round_trip.py",))
BIND = '''

@value
class Bind(Call):
    """bind(2)."""

    fd: int
    address: str
    length: int
    _: KW_ONLY
    name: str = "bind"
'''
WRITER = '''
    def arguments(self, style: Style) -> str:
        """Write it."""
        return f"{self.fd}, {self.address}, {self.length}"
'''
READER = '''

def read_bind(args: str, common: Common) -> Call:
    """Read bind."""
    fd, address, length = args.split(", ")
    return Bind(int(fd), address, int(length), **common)


READERS["bind"] = read_bind
'''
EXAMPLE = """
from epollref.trace.calls.sockets import Bind  # noqa: E402

MADE.append(made(Bind, FD, just("NULL"), just(16)))
"""


def _planted(
    tree: Tree, kind: str, family: str, examples: str = ""
) -> Iterator[Mutant]:
    parts = {FAMILY: BIND + family, EXAMPLES: examples}
    if all((tree.root / name).exists() for name in parts):
        files: dict[str, str | None] = {
            name: tree.read(name) + text for name, text in parts.items()
        }
        yield Mutant(kind, FAMILY, files, (ROUND_TRIP,))


def unwritten(tree: Tree) -> Iterator[Mutant]:
    """A call with a class and a reader, which cannot be written."""
    yield from _planted(tree, "call: no writer", READER, EXAMPLE)


def unread(tree: Tree) -> Iterator[Mutant]:
    """A call with a class and a writer, which cannot be read."""
    yield from _planted(tree, "call: no reader", WRITER, EXAMPLE)


def untried(tree: Tree) -> Iterator[Mutant]:
    """A call of which no round trip is made."""
    yield from _planted(tree, "call: no round trip", WRITER + READER)


KINDS = (unwritten, unread, untried)
