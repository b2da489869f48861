"""A call that is printed without its result, read."""

from epollref.trace.calls import (
    Call,
    read_arguments,
)


def read(line: str) -> Call:
    """Read a call that is printed without its result."""
    name, _, args = line.removesuffix(")").partition("(")
    return read_arguments(name, args, {"name": name})
